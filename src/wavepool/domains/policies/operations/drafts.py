"""Write drafts; every save is remembered with its author and voids what was agreed before."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.policies import queries
from wavepool.domains.policies.models import PolicyEdit, PolicyVersion
from wavepool.domains.policies.operations.errors import (
    DraftChanged,
    DraftInvalid,
    NoLongerDraft,
)
from wavepool.domains.policies.tables import (
    clean_text,
    judge,
    kind_of,
    numbered_text,
)
from wavepool.plumbing import approvals, audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.approvals import SecondPersonNeeded


def begin_draft(*, kind: str, actor: Actor, as_of: datetime) -> PolicyVersion:
    """Begin the next version of a kind with the text that holds now.

    Raises:
        NotFound, NotAllowed: the actor may not operate the platform, or there is no such kind.
        NoPolicyInForce: the defaults are not installed.
    """
    people.access_staff(actor=actor, to="operate")
    account_id = author_of(actor)
    queries.get_kind(kind)
    with transaction.atomic():
        lock_kind(kind)
        last = queries.find_last(kind)
        if last is None:
            raise queries.NoPolicyInForce(_("The default policies are not installed yet."))
        taken = PolicyVersion.objects.filter(kind=kind).aggregate(most=Max("number"))["most"]
        version = PolicyVersion(
            kind=kind,
            number=taken + 1,
            replaces=last.number,
            text=numbered_text(last.text, taken + 1),
            author_id=account_id,
            created_at=as_of,
        )
        version.digest = queries.digest_of(version)
        version.save(force_insert=True)
        _remember(version, actor, as_of, kind="policies.draft_begun")
    return version


def save_draft(
    *,
    kind: str,
    number: int,
    text: str,
    summary: str,
    first_date: date | None,
    seen_digest: str,
    actor: Actor,
    as_of: datetime,
) -> PolicyVersion:
    """Save a draft that may bind; what was asked or agreed about an earlier text is void.

    Args:
        kind, number: which draft.
        text: the whole document.
        summary: one sentence that stands above the difference, for everybody.
        first_date: the day on which it is wanted in force, None for as soon as possible.
        seen_digest: the digest that the editor opened.

    Raises:
        NotFound, NotAllowed: there is no such version for the actor.
        NoLongerDraft: it was announced or withdrawn.
        DraftChanged: somebody saved it since.
        DraftInvalid: the text has faults; nothing is saved.
    """
    author_of(actor)
    with transaction.atomic():
        version = lock_version(kind, number, actor=actor, to="operate")
        if not version.is_draft:
            raise NoLongerDraft
        if version.digest != seen_digest:
            raise DraftChanged
        last = queries.find_last(kind)
        version.text, version.summary = clean_text(text), summary.strip()[:400]
        version.first_date = first_date
        version.replaces = last.number if last else 0
        ensure_binding(version)
        version.digest = queries.digest_of(version)
        changed = PolicyVersion.objects.filter(
            pk=version.pk, stage=PolicyVersion.Stage.DRAFT, digest=seen_digest
        ).update(
            text=version.text,
            summary=version.summary,
            first_date=version.first_date,
            replaces=version.replaces,
            digest=version.digest,
        )
        if not changed:
            raise DraftChanged
        if version.digest != seen_digest:
            approvals.void_approvals(subject=version.subject, actor=actor, as_of=as_of)
        _remember(version, actor, as_of, kind="policies.draft_saved")
    return version


def ensure_binding(version: PolicyVersion) -> None:
    """Refuse a text with faults beside the documents it would be in force with.

    Raises:
        DraftInvalid: with every fault.
    """
    others = queries.others_of(version.kind, queries.list_last_texts())
    kind = kind_of(version.kind)
    faults = judge(version.text, kind=kind, number=version.number, others=others)
    if faults:
        raise DraftInvalid(faults)


def lock_version(kind: str, number: int, *, actor: Actor, to: str) -> PolicyVersion:
    """One version as its latest state, after every row of its kind was locked."""
    lock_kind(kind)
    return queries.access_version(kind, number, actor=actor, to=to)


def lock_kind(kind: str) -> None:
    """Take turns with everybody who changes this kind; on SQLite the transaction does."""
    rows = PolicyVersion.objects.select_for_update(of=("self",)).filter(kind=kind)
    list(rows.order_by("pk").values_list("pk", flat=True))


def author_of(actor: Actor) -> int:
    """The account of a person at a screen; machines and keys write no rules.

    Raises:
        SecondPersonNeeded: it is none.
    """
    if actor.account_id is None or actor.is_machine or actor.scopes is not None:
        raise SecondPersonNeeded(_("Only a person who is signed in can do this."))
    return actor.account_id


def _remember(version: PolicyVersion, actor: Actor, as_of: datetime, *, kind: str) -> None:
    PolicyEdit.objects.create(
        version=version, account_id=author_of(actor), digest=version.digest, edited_at=as_of
    )
    data = {"digest": version.digest}
    audit.record(kind=kind, subject=version.subject, actor=actor, at=as_of, data=data)
