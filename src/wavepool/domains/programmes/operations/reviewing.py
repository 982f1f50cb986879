"""What becomes of an approved award: paid, and taken back where a ruling says so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import Award, Clawback, Outcome
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class AwardNotPaid(PlatformError):
    """Only what was paid can be taken back."""

    kind = "programmes.award_not_paid"

    def __init__(self, key: str) -> None:
        super().__init__(_("This award is not paid; there is nothing to take back."))
        self.key = key


class AboveAward(PlatformError):
    """More would be taken back than the award has left, or nothing at all."""

    kind = "programmes.above_award"
    status: ClassVar[int] = 422

    def __init__(self, left_minor: int) -> None:
        super().__init__(_("Less than that is left of the award."), pointer="/amount")
        self.left_minor = left_minor


class ClawbackReasonNeeded(PlatformError):
    """Whoever takes an award back says why."""

    kind = "programmes.clawback_reason_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("Say why the award is taken back."), pointer="/reason")


def note_paid(
    *, keys: Collection[str], period: str, reference: str, actor: Actor, as_of: datetime
) -> int:
    """Note that approved awards were paid; what is paid already stays as it is.

    Args:
        keys: of statement lines of a month, e.g. "A:new_anchor_cash:new_anchor_cash:start:501".
        reference: what the payer's records call the payment.

    Returns how many became paid.

    Raises:
        NotFound: one of them is not approved; then nothing is noted.
    """
    with transaction.atomic():
        found = [queries.get_final_award(each, period=period) for each in sorted(set(keys))]
        Outcome.objects.bulk_create(
            [Outcome(award=each, award_minor=each.award_minor) for each in found],
            ignore_conflicts=True,
        )
        count = Outcome.objects.filter(award__in=found, paid_at=None).update(
            paid_at=as_of, reference=reference[:120]
        )
        if count:
            audit.record(
                kind="programmes.paid",
                subject=f"programmes/{period}",
                actor=actor,
                at=as_of,
                data={"reference": reference, "awards": count},
            )
    return count


def note_returned(
    *, keys: Collection[str], period: str, reference: str, actor: Actor, as_of: datetime
) -> int:
    """Note that the money of paid awards came back: they are owed again.

    An award that was taken back since stays as it is: what it paid was decided about already.

    Args:
        keys: of statement lines of a month, as in `note_paid`.
        reference: of the payment that came back.

    Returns how many are owed again.

    Raises:
        NotFound: one of them is not approved; then nothing is noted.
    """
    with transaction.atomic():
        found = [queries.get_final_award(each, period=period) for each in sorted(set(keys))]
        rows = Outcome.objects.filter(award__in=found, paid_at__isnull=False, clawed_back_minor=0)
        count = rows.update(paid_at=None, reference="")
        if count:
            audit.record(
                kind="programmes.returned",
                subject=f"programmes/{period}",
                actor=actor,
                at=as_of,
                data={"reference": reference, "awards": count},
            )
    return count


def note_clawed_back(
    award_key: str,
    reason: str,
    *,
    period: str,
    reference: str,
    amount_minor: int | None = None,
    actor: Actor,
    as_of: datetime,
) -> Outcome:
    """Note that a paid award was taken back, or a part of it; each reference counts once.

    The money moves elsewhere, as a line of a later statement; the award itself never changes.

    Args:
        reference: of the ruling.
        amount_minor: how much; all that is left without it.

    Raises:
        NotFound: no such award is approved.
        AwardNotPaid: it was not paid.
        ClawbackReasonNeeded: the reason is empty.
        AboveAward: that much is not left of it.
    """
    text = reason.strip()[:1000]
    if not text:
        raise ClawbackReasonNeeded
    with transaction.atomic():
        award = queries.get_final_award(award_key, period=period)
        outcome = Outcome.objects.select_for_update().filter(award=award).first()
        if outcome is None or outcome.paid_at is None:
            raise AwardNotPaid(award_key)
        if Clawback.objects.filter(award=award, reference=reference).exists():
            return outcome
        left = outcome.award_minor - outcome.clawed_back_minor
        amount = left if amount_minor is None else amount_minor
        _take_back(award, amount, left=left, reason=text, as_of=as_of)
        Clawback.objects.create(
            award=award,
            reference=reference,
            amount_minor=amount,
            reason=text,
            noted_by=actor.name[:160],
            noted_at=as_of,
        )
        audit.record(
            kind="programmes.clawed_back",
            subject=f"award/{award.public_id}",
            actor=actor,
            at=as_of,
            data={"reference": reference, "amount": amount, "reason": text},
        )
        outcome.refresh_from_db()
    return outcome


def _take_back(award: Award, amount: int, *, left: int, reason: str, as_of: datetime) -> None:
    room = Outcome.objects.filter(award=award, clawed_back_minor__lte=F("award_minor") - amount)
    if amount <= 0 or not room.update(
        clawed_back_minor=F("clawed_back_minor") + amount, clawed_back_at=as_of, reason=reason
    ):
        raise AboveAward(left)
