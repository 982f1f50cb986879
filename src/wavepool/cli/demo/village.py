"""The village programme: anchors, sessions, farm sales, income."""

from __future__ import annotations

from rich.console import Console

from wavepool.cli.demo.book import Book, Row
from wavepool.cli.terminal import yuan
from wavepool.cli.words import Words

_FARMERS = "(select creator_id from creators where kind = 'farmer')"


def read_village(book: Book) -> Row:
    """Sum up what farmer anchors did and earned; sales are paid amounts of settled lines."""
    return book.one(
        f"select (select count(*) from {_FARMERS} as f) as anchors, "
        "(select count(distinct t.county) from truth_creators as t "
        f"where t.creator_id in {_FARMERS}) as counties, "
        "(select count(*) from sessions as s join pieces as p on p.piece_id = s.piece_id "
        "join accounts as a on a.account_id = p.account_id "
        f"where a.creator_id in {_FARMERS}) as sessions, "
        "(select cast(coalesce(sum(d.effective_sessions), 0) as bigint) from creator_days as d "
        f"where d.creator_id in {_FARMERS}) as effective_sessions, "
        "(select count(*) from settling as s "
        f"where s.creator_id in {_FARMERS}) as orders, "
        "(select cast(coalesce(sum(s.paid_minor), 0) as bigint) from settling as s "
        f"where s.creator_id in {_FARMERS}) as sales_minor, "
        "(select cast(coalesce(sum(l.amount_minor), 0) as bigint) from statement_lines as l "
        "where not l.is_held and l.kind <> 'debt' and l.payee_id in (select p.payee_id "
        f"from creator_payees as p where p.creator_id in {_FARMERS})) as income_minor, "
        "(select cast(coalesce(sum(a.award_minor), 0) as bigint) from awards as a "
        "where a.programme_id = 'village_cohort') as awards_minor"
    )


def print_village(village: Row, currency: str, out: Console, word: Words) -> None:
    """Print the totals and what they come to per session."""
    sessions = village["sessions"] or 1
    sales, income = yuan(village["sales_minor"], currency), yuan(village["income_minor"], currency)
    per_session = yuan(village["sales_minor"] // sessions, currency)
    awards = yuan(village["awards_minor"], currency)
    out.print(
        word(
            f"{village['anchors']} farmer anchors of {village['counties']} counties went live "
            f"{village['sessions']} times and sold "
            f"{village['orders']:,} order lines for {sales} {currency}, {per_session} a session. "
            f"They earned {income} {currency}, {awards} of it as awards. "
            "Counties come from the truth beside the season; the input tables have none.",
            f"{village['counties']} 个县的 {village['anchors']} 位村播开播 {village['sessions']} 场，售出 {village['orders']:,} 笔"
            f"子订单，农产品成交 {sales} {currency}，场均 {per_session}。"
            f"他们收入 {income} {currency}，其中激励 {awards}。县域来自模拟世界的真值，输入表中没有。",
        )
    )
