"""What stands behind a line: the way to the order, the touches, the hold, peers and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries as content
from wavepool.domains.credits import queries as credits
from wavepool.domains.policies import queries as policies
from wavepool.domains.risk import queries as risk
from wavepool.domains.statements.models import Line
from wavepool.engine.receipts.sentences.amounts import money
from wavepool.plumbing.states import Event, State

MICRO: Final = 1_000_000
#: Creators whose pieces a reader knows; None for staff, who know all.
Own = frozenset[int] | None
_COUNTERS: Final[dict[str, Any]] = {
    "sessions": _("Live sessions"),
    "live_days": _("Days live"),
    "effective_sessions": _("Effective sessions"),
    "effective_days": _("Effective days"),
    "effective_hours": _("Effective hours"),
    "effective_weeks": _("Weeks on course"),
    "received_minor": _("Sales that buyers have received"),
    "best_month_received_minor": _("Best month of received sales"),
    "fans": _("Fans"),
    "farm_sessions": _("Farm sessions"),
    "farm_received_minor": _("Received sales of farm goods"),
}
_DIMENSIONS: Final[dict[str, Any]] = {
    "all_three": _("One more full viewer who watches, likes and buys"),
    "quality": _("One more full viewer who watches, saves, shares or follows"),
    "experience": _("One more full viewer who is content with it"),
    "commerce": _("One more full viewer who buys and keeps it"),
}
_OUTCOMES: Final[dict[str, Any]] = {
    "direct": _("The item that was seen"),
    "indirect": _("Another item of the same shop"),
}
#: Kinds of policies that decide a kind of line.
_RULES: Final[dict[str, tuple[str, ...]]] = {
    "commission": ("attribution", "commission", "pool"),
    "agency": ("attribution", "commission", "pool"),
    "refund": ("commission", "pool"),
    "pool": ("value", "pool"),
    "award": ("programme",),
    "adjustment": ("hold",),
    "debt": ("hold",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One touch of the buyer before the order; who the buyer is stands nowhere.

    Attributes:
        piece: the piece, where the reader's own creator made it or the reader is of staff.
    """

    at: datetime
    what: Any
    seconds: int
    is_clicked: bool
    is_qualified: bool
    is_winner: bool
    piece: Any
    is_own: bool
    session: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From the piece over the touch to the order.

    Attributes:
        piece: the winning piece, if the reader may know it.
        is_own: whether it is of the reader's own, or the reader may know all.
        touched_at: when the buyer saw it; None where nobody did.
        seconds: dwell that counts.
        goods: what was bought, as it was called.
        outcome: whether it was the item that was seen.
    """

    line_id: int
    order: Any
    goods: str
    piece: Any
    is_own: bool
    is_live: bool
    touched_at: datetime | None
    seconds: int
    is_clicked: bool
    paid_at: datetime
    paid: tuple[int, str]
    received_at: datetime | None
    settled_at: datetime | None
    outcome: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A policy's version that decided, as everybody can read it."""

    kind: str
    label: Any
    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A hold on the line's money."""

    hold: Any
    state: State
    rule: Any
    proofs: tuple[Any, ...]
    events: tuple[Event, ...]
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of an award: what was reached and what it asks for."""

    label: Any
    have: str
    need: str
    part: int
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The quality per viewer of one place beside everybody's there, in ppm."""

    scene: str
    slot: Any
    viewers: int
    own_ppm: int
    peers_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What one more full viewer would bring, everything else as it is."""

    scene: str
    what: Any
    gain_micro: int

    @property
    def gain_minor(self) -> int:
        """In whole minor units, rounded down."""
        return self.gain_micro // MICRO


def moment(ms: int | None) -> datetime | None:
    """A time of the engine; None stays None."""
    return None if ms is None else datetime.fromtimestamp(ms / 1_000, UTC)


def rule_of(rule: str) -> Any:
    """What the rule of attribution is called."""
    return credits.rule_label(rule)


def rules_of(line: Line) -> tuple[Rule, ...]:
    """The policies that decided the line, in the versions that were in force for its run."""
    kinds = _RULES.get(line.kind, ())
    if line.kind == Line.Kind.AGENCY and line.key.startswith("GA:"):
        kinds = ("pool", "programme")
    if not kinds:
        return ()
    versions = policies.list_in_force(at=line.statement.take.run.as_of)
    return tuple(
        Rule(
            kind=kind,
            label=policies.get_kind(kind).label,
            number=versions[kind].number,
            since=versions[kind].valid_from_at,
        )
        for kind in kinds
        if kind in versions
    )


def way_of(
    order: Mapping[str, Any], *, line: Any, pieces: Mapping[int, Any], own: Own
) -> Way | None:
    """The way to an order, from the run's row and the order line's own."""
    if not order:
        return None
    paid_at = moment(order["paid_at"])
    assert paid_at is not None, "a settled order was paid"
    return Way(
        line_id=order["line_id"],
        order=line.order if line else None,
        goods=(line.title or str(line.item)) if line else "",
        piece=pieces.get(order["piece_id"] or 0),
        is_own=own is None or order["creator_id"] in own,
        is_live=order["session_id"] is not None,
        touched_at=moment(order["touched_at"]),
        seconds=(order["weight_ms"] or 0) // 1_000,
        is_clicked=bool(order["is_clicked"]),
        paid_at=paid_at,
        paid=(order["paid_minor"], order["currency"]),
        received_at=moment(order["received_at"]),
        settled_at=moment(order["settle_at"]),
        outcome=_OUTCOMES.get(order["outcome"], ""),
    )


def touches_of(evidence: pa.Table, *, pieces: Mapping[int, Any], own: Own) -> tuple[Touch, ...]:
    """The touches inside the window, the earliest first."""
    return tuple(
        Touch(
            at=datetime.fromtimestamp(row["touched_at"] / 1_000, UTC),
            what=credits.class_label(row["class_no"]),
            seconds=row["weight_ms"] // 1_000,
            is_clicked=bool(row["is_clicked"]),
            is_qualified=bool(row["is_qualified"]),
            is_winner=row["is_winner"],
            piece=pieces.get(row["piece_id"]),
            is_own=own is None or row["creator_id"] in own,
            session=row["session_id"] is not None,
        )
        for row in evidence.to_pylist()
    )


def pieces_of(order: Mapping[str, Any], evidence: pa.Table, *, own: Own) -> dict[int, Any]:
    """The pieces of a way and its touches that the reader may know: its own ones, or all."""
    numbers = set(evidence.column("piece_id").to_pylist()) if evidence.num_rows else set()
    if order and order.get("piece_id") is not None:
        numbers.add(order["piece_id"])
    found = content.pieces_by_ids(numbers)
    return {
        number: piece for number, piece in found.items() if own is None or piece.creator_id in own
    }


def parked_of(line: Line, *, hold_ids: Iterable[str], with_names: bool) -> tuple[Parked, ...]:
    """The holds on a line's order, or those that its end names."""
    rows = risk.list_holds()
    names = list(hold_ids)
    if names:
        rows = rows.filter(hold_id__in=names)
    elif line.order_line_id is not None and line.is_held:
        rows = rows.filter(line_id=line.order_line_id)
    else:
        return ()
    return tuple(
        Parked(
            hold=hold,
            state=risk.state_of_hold(hold),
            rule=risk.rule_label(hold),
            proofs=risk.proofs_of(hold, with_names=with_names),
            events=risk.events_of(hold),
            is_waiting=hold.state in risk.WAITING,
        )
        for hold in rows.order_by("opened_at", "pk")
    )


def conditions_of(receipt: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    """The conditions of a reward, with what was reached."""
    if receipt is None or receipt["steps"][0]["name"] != "lump_sum":
        return ()
    currency = receipt["line"]["currency"]

    def shown(counter: str, units: int) -> str:
        return money(units, currency) if counter.endswith("_minor") else f"{units:,}"

    return tuple(
        Condition(
            label=_COUNTERS.get(row["counter"], row["counter"]),
            have=shown(row["counter"], row["have"]),
            need=shown(row["counter"], row["need"]),
            part=min(100, row["have"] * 100 // row["need"]) if row["need"] else 100,
            is_met=row["have"] >= row["need"],
        )
        for row in receipt["steps"][0]["inputs"]["conditions"]
    )


def peers_of(rows: Iterable[Mapping[str, Any]], *, scenes: Mapping[str, str]) -> tuple[Peer, ...]:
    """The payee's places beside everybody's there."""
    return tuple(
        Peer(
            scene=scenes.get(row["scene_id"], row["scene_id"]),
            slot=row["slot"],
            viewers=row["viewers"],
            own_ppm=row["own_ppm"],
            peers_ppm=row["peers_ppm"],
        )
        for row in rows
    )


def improvements_of(
    rows: Iterable[Mapping[str, Any]], *, scenes: Mapping[str, str]
) -> tuple[Improvement, ...]:
    """What would raise a share most, the best first; nothing that brings nothing."""
    return tuple(
        Improvement(
            scene=scenes.get(row["scene_id"], row["scene_id"]),
            what=_DIMENSIONS.get(row["dimension"], row["dimension"]),
            gain_micro=row["gain_micro"],
        )
        for row in rows
        if row["gain_micro"] > 0
    )
