"""From a draft to a rule: ask a second person, announce, bind, supersede, withdraw."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.operations.drafts import (
    author_of,
    ensure_binding,
    lock_kind,
    lock_version,
)
from wavepool.domains.policies.operations.errors import (
    AlreadyInForce,
    AnotherAnnounced,
    DraftChanged,
    DraftOutdated,
    NoLongerDraft,
    NothingChanged,
    NoticeTooShort,
    WithdrawalUnexplained,
)
from wavepool.domains.policies.operations.telling import tell_later
from wavepool.domains.policies.tables import KINDS, kind_of, read_document
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.approvals import NotApproved
from wavepool.plumbing.models import Approval
from wavepool.plumbing.windows import day_of, day_window

_Stage = PolicyVersion.Stage


def request_approval(
    *, kind: str, number: int, seen_digest: str, actor: Actor, as_of: datetime
) -> Approval:
    """Ask a second person to look at a draft as it is now.

    Raises:
        NotFound, NotAllowed: there is no such version for the actor.
        NoLongerDraft, DraftChanged, DraftOutdated, DraftInvalid: it cannot be published so.
        NothingChanged: it says what holds already.
    """
    with transaction.atomic():
        version = _open_draft(kind, number, seen_digest, actor=actor, to="operate")
        return approvals.request_approval(
            subject=version.subject,
            digest=version.digest,
            makers=queries.list_editors(version),
            actor=actor,
            as_of=as_of,
        )


def approve_version(
    *, kind: str, number: int, seen_digest: str, actor: Actor, as_of: datetime
) -> Approval:
    """Agree to a draft as the second person.

    Raises:
        NotFound, NotAllowed: no such version, or the actor does not own the platform's terms.
        NoLongerDraft, DraftChanged, DraftOutdated, DraftInvalid: it cannot be published so.
        SecondPersonNeeded: the actor wrote or asked for it, now or earlier.
        SecondFactorNeeded: the actor showed none a short while ago.
        NotApproved: nobody asked.
    """
    with transaction.atomic():
        version = _open_draft(kind, number, seen_digest, actor=actor, to="own")
        _ensure_second(version, actor)
        return approvals.approve(
            approval_id=_asked(version).public_id,
            digest=version.digest,
            actor=actor,
            as_of=as_of,
        )


def reject_version(
    *, kind: str, number: int, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> Approval:
    """Refuse a draft as the second person; it stays a draft.

    Raises:
        ReasonNeeded: the reason is empty; else as `approve_version`.
    """
    with transaction.atomic():
        version = lock_version(kind, number, actor=actor, to="own")
        _ensure_second(version, actor)
        return approvals.reject(
            approval_id=_asked(version).public_id,
            digest=seen_digest,
            reason=reason,
            actor=actor,
            as_of=as_of,
        )


def publish_version(
    *, kind: str, number: int, seen_digest: str, actor: Actor, as_of: datetime
) -> PolicyVersion:
    """Announce an approved draft; it binds when its public notice has passed.

    The first day is the first whole local day after the notice, or the wanted one if later. The
    notice is the longest of: the least of the kind, the one that holds now, the draft's own.

    Raises:
        NotFound, NotAllowed: no such version, or the actor does not own the platform's terms.
        NotApproved: nobody without a hand in it approved exactly this content.
        AnotherAnnounced: one of this kind is on its way.
        NoticeTooShort: the wanted first day is too early.
        NoLongerDraft, DraftChanged, DraftOutdated, DraftInvalid, NothingChanged: as above.
    """
    author_of(actor)
    with transaction.atomic():
        version = _open_draft(kind, number, seen_digest, actor=actor, to="own")
        if PolicyVersion.objects.filter(kind=kind, stage=_Stage.NOTICE).exists():
            raise AnotherAnnounced
        approval = approvals.ensure_approved(
            subject=version.subject, digest=version.digest, makers=queries.list_editors(version)
        )
        valid_from_at = first_instant(version, as_of=as_of)
        # The predecessor ends where this one begins; both stand or neither does.
        PolicyVersion.objects.filter(kind=kind, stage=_Stage.IN_FORCE, valid_until_at=None).update(
            valid_until_at=valid_from_at
        )
        changed = PolicyVersion.objects.filter(
            pk=version.pk, stage=_Stage.DRAFT, digest=seen_digest
        ).update(
            stage=_Stage.NOTICE,
            announced_at=as_of,
            valid_from_at=valid_from_at,
            approval=approval,
            approved_by_id=approval.decided_by,
            approved_digest=approval.digest,
        )
        if not changed:
            raise DraftChanged
        version.refresh_from_db()
        tell_later(version, "announced", actor=actor, as_of=as_of)
        _record("policies.announced", version, actor, as_of)
    return version


def withdraw_version(
    *, kind: str, number: int, seen_digest: str, reason: str, actor: Actor, as_of: datetime
) -> PolicyVersion:
    """Take back a draft, or an announced version before it binds; the one before holds on.

    Raises:
        NotFound, NotAllowed: no such version; an announced one asks for the right to own terms.
        WithdrawalUnexplained: the reason is empty.
        DraftChanged: somebody saved it since it was opened.
        AlreadyInForce: it binds, or is over.
    """
    author_of(actor)
    if not reason.strip():
        raise WithdrawalUnexplained
    with transaction.atomic():
        version = lock_version(kind, number, actor=actor, to="operate")
        if version.digest != seen_digest:
            raise DraftChanged
        if not version.can_withdraw or (version.valid_from_at and version.valid_from_at <= as_of):
            raise AlreadyInForce
        if version.stage == _Stage.NOTICE:
            people.access_staff(actor=actor, to="own")
        began, version.valid_from_at = version.valid_from_at, None
        version.stage, version.withdrawn_at = _Stage.WITHDRAWN, as_of
        version.reason = reason.strip()[:1000]
        version.save(update_fields=["stage", "valid_from_at", "withdrawn_at", "reason"])
        if began is not None:
            tell_later(version, "withdrawn", actor=actor, as_of=as_of)
            PolicyVersion.objects.filter(
                kind=kind, stage=_Stage.IN_FORCE, valid_until_at=began
            ).update(valid_until_at=None)
        approvals.void_approvals(subject=version.subject, actor=actor, as_of=as_of)
        _record("policies.withdrawn", version, actor, as_of)
    return version


def activate_due(*, actor: Actor, as_of: datetime) -> tuple[PolicyVersion, ...]:
    """Mark announced versions whose first instant has come as in force, what they follow as over.

    Reads go by the announced validity and do not wait for this. A second call changes nothing.
    """
    activated = []
    for kind in KINDS:
        with transaction.atomic():
            lock_kind(kind)
            due = PolicyVersion.objects.filter(
                kind=kind, stage=_Stage.NOTICE, valid_from_at__lte=as_of
            ).first()
            if due is None:
                continue
            PolicyVersion.objects.filter(
                kind=kind, stage=_Stage.IN_FORCE, valid_until_at=due.valid_from_at
            ).update(stage=_Stage.SUPERSEDED)
            due.stage = _Stage.IN_FORCE
            due.save(update_fields=["stage"])
            _record("policies.in_force", due, actor, as_of)
            activated.append(due)
    return tuple(activated)


def first_instant(version: PolicyVersion, *, as_of: datetime) -> datetime:
    """When a draft would bind if it were announced at `as_of`: the start of a local day.

    Raises:
        NoticeTooShort: its wanted first day is too early.
    """
    frame = queries.policy_in_force("pool", at=as_of)
    zone = str(read_document(frame.text, kind=kind_of("pool")).head["zone"])
    noticed = as_of + timedelta(days=notice_days(version))
    earliest = day_of(noticed, zone=zone)
    if day_window(earliest, zone=zone).starts_at < noticed:
        earliest += timedelta(days=1)
    if version.first_date is not None and version.first_date < earliest:
        raise NoticeTooShort(day_window(earliest, zone=zone).starts_at)
    return day_window(version.first_date or earliest, zone=zone).starts_at


def notice_days(version: PolicyVersion) -> int:
    """How long a draft must be announced: what people were promised is not shortened by it."""
    kind = kind_of(version.kind)
    last = queries.find_last(version.kind)
    texts = [version.text, *([last.text] if last else [])]
    promised = (read_document(text, kind=kind).notice_days for text in texts)
    return max(kind.notice_days_min, *promised)


def _open_draft(
    kind: str, number: int, seen_digest: str, *, actor: Actor, to: str
) -> PolicyVersion:
    """A draft that can still be published as it is, every row of its kind locked."""
    version = lock_version(kind, number, actor=actor, to=to)
    if not version.is_draft:
        raise NoLongerDraft
    if version.digest != seen_digest:
        raise DraftChanged
    queries.ensure_untouched(version)
    last = queries.find_last(kind)
    if last is None or version.replaces != last.number:
        raise DraftOutdated
    ensure_binding(version)
    if not queries.list_differences(kind, before=last.text, after=version.text):
        raise NothingChanged
    return version


def _ensure_second(version: PolicyVersion, actor: Actor) -> None:
    if not approvals.is_second_person(author_of(actor), makers=queries.list_editors(version)):
        raise approvals.SecondPersonNeeded(approvals.HAD_A_HAND)


def _asked(version: PolicyVersion) -> Approval:
    approval = queries.find_approval(version)
    if approval is None:
        raise NotApproved(approvals.NOBODY_ASKED)
    return approval


def _record(kind: str, version: PolicyVersion, actor: Actor, as_of: datetime) -> None:
    data = {
        "digest": version.digest,
        "approved_by": version.approved_by_id,
        "valid_from_at": version.valid_from_at.isoformat() if version.valid_from_at else None,
        "reason": version.reason,
    }
    audit.record(kind=kind, subject=version.subject, actor=actor, at=as_of, data=data)
