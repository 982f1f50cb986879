"""Corrections: which wait, which were agreed to, and what the close of a month takes in."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pyarrow as pa
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.statements.models import Correction, Take
from wavepool.domains.statements.queries.finding import find_close
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import Event, State

#: What the close of a month takes in, + to the payee; `key` is the line's.
CORRECTION_ROWS: Final = pa.schema(
    [
        ("payee_id", pa.int64()),
        ("currency", pa.string()),
        ("key", pa.string()),
        ("amount_minor", pa.int64()),
        ("reason", pa.string()),
    ]
)


def list_corrections() -> QuerySet[Correction]:
    """Every correction."""
    return Correction.objects.select_related("payee")


def access_correction(public_id: str, *, actor: Actor, to: str) -> Correction:
    """One correction, for staff with a right.

    Raises:
        NotFound: the actor is no staff, or there is none.
        NotAllowed: the actor's roles lack the right.
    """
    people.access_staff(actor=actor, to=to)
    found = list_corrections().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such correction."))
    return found


def takes_corrections(take: Take) -> bool:
    """Whether a take shows what `corrections_for` gives: the final one, or the next to close.

    Of several open months in one run only the earliest does, so that nothing is counted twice.
    """
    earlier = [each for each in take.run.periods if each < take.period]
    if take.is_final or not earlier:
        return True
    closed = Take.objects.filter(period__in=earlier, is_final=True, taken_at__isnull=False)
    return closed.count() == len(earlier)


def corrections_for(period: str) -> pa.Table:
    """What a month's close takes in: what was agreed to and no month took yet, or this one did.

    Returns:
        payee_id, currency, key ("X:" and the correction's number), amount_minor (+ to the payee),
        reason; sorted by the number. A locked month has those that it took and never another.
    """
    taken = Q(applied_period=period)
    close = find_close(period)
    if close is None or close.locked_at is None:
        taken |= Q(applied_period="")
    rows = Correction.objects.filter(taken, state=Correction.State.APPROVED).order_by("pk")
    named = rows.values_list("payee_id", "currency", "pk", "amount_minor", "reason")
    return pa.Table.from_pylist(
        [
            {
                "payee_id": payee_id,
                "currency": currency,
                "key": key_of_correction(pk),
                "amount_minor": amount_minor,
                "reason": reason,
            }
            for payee_id, currency, pk, amount_minor, reason in named
        ],
        schema=CORRECTION_ROWS,
    )


def key_of_correction(pk: int) -> str:
    """The key of the statement line that a correction becomes.

    >>> key_of_correction(17)
    'X:17'
    """
    return f"X:{pk}"


def find_correction_of_key(key: str) -> Correction | None:
    """The correction that a statement's line came from."""
    kind, _colon, number = key.partition(":")
    if kind != "X" or not number.isdecimal():
        return None
    return list_corrections().filter(pk=int(number)).first()


def subject_of_correction(correction: Correction) -> str:
    """What approvals and the audit trail call it."""
    return f"correction/{correction.public_id}"


def digest_of_correction(correction: Correction) -> str:
    """The sha256 of all that two persons agree to."""
    parts = (
        correction.public_id,
        correction.payee_id,
        correction.currency,
        correction.amount_minor,
        correction.cause,
        correction.ref,
        correction.about_period,
        correction.about_key,
        correction.reason,
    )
    return hashlib.sha256("\x00".join(map(str, parts)).encode()).hexdigest()


def state_of_correction(correction: Correction) -> State:
    """Where it stands, as people see it."""
    if correction.applied_period:
        return State(
            name="applied",
            label=_("In the statement of %(period)s") % {"period": correction.applied_period},
            tone="ok",
        )
    words: dict[str, tuple[Any, Any, Any]] = {
        "asked": ("warning", _("Waits for a second person"), _("Nothing changes before")),
        "approved": ("info", _("Approved"), _("The next month that closes takes it in")),
        "rejected": ("neutral", _("Rejected"), correction.decided_why),
    }
    tone, label, why = words[correction.state]
    return State(name=correction.state, label=label, tone=tone, why=why)


def events_of_correction(correction: Correction) -> list[Event]:
    """What happened to it, in order."""
    found = [
        Event(at=correction.asked_at, title=_("Asked for"), text=correction.reason,
              who=correction.asked_name)
    ]  # fmt: skip
    if correction.decided_at is not None:
        is_approved = correction.state == Correction.State.APPROVED
        found.append(
            Event(
                at=correction.decided_at,
                title=_("Approved") if is_approved else _("Rejected"),
                text=correction.decided_why,
                tone="ok" if is_approved else "neutral",
                who=correction.decided_name,
            )
        )
    if correction.applied_at is not None:
        title = _("Taken into %(period)s") % {"period": correction.applied_period}
        found.append(Event(at=correction.applied_at, title=title, tone="ok"))
    return found


def count_corrections_waiting() -> int:
    """Corrections that wait for a second person."""
    return Correction.objects.filter(state=Correction.State.ASKED).count()


def cause_choices() -> list[tuple[str, Any]]:
    """Causes as forms and filters offer them."""
    return list(Correction.Cause.choices)


def correction_state_choices() -> list[tuple[str, Any]]:
    """States as a filter offers them."""
    return list(Correction.State.choices)
