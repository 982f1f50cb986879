"""States as people see them: of goods, permits, rates and files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import (
    ImportBatch,
    ImportRow,
    Item,
    Permit,
    PermitKind,
    Plan,
    PlanVersion,
)
from wavepool.plumbing.states import State, Tone

_ITEM_TONES: Final[dict[str, Tone]] = {
    Item.State.DRAFT: "neutral",
    Item.State.ON_SALE: "ok",
    Item.State.OFF_SALE: "warning",
}
_PERMIT_TONES: Final[dict[str, Tone]] = {
    Permit.State.SUBMITTED: "info",
    Permit.State.APPROVED: "ok",
    Permit.State.REFUSED: "error",
    Permit.State.REVOKED: "error",
}
_BATCH_TONES: Final[dict[str, Tone]] = {
    ImportBatch.State.READING: "neutral",
    ImportBatch.State.STAGED: "info",
    ImportBatch.State.APPLYING: "neutral",
    ImportBatch.State.APPLIED: "ok",
    ImportBatch.State.DISCARDED: "neutral",
}
_EFFECT_TONES: Final[dict[str, Tone]] = {
    ImportRow.Effect.NEW: "ok",
    ImportRow.Effect.CHANGED: "info",
    ImportRow.Effect.UNCHANGED: "neutral",
    ImportRow.Effect.WRONG: "error",
}


def item_state(item: Item) -> State:
    """Whether an item sells, and if not, why."""
    if item.state == Item.State.ON_SALE and item.stock == 0:
        why = _("No variant has stock left.")
        return State(name="sold_out", label=_("Sold out"), tone="warning", why=why)
    label = Item.State(item.state).label
    return State(name=item.state, label=label, tone=_ITEM_TONES[item.state], why=item_reason(item))


def item_reason(item: Item) -> str:
    """What took an item off sale, where its shop did not."""
    if not item.state_why.startswith("permit_"):
        return ""
    kind = PermitKind(item.state_why.removeprefix("permit_")).label
    return str(_("Your shop has no permit that holds: %(kind)s.") % {"kind": kind})


def permit_state(permit: Permit, *, on: date) -> State:
    """How far the check of a permit has come, and until when it holds."""
    if permit.state == Permit.State.APPROVED and permit.expires_date <= on:
        why = _("Hand in the renewed permit.")
        return State(name="expired", label=_("Expired"), tone="error", why=why)
    ends = datetime.combine(permit.expires_date, time(), tzinfo=UTC)
    return State(
        name=permit.state,
        label=Permit.State(permit.state).label,
        tone=_PERMIT_TONES[permit.state],
        why=permit.why,
        until=ends if permit.state == Permit.State.APPROVED else None,
    )


def plan_state(plan: Plan, *, at: datetime) -> State:
    """Whether a plan pays, and what was announced; needs `plan.standing`."""
    now, later = rates_of(plan, at=at)
    if now is None and later is None:
        return State(name="ended", label=_("Ended"))
    if now is None:
        assert later is not None
        why = _("It begins at the announced time.")
        return State(
            name="announced", label=_("Announced"), tone="info", why=why, until=later.valid_from
        )
    if later is not None:
        why = _("A lower rate was announced; it waits for the rate lock.")
        return State(
            name="changing", label=_("Pays less soon"), tone="warning", why=why, until=now.valid_to
        )
    if now.valid_to is not None:
        why = _("It pays nothing after that.")
        return State(name="ending", label=_("Ends"), tone="warning", why=why, until=now.valid_to)
    return State(name="in_force", label=_("In force"), tone="ok")


def rates_of(plan: Plan, *, at: datetime) -> tuple[PlanVersion | None, PlanVersion | None]:
    """The version of a plan that pays now, and the next one; needs `plan.standing`."""
    versions: list[PlanVersion] = getattr(plan, "standing")  # noqa: B009
    alive = [each for each in versions if each.valid_to is None or each.valid_to > at]
    now = next((each for each in alive if each.valid_from <= at), None)
    later = next((each for each in alive if each.valid_from > at), None)
    return now, later


def rate_state(*, rate_ppm: int | None, until: datetime | None) -> State:
    """What a creator is told of a rate: how long it stays."""
    if rate_ppm is None:
        why = _("This shop pays no commission for it.")
        return State(name="no_plan", label=_("No commission"), why=why)
    if until is not None:
        why = _("The shop announced a change; what you sell before then keeps this rate.")
        return State(name="changing", label=_("Rate changes"), tone="warning", why=why, until=until)
    return State(name="in_force", label=_("In force"), tone="ok")


def batch_state(batch: ImportBatch) -> State:
    """Where a file stands."""
    label = ImportBatch.State(batch.state).label
    return State(name=batch.state, label=label, tone=_BATCH_TONES[batch.state])


def effect_state(row: ImportRow) -> State:
    """What applying a row of a file does."""
    label = ImportRow.Effect(row.effect).label
    return State(name=row.effect, label=label, tone=_EFFECT_TONES[row.effect], why=row.message)
