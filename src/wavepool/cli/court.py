"""`wavepool court`: several attribution rules side by side, and the evidence of one order."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from wavepool.cli.explaining import instant, percent
from wavepool.cli.terminal import JsonFlag, grid, notice, page, plain, print_json, yuan
from wavepool.engine.attribution import RULES, hold_court, open_court, order_evidence
from wavepool.engine.policy import Policy
from wavepool.engine.relations import Relations, open_relations
from wavepool.engine.seasons.explaining.settlement import Settlement

_PPM: Final = 1_000_000
_SHORT: Final = {
    "qualified_last": "qualified",
    "last_touch": "last",
    "first_touch": "first",
    "time_decay": "decay",
}
# The order that divides the rules most visibly: many creators, none of them twice.
_PICK: Final = (
    "select c.line_id as line_id, count(distinct t.creator_id) as creators, count(*) as touches "
    "from credits as c join line_touches as t on t.line_id = c.line_id where c.direct_minor > 0 "
    "group by c.line_id having count(*) <= 8 order by creators desc, touches, line_id limit 1"
)


@dataclass(frozen=True)
class _Hearing:
    """What the court found: totals by creator, and one order's touches."""

    period: str
    rules: tuple[str, ...]
    in_force: str
    credits: list[dict[str, Any]]
    line_id: int | str | None
    evidence: list[dict[str, Any]]


def court_command(
    out: Annotated[Path, typer.Argument(metavar="OUT", exists=True, file_okay=False)],
    *,
    period: Annotated[
        str | None, typer.Option(help="A month of OUT; the last with orders if absent.")
    ] = None,
    rules: Annotated[
        str | None, typer.Option(help=f"Rules with commas between; all of {', '.join(RULES)}.")
    ] = None,
    line: Annotated[
        str | None, typer.Option(help="The order line whose touches are shown.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many creators to list.")] = 12,
    as_json: JsonFlag = False,
) -> None:
    """Hold court: what other attribution rules would have given; pay follows the policy's."""
    settlement = Settlement(out)
    chosen = RULES if rules is None else tuple(each.strip() for each in rules.split(","))
    hearing = _hear(settlement, period=period, rules=chosen, line=line)
    if as_json:
        print_json(
            {
                "period": hearing.period,
                "rules": list(hearing.rules),
                "in_force": hearing.in_force,
                "credits": plain(hearing.credits),
                "line_id": hearing.line_id,
                "evidence": plain(hearing.evidence),
            }
        )
        return
    console = page()
    _print_credits(hearing, console, settlement.policy, top=top)
    _print_evidence(hearing, console, settlement.policy)
    notice(f"pay follows {hearing.in_force}; the other rules are a report")


def _hear(
    settlement: Settlement, *, period: str | None, rules: tuple[str, ...], line: str | None
) -> _Hearing:
    terms = settlement.policy.attribution
    with tempfile.TemporaryDirectory() as scratch:
        rel = open_relations("duckdb", scratch=Path(scratch))
        try:
            chosen = period or _last_with_orders(settlement)
            open_court(
                rel,
                settlement.out,
                chosen,
                window_days=terms.window_days,
                half_life_hours=terms.half_life_hours,
            )
            credits = hold_court(rel, rules=rules, last_share_ppm=terms.last_share_ppm)
            line_id = _line_id(rel, line)
            evidence = (
                []
                if line_id is None
                else order_evidence(
                    rel, line_id, rules=rules, last_share_ppm=terms.last_share_ppm
                ).to_pylist()
            )
        finally:
            rel.close()
    return _Hearing(chosen, rules, terms.rule, credits.to_pylist(), line_id, evidence)


def _last_with_orders(settlement: Settlement) -> str:
    """The last month in which lines were paid; the months after it settle what it left."""
    tables = settlement.manifest["tables"]
    paid = [each for each in settlement.periods if tables[each]["credits"]["rows"]]
    return paid[-1] if paid else settlement.periods[-1]


def _line_id(rel: Relations, line: str | None) -> int | str | None:
    """The line asked for, in the type of the season's ids, or the most divided one."""
    if line is not None:
        return int(line) if rel.columns("credits")["line_id"] == "bigint" else line
    found = rel.fetch(_PICK).to_pylist()
    return found[0]["line_id"] if found else None


def _print_credits(hearing: _Hearing, out: Console, policy: Policy, *, top: int) -> None:
    in_force = f"{hearing.in_force}_minor"
    column = in_force if hearing.in_force in hearing.rules else f"{hearing.rules[0]}_minor"
    ranked = sorted(hearing.credits, key=lambda row: (-row[column], str(row["creator_id"])))
    headings = [f">{_SHORT.get(rule, rule)}" for rule in hearing.rules]
    table = grid(
        f"Direct legs of {hearing.period} under {len(hearing.rules)} rules, {policy.currency}",
        ["creator", *headings],
    )
    for row in ranked[:top]:
        amounts = [yuan(row[f"{rule}_minor"], row["currency"]) for rule in hearing.rules]
        table.add_row(str(row["creator_id"]), *amounts)
    rest = ranked[top:]
    for name, rows, style in ((f"{len(rest)} others", rest, None), ("together", ranked, "bold")):
        if rows:
            sums = [sum(row[f"{rule}_minor"] for row in rows) for rule in hearing.rules]
            table.add_row(name, *(yuan(each, rows[0]["currency"]) for each in sums), style=style)
    moved = [
        sum(abs(row[f"{rule}_minor"] - row[column]) for row in ranked) // 2
        for rule in hearing.rules
    ]
    total = max(1, sum(row[column] for row in ranked))
    table.add_row("moves", *(percent(each * _PPM // total) for each in moved), style="dim")
    out.print(table)


def _print_evidence(hearing: _Hearing, out: Console, policy: Policy) -> None:
    if not hearing.evidence:
        return
    out.print()
    table = grid(
        f"Touches of order line {hearing.line_id}",
        ["when", "creator", *(f">{_SHORT.get(rule, rule)}" for rule in hearing.rules), ""],
    )
    for row in reversed(hearing.evidence):
        amounts = [yuan(row[f"{rule}_minor"], policy.currency) for rule in hearing.rules]
        won = "wins" if row["is_winner"] else "" if row["is_qualified"] else "glance"
        style = "bold" if row["is_winner"] else None
        table.add_row(
            instant(row["touched_at"]), str(row["creator_id"]), *amounts, won, style=style
        )
    out.print(table)
