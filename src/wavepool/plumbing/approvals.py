"""Two persons for what one must not do alone: ask, decide, and check before acting.

Whoever acts asks `ensure_approved` with the digest of what it is about to do, in the same
transaction. An approval counts for that digest only, was given by somebody with no hand in the
content, with a second factor shown within `FRESH`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.models.approvals import Approval

#: How long ago a second factor may have been shown when one decides.
FRESH: Final = timedelta(minutes=15)
# Clocks of two machines may differ; a factor from further ahead is no fact.
_SKEW: Final = timedelta(minutes=5)
HAD_A_HAND: Final = _("You had a hand in this. Somebody else of the team has to decide.")
NOBODY_ASKED: Final = _("Nobody asked for an approval yet.")


class ApprovalError(PlatformError):
    """The base of what can go wrong with an approval."""


class SecondPersonNeeded(ApprovalError):
    """Somebody with a hand in it tried to decide, or nobody who could be asked for."""

    kind = "approvals.second_person_needed"
    status = 403


class SecondFactorNeeded(ApprovalError):
    """Deciding asks for a second factor that was shown a short while ago."""

    kind = "approvals.second_factor_needed"
    status = 403


class NotApproved(ApprovalError):
    """Nobody approved exactly this content."""

    kind = "approvals.not_approved"


class ContentChanged(ApprovalError):
    """The content is not the one that was asked about."""

    kind = "approvals.content_changed"
    status = 412


class AlreadyDecided(ApprovalError):
    """The request is no longer open."""

    kind = "approvals.already_decided"


class ReasonNeeded(ApprovalError):
    """A rejection says why."""

    kind = "approvals.reason_needed"
    status = 422


def request_approval(
    *, subject: str, digest: str, makers: Iterable[int], actor: Actor, as_of: datetime
) -> Approval:
    """Ask a second person to look at exactly this content; an earlier request becomes void.

    Args:
        subject: what it is about, "policy/commission/v2".
        digest: sha256 of the content, 64 hex digits.
        makers: accounts that had a hand in the content; the one who asks is always among them.

    Raises:
        SecondPersonNeeded: a machine or an API key cannot ask.
    """
    account_id = _person(actor)
    with transaction.atomic():
        _void(subject)
        approval = Approval.objects.create(
            subject=subject,
            digest=digest,
            makers=sorted({*makers, account_id}),
            requested_by=account_id,
            requested_name=actor.name[:120],
            requested_at=as_of,
        )
        _record("approvals.requested", approval, actor, as_of)
    return approval


def approve(*, approval_id: str, digest: str, actor: Actor, as_of: datetime) -> Approval:
    """Agree to the content of that digest.

    Raises:
        NotFound: there is no such request.
        SecondPersonNeeded: the actor asked, or had a hand in the content, or is no person.
        SecondFactorNeeded: the actor showed none within `FRESH`.
        ContentChanged: the digest is not the one that was asked about.
        AlreadyDecided: it is no longer open.
    """
    return _decide(
        approval_id, Approval.Decision.APPROVED, digest=digest, reason="", actor=actor, as_of=as_of
    )


def reject(
    *, approval_id: str, digest: str, reason: str, actor: Actor, as_of: datetime
) -> Approval:
    """Refuse the content of that digest, and say why.

    Raises:
        ReasonNeeded: the reason is empty; else as `approve`.
    """
    if not reason.strip():
        raise ReasonNeeded(_("Say why, so that the author knows what to change."))
    return _decide(
        approval_id,
        Approval.Decision.REJECTED,
        digest=digest,
        reason=reason.strip()[:1000],
        actor=actor,
        as_of=as_of,
    )


def void_approvals(*, subject: str, actor: Actor, as_of: datetime) -> int:
    """Void what was asked or agreed about a subject, because its content changed; count them."""
    with transaction.atomic():
        count = _void(subject)
        if count:
            audit.record(kind="approvals.voided", subject=subject, actor=actor, at=as_of, data={})
    return count


def find_approval(*, subject: str) -> Approval | None:
    """The request about a subject that is open or approved, if there is one."""
    standing = [Approval.Decision.OPEN, Approval.Decision.APPROVED]
    return Approval.objects.filter(subject=subject, decision__in=standing).first()


def list_approvals(*, subject: str) -> list[Approval]:
    """Every request about a subject, the latest first."""
    return list(Approval.objects.filter(subject=subject).order_by("-pk"))


def ensure_approved(*, subject: str, digest: str, makers: Iterable[int]) -> Approval:
    """The standing approval of exactly this content, locked for the caller's transaction.

    Raises:
        NotApproved: nobody approved it, or one who had a hand in it did.
    """
    approval = (
        Approval.objects.select_for_update()
        .filter(subject=subject, digest=digest, decision=Approval.Decision.APPROVED)
        .first()
    )
    if approval is None or not is_second_person(
        approval.decided_by, makers={*makers, *approval.makers, approval.requested_by}
    ):
        raise NotApproved(_("A second person has to approve exactly this content first."))
    return approval


def is_second_person(account_id: int | None, *, makers: Iterable[int]) -> bool:
    """Whether an account had no hand in what it decides about."""
    return account_id is not None and account_id not in set(makers)


def has_fresh_factor(actor: Actor, *, as_of: datetime) -> bool:
    """Whether the actor showed a second factor a short while ago; a demonstration asks for none."""
    if settings.IS_DEMO:
        return True
    return actor.mfa_at is not None and -_SKEW <= as_of - actor.mfa_at <= FRESH


def _decide(
    approval_id: str,
    decision: Approval.Decision,
    *,
    digest: str,
    reason: str,
    actor: Actor,
    as_of: datetime,
) -> Approval:
    account_id = _person(actor)
    with transaction.atomic():
        found = Approval.objects.select_for_update().filter(public_id=approval_id)
        approval = found.first()
        if approval is None:
            raise NotFound(_("There is no such request."))
        if not approval.is_open:
            raise AlreadyDecided(_("Somebody decided this already, or the content changed."))
        if approval.digest != digest:
            raise ContentChanged(_("The content changed since you opened it. Look at it again."))
        if not is_second_person(account_id, makers={*approval.makers, approval.requested_by}):
            raise SecondPersonNeeded(HAD_A_HAND)
        if not has_fresh_factor(actor, as_of=as_of):
            raise SecondFactorNeeded(_("Show your second factor again, then decide."))
        values = {
            "decision": decision,
            "decided_by": account_id,
            "decided_name": actor.name[:120],
            "decided_at": as_of,
            "reason": reason,
        }
        # On SQLite the lock above is none: the condition decides who was first.
        if not found.filter(decision=Approval.Decision.OPEN).update(**values):
            raise AlreadyDecided(_("Somebody decided this already, or the content changed."))
        approval.refresh_from_db()
        _record(f"approvals.{decision.value}", approval, actor, as_of)
    return approval


def _void(subject: str) -> int:
    standing = [Approval.Decision.OPEN, Approval.Decision.APPROVED]
    rows = Approval.objects.filter(subject=subject, decision__in=standing)
    return rows.update(decision=Approval.Decision.VOID)


def _person(actor: Actor) -> int:
    """The account of a human being at a screen; keys and machines decide nothing."""
    if actor.account_id is None or actor.is_machine or actor.scopes is not None:
        raise SecondPersonNeeded(_("Only a person who is signed in can do this."))
    return actor.account_id


def _record(kind: str, approval: Approval, actor: Actor, as_of: datetime) -> None:
    data = {"approval": approval.public_id, "digest": approval.digest}
    audit.record(kind=kind, subject=approval.subject, actor=actor, at=as_of, data=data)
