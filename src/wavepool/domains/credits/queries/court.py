"""The court of attribution: one order line under several rules, with its evidence."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits.models import Run
from wavepool.domains.credits.queries.lines import class_label
from wavepool.domains.credits.queries.runs import TableNotFound, read_run, run_folder
from wavepool.domains.credits.tables import moment
from wavepool.domains.people import queries as people
from wavepool.engine.attribution import RULES, open_court, order_evidence
from wavepool.engine.policy import Policy, load_policy_text
from wavepool.engine.relations import open_relations

_LABELS: Final[dict[str, Any]] = {
    "qualified_last": _("Last qualified"),
    "last_touch": _("Last touch"),
    "first_touch": _("First touch"),
    "linear": _("Equal parts"),
    "position": _("First and last"),
    "time_decay": _("Time decay"),
    "shapley": _("Shapley value"),
}
_OUTCOMES: Final[dict[str, Any]] = {
    "direct": _("Direct: the item that was shown"),
    "indirect": _("Indirect: another item of the shop"),
    "host": _("The shop's own host won; no commission is charged"),
    "no_plan": _("Somebody won, and no plan of the shop applies"),
    "organic": _("Organic: no qualified touch within the window"),
}
_MEMORY_MB: Final = 500
#: Orders that the page offers: those that divide the rules most visibly.
_OFFERED: Final = "commission_minor > 0 order by paid_at desc, line_id limit 20"


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchHeard:
    """One touch before the court.

    Attributes:
        at: when.
        creator: whose it was.
        piece_id: which piece.
        what: its class.
        seconds: dwell that counts.
        is_clicked, is_qualified, is_winner: what it was worth.
        why: why it is qualified or not.
        parts: what each rule gives it, in the order of the hearing's rules.
    """

    at: datetime
    creator: str
    piece_id: int
    what: Any
    seconds: int
    is_clicked: bool
    is_qualified: bool
    is_winner: bool
    why: Any
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """An order line heard.

    Attributes:
        line: its row of `credits`.
        outcome: what became of it, in words.
        rules: the rules side by side; `in_force` is the one that pays.
        touches: the evidence, the latest first; none where nobody won.
        sums: what each rule gives each creator, by creator.
    """

    line: Mapping[str, Any]
    outcome: Any
    rules: tuple[str, ...]
    in_force: str
    touches: tuple[TouchHeard, ...]
    sums: Mapping[str, tuple[int, ...]]


def rule_label(rule: str) -> Any:
    """What a rule is called."""
    return _LABELS.get(rule, rule)


def hear_line(run: Run, line_id: int, *, rules: Sequence[str] = RULES) -> Hearing | None:
    """Hear one order line, or None where the run has no such line."""
    for period in reversed(run.periods):
        lines = _credits(run, period, "line_id = ?", [line_id])
        if lines:
            policy = _policy_of(run)
            rows = _evidence(run, period, line_id, policy=policy, rules=rules)
            names = _names(rows)
            touches = tuple(_heard(row, rules, policy, names) for row in rows)
            return Hearing(
                line={**lines[0], "paid_at": moment(lines[0]["paid_at"]), "period": period},
                outcome=_OUTCOMES[lines[0]["outcome"]],
                rules=tuple(rules),
                in_force=policy.attribution.rule,
                touches=touches,
                sums=_sums(touches, len(rules)),
            )
    return None


def suggest_lines(run: Run) -> list[dict[str, Any]]:
    """The latest lines with a commission of the last month that has any."""
    for period in reversed(run.periods):
        rows = _credits(run, period, _OFFERED, [])
        if rows:
            return [{**row, "paid_at": moment(row["paid_at"])} for row in rows]
    return []


def _credits(run: Run, period: str, where: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = read_run(
            run, "credits", period=period, where=where, params=params
        ).to_pylist()
    except TableNotFound:
        return []
    return found


def _policy_of(run: Run) -> Policy:
    return load_policy_text((run_folder(run) / "policy.toml").read_text(encoding="utf-8"))


def _evidence(
    run: Run, period: str, line_id: int, *, policy: Policy, rules: Sequence[str]
) -> list[dict[str, Any]]:
    terms = policy.attribution
    with tempfile.TemporaryDirectory(prefix="wavepool-") as scratch:
        rel = open_relations("duckdb", scratch=Path(scratch), threads=1, memory_mb=_MEMORY_MB)
        try:
            open_court(
                rel,
                run_folder(run),
                period,
                window_days=terms.window_days,
                half_life_hours=terms.half_life_hours,
            )
            # The rules weigh whatever is registered; here one line is enough.
            for name in ("credits", "line_touches"):
                rel.table(f"one_{name}", f"select * from {name} where line_id = {int(line_id)}")
                rel.view(name, f"select * from one_{name}")
            rel.view(
                "period_lines",
                "select c.line_id as line_id, c.paid_at as paid_at from credits as c",
            )
            found: list[dict[str, Any]] = order_evidence(
                rel, line_id, rules=rules, last_share_ppm=terms.last_share_ppm
            ).to_pylist()
        finally:
            rel.close()
    return found


def _names(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    ids = {row["creator_id"] for row in rows}
    return dict(people.list_creators().filter(pk__in=ids).values_list("pk", "name"))


def _heard(
    row: Mapping[str, Any], rules: Sequence[str], policy: Policy, names: Mapping[int, str]
) -> TouchHeard:
    return TouchHeard(
        at=moment(row["touched_at"]),
        creator=names[row["creator_id"]],
        piece_id=row["piece_id"],
        what=class_label(row["class_no"]),
        seconds=row["weight_ms"] // 1_000,
        is_clicked=bool(row["is_clicked"]),
        is_qualified=bool(row["is_qualified"]),
        is_winner=row["is_winner"],
        why=_why(row, policy),
        parts=tuple(row[f"{rule}_minor"] for rule in rules),
    )


def _why(row: Mapping[str, Any], policy: Policy) -> Any:
    least = policy.attribution.dwell_min_ms // 1_000
    if row["is_winner"]:
        return _("The latest qualified touch of the best class")
    if row["is_clicked"]:
        return _("Qualified by a click; another came later or showed the item better")
    if row["is_qualified"]:
        return _(
            "Watched for %(least)d s or more; another came later or showed the item better"
        ) % {"least": least}
    return _("A glance: no click, and watched for less than %(least)d s") % {"least": least}


def _sums(touches: Sequence[TouchHeard], rules: int) -> dict[str, tuple[int, ...]]:
    creators = sorted({each.creator for each in touches})
    return {
        creator: tuple(
            sum(each.parts[place] for each in touches if each.creator == creator)
            for place in range(rules)
        )
        for creator in creators
    }
