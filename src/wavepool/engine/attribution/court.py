"""The court of attribution: what other rules would have given, on the same log.

Reports only: pay follows the policy's rule, in `commission`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from wavepool.engine.attribution.decay import decay_table
from wavepool.engine.attribution.rules import RULES, UnknownRule, rule_sql, weigh_touches
from wavepool.engine.money import split_minor
from wavepool.engine.relations import Relations, step_sql

PPM = 1_000_000
_SCANNED = ("credits", "line_touches", "shares")
_TOUCH = (
    "t.touch_id as touch_id, t.touched_at as touched_at, t.account_id as account_id, "
    "t.creator_id as creator_id, t.piece_id as piece_id, t.class_no as class_no, "
    "t.is_qualified as is_qualified, t.is_clicked as is_clicked, t.weight_ms as weight_ms, "
    "t.lambda as lambda"
)


class NoSuchPeriod(LookupError):
    """The settlement folder holds no credits of this period."""

    def __init__(self, out: Path, period: str) -> None:
        known = sorted(path.parent.name for path in out.glob("*/credits.parquet"))
        super().__init__(
            f"{out} holds no credits of {period}; it holds {', '.join(known) or 'none'}"
        )
        self.out = out
        self.period = period


class NoSuchLine(LookupError):
    """No order line of the period has this id."""

    def __init__(self, line_id: int | str) -> None:
        super().__init__(f"no order line {line_id!r} was paid in this period")
        self.line_id = line_id


class CourtDoesNotAddUp(ArithmeticError):
    """A rule gave more or less than the direct legs of the lines."""

    def __init__(self, *, rule: str, currency: str, given_minor: int, legs_minor: int) -> None:
        super().__init__(
            f"{rule} gives {given_minor} of {legs_minor} minor units in {currency}; "
            "is the decay table as long as the window?"
        )
        self.rule = rule
        self.currency = currency
        self.given_minor = given_minor
        self.legs_minor = legs_minor


def open_court(
    rel: Relations, out: Path, period: str, *, window_days: int, half_life_hours: int
) -> None:
    """Register one period of a finished settlement for the court.

    Makes credits, line_touches, shares, period_lines and decay. The window and
    the half-life are the policy's; only `time_decay` needs them.

    Raises:
        NoSuchPeriod: the folder holds no such period.
        UnreadableParquet: one of its files is damaged.
    """
    folder = out / period
    if not (folder / "credits.parquet").exists():
        raise NoSuchPeriod(out, period)
    for name in _SCANNED:
        rel.scan(name, [folder / f"{name}.parquet"])
    rel.view("period_lines", "select c.line_id as line_id, c.paid_at as paid_at from credits as c")
    rel.put("decay", decay_table(window_hours=window_days * 24, half_life_hours=half_life_hours))


def hold_court(rel: Relations, *, rules: Sequence[str], last_share_ppm: int) -> pa.Table:
    """Give every creator's credit under several rules, side by side.

    Reads credits, line_touches, period_lines, decay. What is divided is the
    direct leg of every line with a commission; plan, fee and scene stay with
    the winner under every rule.

    Returns:
        currency, creator_id and `<rule>_minor` for each rule; one row for each
        creator with a credit under any of them, sorted by currency and creator.

    Raises:
        UnknownRule: no such rule.
        CourtDoesNotAddUp: a rule's credits are not the sum of the direct legs.

    Guarantee: every rule's column adds up to the same total in each currency.
    The column of the rule in force is what `shares` pays.
    """
    chosen = _chosen(rules)
    legs = _direct_legs(rel)
    credits: dict[tuple[str, Any], dict[str, int]] = {}
    for rule in chosen:
        weigh_touches(rel, rule=rule, last_share_ppm=last_share_ppm, name="court_weights")
        found = rel.fetch(step_sql(__package__, "court_credits", dialect=rel.dialect)).to_pylist()
        rel.drop("court_weights")
        for row in found:
            key = (row["currency"], row["creator_id"])
            credits.setdefault(key, {})[rule] = row["credit_minor"]
        _check_sums(rule, credits, legs)
    return _side_by_side(rel, credits, chosen)


def order_evidence(
    rel: Relations, line_id: int | str, *, rules: Sequence[str] = RULES, last_share_ppm: int
) -> pa.Table:
    """Show each touch of one order line, and what each rule gives it.

    Reads credits, line_touches, period_lines, decay.

    Returns:
        touch_id, touched_at, account_id, creator_id, piece_id, class_no (1 the
        same item live, 2 the same item, 3 the same shop), is_qualified,
        is_clicked, weight_ms (dwell that counts), lambda (weight after decay),
        is_winner, and `<rule>_minor` for each rule; one row per touch, latest
        first. A line without a winner has no row.

    Raises:
        UnknownRule: no such rule.
        NoSuchLine: the period has no such line.

    Guarantee: every rule's column adds up to the line's direct leg; a
    creator's rows add up to the creator's share of it (largest remainder among
    creators, then among the touches of each).
    """
    chosen = _chosen(rules)
    wanted = f"line_id = {_literal(line_id, rel.dialect)}"
    lines = rel.fetch(f"select touch_id, direct_minor from credits where {wanted}").to_pylist()
    if not lines:
        raise NoSuchLine(line_id)
    line = lines[0]
    touches = rel.fetch(
        f"select {_TOUCH} from line_touches as t where t.{wanted} "
        "order by t.touched_at desc, t.touch_id"
    )
    ids = touches.column("touch_id").to_pylist()
    creators = touches.column("creator_id").to_pylist()
    is_winner = [touch_id == line["touch_id"] for touch_id in ids]
    table = touches.append_column("is_winner", pa.array(is_winner, pa.bool_()))
    for rule in chosen:
        text = rule_sql(rule, last_share_ppm=last_share_ppm, dialect=rel.dialect)
        found = rel.fetch(f"select w.touch_id, w.weight from ({text}) as w where w.{wanted}")
        weights = dict(
            zip(*(found.column(name).to_pylist() for name in ("touch_id", "weight")), strict=True)
        )
        parts = _touch_parts(
            line["direct_minor"],
            [
                (creator, touch_id, weights.get(touch_id, 0))
                for creator, touch_id in zip(creators, ids, strict=True)
            ],
        )
        column = pa.array([parts[touch_id] for touch_id in ids], pa.int64())
        table = table.append_column(f"{rule}_minor", column)
    return table


def _chosen(rules: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(rules))
    for rule in chosen:
        if rule not in RULES:
            raise UnknownRule(rule)
    return chosen


def _direct_legs(rel: Relations) -> dict[str, int]:
    rows = rel.fetch(
        "select c.currency as currency, cast(sum(c.direct_minor) as bigint) as legs_minor "
        "from credits as c where c.commission_minor > 0 group by c.currency"
    ).to_pylist()
    return {row["currency"]: row["legs_minor"] for row in rows}


def _check_sums(
    rule: str, credits: dict[tuple[str, Any], dict[str, int]], legs: dict[str, int]
) -> None:
    given = dict.fromkeys(legs, 0)
    for (currency, _), parts in credits.items():
        given[currency] += parts.get(rule, 0)
    for currency, legs_minor in legs.items():
        if given[currency] != legs_minor:
            raise CourtDoesNotAddUp(
                rule=rule, currency=currency, given_minor=given[currency], legs_minor=legs_minor
            )


def _side_by_side(
    rel: Relations, credits: dict[tuple[str, Any], dict[str, int]], rules: Sequence[str]
) -> pa.Table:
    keys = sorted(credits)
    kind = rel.fetch("select creator_id from line_touches where 1 = 0").schema.field(0).type
    columns = {
        "currency": pa.array([currency for currency, _ in keys], pa.string()),
        "creator_id": pa.array([creator for _, creator in keys], kind),
    }
    for rule in rules:
        columns[f"{rule}_minor"] = pa.array([credits[key].get(rule, 0) for key in keys], pa.int64())
    return pa.table(columns)


def _touch_parts(direct_minor: int, touches: Sequence[tuple[Any, Any, int]]) -> dict[Any, int]:
    """Split a leg among creators and each part among its touches (creator, touch, weight)."""
    parts = {touch_id: 0 for _, touch_id, _ in touches}
    weighed = sorted((creator, touch_id, weight) for creator, touch_id, weight in touches if weight)
    creators = sorted({creator for creator, _, _ in weighed})
    by_creator = [[row for row in weighed if row[0] == creator] for creator in creators]
    if not by_creator:
        return parts
    totals = [sum(weight for _, _, weight in rows) for rows in by_creator]
    shares = split_minor(direct_minor, totals)
    for share_minor, rows in zip(shares, by_creator, strict=True):
        split = split_minor(share_minor, [weight for _, _, weight in rows])
        parts |= {touch_id: part for (_, touch_id, _), part in zip(rows, split, strict=True)}
    return parts


def _literal(value: int | str, dialect: str) -> str:
    """An id as SQL; ids come from input tables, so a text may hold anything."""
    if isinstance(value, int):
        return str(value)
    if dialect == "spark":
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + value.replace("'", "''") + "'"
