"""Every month: order lines by what earned them, and how their commission is cut."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from wavepool.cli.demo.book import Book, Row
from wavepool.cli.terminal import grid, yuan
from wavepool.cli.words import Words

_HOUR_MS = 3_600_000
_OUTCOMES = ("direct", "indirect", "host", "no_plan", "organic")
_CUTS = ("commission_minor", "direct_minor", "fee_minor", "pool_minor")


def read_busiest_day(book: Book) -> Row:
    """Find the local day with most order lines paid, and the mean of all days."""
    zone = ZoneInfo(book.policy.zone)
    days: Counter[str] = Counter()
    hours = book.rows(
        f"select paid_at // {_HOUR_MS} as hour, count(*) as lines from order_lines group by 1"
    )
    for row in hours:
        at = datetime.fromtimestamp(row["hour"] * _HOUR_MS // 1000, tz=zone)
        days[at.date().isoformat()] += row["lines"]
    day, lines = min(days.items(), key=lambda each: (-each[1], each[0]))
    return {"day": day, "lines": lines, "mean": sum(days.values()) // len(days)}


def read_months(book: Book) -> list[Row]:
    """Count lines and sum cuts by the month in which they were paid."""
    counted = ", ".join(
        f"count(case when outcome = '{name}' then 1 end) as {name}" for name in _OUTCOMES
    )
    summed = ", ".join(f"cast(coalesce(sum({name}), 0) as bigint) as {name}" for name in _CUTS)
    return book.rows(
        f"select in_period as period, count(*) as lines, {counted}, "
        "count(case when is_after_live then 1 end) as after_live, "
        f"{summed} from credits group by in_period order by in_period"
    )


def print_months(months: list[Row], busiest: Row, currency: str, out: Console, word: Words) -> None:
    """Print counts, then money; each row of money adds up across."""
    lines = grid(
        word("Order lines paid, by what earned them", "支付子订单，按归因"),
        [
            word("month", "月份"),
            word(">lines", ">子订单"),
            word(">direct", ">直接"),
            word(">indirect", ">间接"),
            word(">own host", ">商家自播"),
            word(">no plan", ">无计划"),
            word(">organic", ">自然成交"),
            word(">of these after a live", ">其中播后 7 天"),
        ],
    )
    for row in months:
        counts = [row["lines"], *(row[name] for name in _OUTCOMES), row["after_live"]]
        lines.add_row(row["period"], *(f"{count:,}" for count in counts))
    out.print(lines)
    out.print(
        word(
            f"Busiest day: {busiest['day']} with {busiest['lines']:,} lines; "
            f"a day has {busiest['mean']:,} on average.",
            f"单日最高：{busiest['day']}，{busiest['lines']:,} 笔；日均 {busiest['mean']:,} 笔。",
        )
    )
    out.print()
    cuts = grid(
        word("Commission cut", "佣金切分"),
        [
            word("month", "月份"),
            word(">commission", ">佣金"),
            word(">= direct legs", ">= 直接分成"),
            word(">+ platform fee", ">+ 平台费"),
            word(">+ pool legs", ">+ 入池"),
        ],
    )
    for row in months:
        cuts.add_row(row["period"], *(yuan(row[name], currency) for name in _CUTS))
    total = [yuan(sum(row[name] for row in months), currency) for name in _CUTS]
    cuts.add_row(word("season", "全季"), *total, style="bold")
    out.print(cuts)
