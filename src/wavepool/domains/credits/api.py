"""Credits for programs: a creator's own lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.credits import queries
from wavepool.domains.people import queries as people
from wavepool.plumbing.api import Money, Page, check_party, needs, page_of
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Choice, Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("credits:read", _("Read the lines of your own content"))

router = Router(tags=["Credits"])
_PAID: Final = Column(
    name="paid", label=_("Paid"), kind="time", value=lambda line: line.paid_at, sort="paid_at"
)
_FILTERS: Final = (
    Filter(
        name="state",
        label=_("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in queries.line_state_choices()),
    ),
    Filter(
        name="period",
        label=_("Month"),
        apply=lambda rows, value: rows.filter(period=value),
    ),
)


class LineOut(Schema):
    """What one order line brings the creator, before refunds; `why` says it in a sentence."""

    line: int
    month: str
    state: str
    outcome: str
    item: str
    paid_at: datetime
    settles_at: datetime | None
    paid: Money
    commission: Money
    direct: Money
    agency: Money
    kept: Money
    pool: Money
    why: str


@router.get(
    "/creators/{handle}/lines",
    auth=needs(READ),
    response=Page[LineOut],
    summary="The order lines that a creator's content brought",
)
def list_lines(
    request: PlatformRequest,
    handle: str,
    state: str = "",  # noqa: ARG001  read from the address by the list
    period: str = "",  # noqa: ARG001
    cursor: str = "",  # noqa: ARG001
) -> dict[str, Any]:
    """The newest first; `state` and `period` narrow them."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    rows = queries.lines_of_creator(space.party_id)
    page = read_list(request, rows, columns=(_PAID,), filters=_FILTERS, sort="-paid")
    return page_of(request, page, _line)


def _line(line: Any) -> dict[str, Any]:
    def money(name: str) -> Money:
        return Money.of(getattr(line, f"{name}_minor"), line.currency)

    return {
        "line": line.line_id,
        "month": line.period,
        "state": line.state,
        "outcome": line.outcome,
        "item": line.item.public_id,
        "paid_at": line.paid_at,
        "settles_at": line.settle_at,
        **{
            name: money(name) for name in ("paid", "commission", "direct", "agency", "kept", "pool")
        },
        "why": queries.sentence_of(line),
    }
