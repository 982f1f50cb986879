"""Risk for programs: a creator's own holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.people import queries as people
from wavepool.domains.risk import queries
from wavepool.plumbing.api import Money, Page, check_party, needs, page_of
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.lists import Choice, Column, Filter, read_list
from wavepool.plumbing.requests import PlatformRequest

READ: Final = register_scope("holds:read", _("Read what of your own money is held, and why"))

router = Router(tags=["Holds"])
_UNTIL: Final = Column(
    name="until",
    label=_("Until"),
    kind="time",
    value=lambda hold: hold.expires_at,
    sort="expires_at",
)
_STATE: Final = Filter(
    name="state",
    label=_("State"),
    apply=lambda rows, value: rows.filter(state=value),
    choices=tuple(Choice(value, label) for value, label in queries.state_choices()),
)


class HoldOut(Schema):
    """Money of one order line that is held, or was; without a ruling the default applies at the end.

    `kept_ppm` is what a ruling left, null before one.
    """

    id: str
    line: int
    state: str
    cause: str
    rule: str
    month: str
    held: Money
    opened_at: datetime
    expires_at: datetime
    default_kept_ppm: int
    kept_ppm: int | None
    reason: str
    appealed_at: datetime | None
    decided_at: datetime | None


@router.get(
    "/creators/{handle}/holds",
    auth=needs(READ),
    response=Page[HoldOut],
    summary="What of a creator's money is held, and why",
)
def list_holds(
    request: PlatformRequest,
    handle: str,
    state: str = "",  # noqa: ARG001  read from the address by the list
    cursor: str = "",  # noqa: ARG001
) -> dict[str, Any]:
    """The one that ends last first; `state` narrows them."""
    space = people.access_workspace(kind="studio", slug=handle, actor=request.actor, to="finance")
    assert space.party_id is not None, "a studio has a creator"
    check_party(request, kind="studio", party_id=space.party_id)
    rows = queries.holds_of_creator(space.party_id)
    page = read_list(request, rows, columns=(_UNTIL,), filters=(_STATE,), sort="-until")
    return page_of(request, page, _hold)


def _hold(hold: Any) -> dict[str, Any]:
    return {
        "id": hold.public_id,
        "line": hold.line_id,
        "state": hold.state,
        "cause": hold.cause,
        "rule": hold.rule,
        "month": hold.opened_period,
        "held": Money.of(hold.amount_minor, hold.currency),
        "opened_at": hold.opened_at,
        "expires_at": hold.expires_at,
        "default_kept_ppm": hold.default_kept_ppm,
        "kept_ppm": hold.kept_ppm,
        "reason": hold.reason,
        "appealed_at": hold.appealed_at,
        "decided_at": hold.decided_at,
    }
