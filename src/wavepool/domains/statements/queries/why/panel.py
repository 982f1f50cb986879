"""The Why panel of one line, and the receipt that proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries as content
from wavepool.domains.credits import queries as credits
from wavepool.domains.orders import queries as orders
from wavepool.domains.policies import queries as policies
from wavepool.domains.statements.models import Line
from wavepool.domains.statements.queries.corrections import find_correction_of_key
from wavepool.domains.statements.queries.finding import list_takes
from wavepool.domains.statements.queries.objections import (
    Window,
    events_of_objections,
    objections_to_line,
    window_of,
)
from wavepool.domains.statements.queries.why import evidence, formula, lines, shared_formula
from wavepool.domains.statements.queries.why.formula import FormulaRow, Numbers
from wavepool.engine.receipts import receipt_json, sentence
from wavepool.engine.seasons import explaining
from wavepool.engine.seasons.explaining import Explanation
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.states import Event

IMPROVEMENTS_SHOWN: Final = 4
PEERS_SHOWN: Final = 6
_ROWS: Final[dict[str, Callable[[Numbers], Iterable[FormulaRow]]]] = {
    "commission": formula.rows_of_order,
    "refund": formula.rows_of_order,
    "pool": shared_formula.rows_of_pool,
    "award": shared_formula.rows_of_award,
    "adjustment": shared_formula.rows_of_ruling,
    "debt": shared_formula.rows_of_debt,
}


class NoReceipt(PlatformError):
    """A line that no run computed, or whose run's results are gone."""

    kind = "statements.no_receipt"
    status: ClassVar[int] = 404

    def __init__(self) -> None:
        super().__init__(_("There is no receipt for this line."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Everything that a page says of why a line has its amount.

    Attributes:
        sentence: the one sentence, in the reader's language.
        rows: the formula with the line's numbers.
        rule: how touches earn, of lines that come from an order.
        rules: policies with their versions.
        correction: what two persons corrected, of a line that no run computed.
        is_ruled: the order's parts were changed by a ruling, whose own line explains them.
        receipt: the document, where there is one.
    """

    line: Line
    sentence: str
    window: Window
    rows: tuple[FormulaRow, ...] = ()
    way: evidence.Way | None = None
    touches: tuple[evidence.Touch, ...] = ()
    rule: Any = ""
    rules: tuple[evidence.Rule, ...] = ()
    conditions: tuple[evidence.Condition, ...] = ()
    peers: tuple[evidence.Peer, ...] = ()
    improvements: tuple[evidence.Improvement, ...] = ()
    parked: tuple[evidence.Parked, ...] = ()
    others: tuple[Line, ...] = ()
    objections: tuple[Any, ...] = ()
    events: tuple[Event, ...] = ()
    correction: Any = None
    is_ruled: bool = False
    receipt: Numbers | None = None

    @property
    def open_objection(self) -> Any:
        """The objection that waits for an answer, if one does."""
        return next((each for each in self.objections if each.is_open), None)

    @property
    def can_object(self) -> bool:
        """Whether the line may be objected to now."""
        return self.window.is_open and self.open_objection is None


def why_of(line: Line, *, own: evidence.Own, at: datetime) -> Why:
    """Tell why a line has its amount.

    Args:
        own: creators whose pieces the reader knows; None for staff, who know all.
        at: now.
    """
    is_staff = own is None
    found = _explained(line)
    receipt = found.receipt if found else None
    is_ruled = found is not None and receipt is None and bool(found.path)
    order = found.path if found and "line_id" in found.path else {}
    pieces = evidence.pieces_of(order, found.evidence, own=own) if found else {}
    said = objections_to_line(
        payee_id=line.statement.payee_id, period=line.statement.period, line_key=line.key
    )
    scenes = _scene_names(line) if found and (found.peers or found.improvements) else {}
    correction = find_correction_of_key(line.key)
    return Why(
        line=line,
        sentence=_sentence(line, receipt, is_ruled=is_ruled),
        correction=correction,
        rows=tuple(_rows(line, receipt)),
        way=evidence.way_of(
            order,
            line=orders.find_line(order["line_id"]) if order else None,
            pieces=pieces,
            own=own,
        ),
        touches=evidence.touches_of(found.evidence, pieces=pieces, own=own) if found else (),
        rule=_rule(receipt),
        rules=evidence.rules_of(line),
        conditions=evidence.conditions_of(receipt),
        peers=evidence.peers_of(found.peers if found else (), scenes=scenes)[:PEERS_SHOWN],
        improvements=evidence.improvements_of(found.improvements if found else (), scenes=scenes)[
            :IMPROVEMENTS_SHOWN
        ],
        parked=evidence.parked_of(line, hold_ids=_hold_ids(receipt), with_names=is_staff),
        others=tuple(lines.other_lines_of_order(line)),
        objections=tuple(said),
        events=tuple(events_of_objections(said, with_names=is_staff)),
        window=window_of(line.statement, at=at),
        is_ruled=is_ruled,
        receipt=receipt,
    )


def receipt_of(line: Line) -> bytes:
    """The receipt of a line as a file, as `wavepool verify` reads it.

    Raises:
        NoReceipt: no run computed the line, a ruling's own line explains it, or the run is gone.
    """
    found = _explained(line)
    if found is None or found.receipt is None:
        raise NoReceipt
    return receipt_json(found.receipt)


def manifest_of(line: Line) -> bytes:
    """The manifest of the run that a closed month's line comes from, byte for byte.

    Raises:
        NoReceipt: the month is not closed, or the run's results are gone.
    """
    take = line.statement.take
    path = credits.run_folder(take.run) / "manifest.json"
    if not take.is_final or not path.exists():
        raise NoReceipt
    return path.read_bytes()


def _explained(line: Line) -> Explanation | None:
    """The run's explanation of a line; None for one that stands in no run."""
    if line.leaf_no is None:
        return None
    statement = line.statement
    name = f"{statement.period}/{line.leaf_no}"
    try:
        found = explaining.explain_line(
            credits.run_folder(statement.take.run), name, earlier=_earlier_folders(line)
        )
    except explaining.NotASettlement:
        return None
    named = (found.line.line_key, found.line.payee_id)
    assert named == (line.key, statement.payee_id), f"leaf {name} is another line: {named}"
    return found


def _earlier_folders(line: Line) -> list[Path]:
    """Runs of the closed months before, the latest first: a late refund is of an order of theirs."""
    if line.kind != Line.Kind.REFUND:
        return []
    before = list_takes().filter(is_final=True, period__lt=line.statement.period)
    takes = before.select_related("run").order_by("-period")
    return [credits.run_folder(take.run) for take in takes]


def _rows(line: Line, receipt: Numbers | None) -> Iterable[FormulaRow]:
    if receipt is None:
        return ()
    if line.kind == Line.Kind.AGENCY:
        is_order = line.key.startswith("G:")
        return (formula.rows_of_order if is_order else shared_formula.rows_of_agency_awards)(
            receipt
        )
    return _ROWS[receipt["line"]["kind"]](receipt)


def _sentence(line: Line, receipt: Numbers | None, *, is_ruled: bool) -> str:
    if receipt is not None:
        is_chinese = (get_language() or "").startswith("zh")
        return sentence(receipt, "zh" if is_chinese else "en")
    if line.leaf_no is None:
        return str(_("Two persons corrected this by hand, in the next month that closed."))
    return str(
        _("A ruling changed the parts of this order; the line that ended the hold explains them.")
        if is_ruled
        else _("The results of the run that computed this line were given up.")
    )


def _rule(receipt: Numbers | None) -> Any:
    for step in receipt["steps"] if receipt else ():
        if step["name"] == "share":
            return evidence.rule_of(step["inputs"]["rule"])
    return ""


def _hold_ids(receipt: Numbers | None) -> tuple[str, ...]:
    first = receipt["steps"][0] if receipt else {}
    return (first["inputs"]["hold_id"],) if first.get("name") == "hold" else ()


def _scene_names(line: Line) -> dict[str, str]:
    try:
        return content.scene_labels(at=line.statement.take.run.as_of)
    except policies.NoPolicyInForce:
        return {}
