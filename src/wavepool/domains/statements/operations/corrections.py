"""Corrections: asked by one, agreed to by another, taken in once by the next month that closes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import operations as programmes
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Correction
from wavepool.engine.money import AMOUNT_MAX, CURRENCY_EXPONENTS
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

_REASON_MAX: Final = 1_000


class CorrectionError(PlatformError):
    """The base of refusals of corrections."""


class CorrectionEmpty(CorrectionError):
    """It corrects nothing, or says no reason."""

    kind = "statements.correction_empty"
    status: ClassVar[int] = 422


class CorrectionDiffers(CorrectionError):
    """What it follows from was corrected already, by another amount or for another payee."""

    kind = "statements.correction_differs"


class CorrectionDecided(CorrectionError):
    """It was decided."""

    kind = "statements.correction_decided"


class OwnMoney(CorrectionError):
    """The actor has a seat where the money goes."""

    kind = "statements.own_money"
    status: ClassVar[int] = 403


class CorrectionsChanged(CorrectionError):
    """What the close took in is not what may be applied to the month."""

    kind = "statements.corrections_changed"


class MonthLocked(CorrectionError):
    """The month is closed; what was wrong with it is corrected in the next."""

    kind = "statements.month_locked"


def ask_correction(
    *,
    payee_id: int,
    currency: str,
    amount_minor: int,
    reason: str,
    cause: str,
    ref: str,
    actor: Actor,
    as_of: datetime,
    about: tuple[str, str] = ("", ""),
) -> Correction:
    """Ask for a correction; nothing changes before a second person agrees.

    The same cause and ref with the same amount again gives the same correction.

    Args:
        amount_minor: + to the payee, - from the payee; not 0.
        cause: one of `Correction.Cause`.
        ref: what it follows from, e.g. an objection's public id; "" for nothing of its own.
        about: month and key of the statement's line that it is about; an award that is taken back
            is named by them.

    Raises:
        NotFound: the actor is no staff, or there is no such payee.
        NotAllowed: the actor's roles lack the right to money.
        SecondPersonNeeded: a machine or a key cannot ask.
        CorrectionEmpty: no amount, reason or cause that there is.
        OwnMoney: the actor has a seat where the money goes.
        CorrectionDiffers: cause and ref were corrected by another amount.
    """
    people.access_staff(actor=actor, to="finance")
    words = _checked(amount_minor, currency=currency, reason=reason, cause=cause)
    _ensure_names_its_award(amount_minor, cause=cause, about=about)
    if payee_id not in people.payees_by_id((payee_id,)):
        raise NotFound(_("There is no such payee."), pointer="/payee_id")
    _ensure_stranger(payee_id, actor=actor, as_of=as_of)
    given = {"payee_id": payee_id, "currency": currency, "amount_minor": amount_minor}
    with transaction.atomic():
        known = _known(cause, ref, given)
        if known is not None:
            return known
        row = Correction(
            cause=cause, ref=ref[:120], reason=words, about_period=about[0], about_key=about[1],
            asked_by=actor.account_id or 0, asked_name=actor.name[:160], asked_at=as_of, **given,
        )  # fmt: skip
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            # Somebody asked for the same at this moment.
            known = _known(cause, ref, given)
            if known is None:
                raise
            return known
        _request(row, actor=actor, as_of=as_of)
        return row


def approve_correction(*, public_id: str, actor: Actor, as_of: datetime) -> Correction:
    """Agree to a correction as the second person.

    Raises:
        NotFound: the actor is no staff, or there is none.
        NotAllowed: the actor's roles lack the right to money.
        CorrectionDecided: it was decided.
        SecondPersonNeeded: the actor asked for it, or is no person.
        SecondFactorNeeded: none was shown a short while ago.
        OwnMoney: the actor has a seat where the money goes.
        NotFound, AwardNotPaid, AboveAward: the award that it takes back was not paid as much.
    """
    return _decide(public_id, Correction.State.APPROVED, why="", actor=actor, as_of=as_of)


def reject_correction(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Correction:
    """Refuse a correction, and say why.

    Raises:
        ReasonNeeded: no reason is given; else as `approve_correction`.
    """
    return _decide(public_id, Correction.State.REJECTED, why=why, actor=actor, as_of=as_of)


def mark_applied(*, period: str, ids: Collection[int], actor: Actor, as_of: datetime) -> int:
    """Say which corrections a month's close took in; they are applied once and for ever.

    The same again changes nothing. Gives how many it newly applied.

    Args:
        period: the month that is on its way into the books, not locked yet.
        ids: numbers of corrections, as `corrections_for` has them in its keys.

    Raises:
        CorrectionsChanged: one was not agreed to, or another month took it.
        MonthLocked: one is new, and the month is closed.
    """
    wanted = set(ids)
    with transaction.atomic():
        rows = Correction.objects.select_for_update().filter(
            pk__in=wanted, state=Correction.State.APPROVED
        )
        found = dict(rows.values_list("pk", "applied_period"))
        if found.keys() != wanted or not set(found.values()) <= {"", period}:
            raise CorrectionsChanged(_("What the close took in changed; prepare it again."))
        fresh = [pk for pk, applied in found.items() if not applied]
        if not fresh:
            return 0
        close = queries.find_close(period)
        if close is not None and close.locked_at is not None:
            raise MonthLocked(_("A closed month is not changed."))
        # On SQLite nobody holds the rows: what was read is a condition of the update.
        mine = Correction.objects.filter(pk__in=fresh, applied_period="")
        if mine.update(applied_period=period, applied_at=as_of) != len(fresh):
            raise CorrectionsChanged(_("What the close took in changed; prepare it again."))
        data = {"corrections": sorted(fresh)}
        audit.record(
            kind="statements.corrections_applied", subject=f"statements/{period}", actor=actor,
            at=as_of, data=data,
        )  # fmt: skip
        return len(fresh)


def _decide(
    public_id: str, state: Correction.State, *, why: str, actor: Actor, as_of: datetime
) -> Correction:
    people.access_staff(actor=actor, to="finance")
    with transaction.atomic():
        row = queries.access_correction(public_id, actor=actor, to="finance")
        if row.state != Correction.State.ASKED:
            raise CorrectionDecided(_("This correction was decided already."))
        _ensure_stranger(row.payee_id, actor=actor, as_of=as_of)
        decided = _agree(row, state, why=why, actor=actor, as_of=as_of)
        changed = Correction.objects.filter(pk=row.pk, state=Correction.State.ASKED).update(
            state=state, decided_by=actor.account_id, decided_name=actor.name[:160],
            decided_at=as_of, decided_why=decided,
        )  # fmt: skip
        if not changed:
            raise CorrectionDecided(_("This correction was decided already."))
        row.refresh_from_db()
        if row.cause == Correction.Cause.AWARD and state == Correction.State.APPROVED:
            _take_back_award(row, actor=actor, as_of=as_of)
        return row


def _take_back_award(row: Correction, *, actor: Actor, as_of: datetime) -> None:
    """Tell the programme; if the award was not paid as much, nothing of all this happened."""
    programmes.note_clawed_back(
        row.about_key,
        row.reason,
        period=row.about_period,
        reference=row.public_id,
        amount_minor=-row.amount_minor,
        actor=actor,
        as_of=as_of,
    )


def _ensure_names_its_award(amount_minor: int, *, cause: str, about: tuple[str, str]) -> None:
    if cause != Correction.Cause.AWARD:
        return
    if amount_minor > 0:
        raise CorrectionEmpty(_("An award that is taken back is below zero."), pointer="/amount")
    if not all(about):
        raise CorrectionEmpty(_("Name the month and the line of the award."), pointer="/about_key")


def _agree(
    row: Correction, state: Correction.State, *, why: str, actor: Actor, as_of: datetime
) -> str:
    """The second person's yes or no to exactly this content; gives the reason of a no."""
    subject, digest = queries.subject_of_correction(row), queries.digest_of_correction(row)
    asked = approvals.find_approval(subject=subject)
    if asked is None:
        raise approvals.NotApproved(approvals.NOBODY_ASKED)
    which: dict[str, Any] = {
        "approval_id": asked.public_id,
        "digest": digest,
        "actor": actor,
        "as_of": as_of,
    }
    if state == Correction.State.REJECTED:
        return approvals.reject(reason=why, **which).reason
    approvals.approve(**which)
    approvals.ensure_approved(subject=subject, digest=digest, makers=(row.asked_by,))
    return ""


def _request(row: Correction, *, actor: Actor, as_of: datetime) -> None:
    approvals.request_approval(
        subject=queries.subject_of_correction(row),
        digest=queries.digest_of_correction(row),
        makers=(row.asked_by,),
        actor=actor,
        as_of=as_of,
    )


def _known(cause: str, ref: str, given: dict[str, object]) -> Correction | None:
    """The correction that stands for this cause and ref already."""
    if not ref:
        return None
    rows = Correction.objects.filter(cause=cause, ref=ref)
    found = rows.exclude(state=Correction.State.REJECTED).first()
    if found is not None and any(getattr(found, name) != value for name, value in given.items()):
        raise CorrectionDiffers(_("This was corrected already, by another amount or for another."))
    return found


def _ensure_stranger(payee_id: int, *, actor: Actor, as_of: datetime) -> None:
    if actor.account_id in people.accounts_of_payee(payee_id, at=as_of):
        raise OwnMoney(_("You have a seat where this money goes. Somebody else has to do it."))


def _checked(amount_minor: int, *, currency: str, reason: str, cause: str) -> str:
    words = reason.strip()
    if not amount_minor or abs(amount_minor) > AMOUNT_MAX:
        raise CorrectionEmpty(_("Write an amount other than zero."), pointer="/amount")
    if currency not in CURRENCY_EXPONENTS:
        raise CorrectionEmpty(_("There is no such currency."), pointer="/currency")
    if cause not in Correction.Cause.values:
        raise CorrectionEmpty(_("Choose a cause."), pointer="/cause")
    if not words:
        raise CorrectionEmpty(_("Say why; the payee reads it."), pointer="/reason")
    return words[:_REASON_MAX]
