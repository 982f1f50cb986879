"""Lines: what each order brings, as its creator, its agency and its shop may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits.models import EstimatedLine
from wavepool.domains.credits.tables import moment, receipt_of
from wavepool.engine.receipts import sentence
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State, Tone

_TONES: Final[dict[str, Tone]] = {"estimated": "warning", "drafted": "info", "final": "ok"}
_WHY: Final[dict[str, Any]] = {
    "estimated": _("Counted seconds after payment; the nightly run counts it with all facts"),
    "drafted": _("Counted with all facts of the last night; refunds and rulings come later"),
    "final": _("The month is settled; what changes later is a line of its own"),
}
_OUTCOMES: Final[dict[str, Any]] = {
    "direct": _("The item that they saw"),
    "indirect": _("Another item of the shop"),
}
_CLASSES: Final[dict[int, Any]] = {
    1: _("The same item, live"),
    2: _("The same item"),
    3: _("The same shop"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One touch on the way to an order, as its own creator sees it.

    Attributes:
        at: when.
        piece_id: which piece.
        what: of which class it is.
        seconds: dwell that counts, in whole seconds.
        is_clicked: whether the buyer clicked.
        is_qualified: whether it could earn.
        is_winner: whether it did.
    """

    at: datetime
    piece_id: int
    what: Any
    seconds: int
    is_clicked: bool
    is_qualified: bool
    is_winner: bool


def list_lines() -> QuerySet[EstimatedLine]:
    """Every line of every creator."""
    return EstimatedLine.objects.select_related("shop", "item", "creator")


def lines_of_creator(creator_id: int) -> QuerySet[EstimatedLine]:
    """The lines of one creator."""
    return list_lines().filter(creator_id=creator_id)


def lines_of_agency(agency_id: int) -> QuerySet[EstimatedLine]:
    """The lines of which an agency has a part."""
    return list_lines().filter(agency_id=agency_id)


def lines_of_shop(shop_id: int) -> QuerySet[EstimatedLine]:
    """The lines that a shop pays for."""
    return list_lines().filter(shop_id=shop_id)


def access_line(line_id: int, *, creator_id: int) -> EstimatedLine:
    """One line of a creator.

    Raises:
        NotFound: there is none, or it is somebody else's; both look the same.
    """
    found = lines_of_creator(creator_id).filter(line_id=line_id).first()
    if found is None:
        raise NotFound(_("There is no such line."))
    return found


def sum_of_creator(creator_id: int, *, period: str) -> dict[str, int]:
    """What the lines of a month bring a creator, by currency, before refunds."""
    rows = EstimatedLine.objects.filter(creator_id=creator_id, period=period)
    found = rows.values("currency").annotate(sum_minor=Sum("kept_minor")).order_by("currency")
    return {row["currency"]: row["sum_minor"] for row in found}


def sentence_of(line: EstimatedLine) -> str:
    """The one sentence that says why the line is what it is, recomputed before it is said."""
    is_chinese = (get_language() or "").startswith("zh")
    return sentence(receipt_of(line), "zh" if is_chinese else "en")


def steps_of(line: EstimatedLine) -> list[tuple[str, str, str]]:
    """Each step of the line's receipt: its name, its formula, its results."""
    return [
        (
            step["name"],
            step["formula"],
            ", ".join(f"{name} = {value}" for name, value in sorted(step["result"].items())),
        )
        for step in receipt_of(line)["steps"]
    ]


def line_state_choices() -> list[tuple[str, Any]]:
    """States as a filter offers them."""
    return list(EstimatedLine.State.choices)


def path_of(line: EstimatedLine) -> tuple[PathStep, ...]:
    """The creator's own touches before the order, the earliest first."""
    winner = line.facts["winner"]["touch_id"]
    return tuple(
        PathStep(
            at=moment(each["touched_at"]),
            piece_id=each["piece_id"],
            what=_CLASSES[each["class_no"]],
            seconds=each["weight_ms"] // 1_000,
            is_clicked=bool(each["is_clicked"]),
            is_qualified=bool(each["is_qualified"]),
            is_winner=each["touch_id"] == winner,
        )
        for each in reversed(line.touches)
    )


def state_of_line(line: EstimatedLine) -> State:
    """How sure a line is, as a badge."""
    return State(
        name=line.state,
        label=EstimatedLine.State(line.state).label,
        tone=_TONES[line.state],
        why=_WHY[line.state],
        until=line.settle_at,
    )


def outcome_label(line: EstimatedLine) -> Any:
    """Whether the buyer bought what was shown, or something beside it."""
    return _OUTCOMES.get(line.outcome, line.outcome)


def class_label(class_no: int) -> Any:
    """What a class of touches is called."""
    return _CLASSES[class_no]
