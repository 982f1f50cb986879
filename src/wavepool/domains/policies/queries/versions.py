"""Reads of policy versions: what is in force, what everybody may read, what staff work on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.tables import (
    ENGINE_KINDS,
    KINDS,
    Kind,
    Payout,
    UnknownKind,
    build,
    compose,
    content_digest,
    kind_of,
    read_document,
)
from wavepool.engine.policy import Policy
from wavepool.plumbing import approvals
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.models import Approval

_PARTS = (*ENGINE_KINDS, "programme")


class NoPolicyInForce(PlatformError):
    """No version of this kind was in force at that time."""

    kind = "policies.none_in_force"
    status: ClassVar[int] = 409


class PolicyTampered(PlatformError):
    """The text in the store is not the one that was approved; nothing may be decided by it."""

    kind = "policies.tampered"
    status: ClassVar[int] = 500


def list_kinds() -> tuple[Kind, ...]:
    """Every kind of policy, in the order of the pages."""
    return tuple(KINDS.values())


def get_kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        NotFound: there is none.
    """
    try:
        return kind_of(name)
    except UnknownKind as error:
        raise NotFound(_("There is no such page.")) from error


def policy_in_force(kind: str, *, at: datetime) -> PolicyVersion:
    """The version of a kind that was, is or will be in force at an instant.

    It goes by the announced validity, never by when a job ran, so it is the same whoever asks.

    Raises:
        NoPolicyInForce: none was.
        PolicyTampered: its text is not what was approved.
    """
    found = _valid_at(at).filter(kind=kind).first()
    if found is None:
        raise NoPolicyInForce(_("No version of this policy is in force at that time."))
    ensure_untouched(found)
    return found


def list_in_force(*, at: datetime) -> dict[str, PolicyVersion]:
    """The version of each kind in force at an instant, by kind: one query."""
    found = {version.kind: version for version in _valid_at(at)}
    for version in found.values():
        ensure_untouched(version)
    return found


def compose_engine_policy(*, at: datetime) -> Policy:
    """The engine's policy at an instant, put together from the documents in force.

    With the defaults in force it is the engine's default policy, to the digest.

    Raises:
        NoPolicyInForce: a kind had no version in force.
        PolicyTampered: a text is not what was approved.
    """
    found = list_in_force(at=at)
    missing = [name for name in _PARTS if name not in found]
    if missing:
        raise NoPolicyInForce(_("No version of this policy is in force at that time."))
    return compose(tuple((name, found[name].text) for name in _PARTS))


def payout_policy(*, at: datetime) -> Payout:
    """The payout policy at an instant, as typed tables.

    Raises:
        NoPolicyInForce: no version was in force.
        PolicyTampered: its text is not what was approved.
    """
    return _payout_of(policy_in_force("payout", at=at).text)


@lru_cache(maxsize=32)
def _payout_of(text: str) -> Payout:
    found: Payout = build(Payout, read_document(text, kind=kind_of("payout")).body)
    return found


def list_last_texts() -> dict[str, str]:
    """The text of each kind that holds in the end, announced ones included: one query."""
    rows = PolicyVersion.objects.filter(valid_from_at__isnull=False, valid_until_at=None)
    return dict(rows.values_list("kind", "text"))


def find_last(kind: str) -> PolicyVersion | None:
    """The version of a kind that holds in the end: the announced one, else the one in force."""
    rows = PolicyVersion.objects.filter(kind=kind, valid_from_at__isnull=False)
    return rows.filter(valid_until_at=None).first()


def list_all_public() -> list[PolicyVersion]:
    """Every version of every kind that was ever announced."""
    return list(PolicyVersion.objects.filter(announced_at__isnull=False).order_by("-number"))


def list_public_versions(kind: str) -> list[PolicyVersion]:
    """Every version of a kind that was ever announced, the latest first."""
    rows = PolicyVersion.objects.filter(kind=kind, announced_at__isnull=False)
    return list(rows.select_related("author", "approved_by").order_by("-number"))


def get_public_version(kind: str, number: int) -> PolicyVersion:
    """One version that was announced.

    Raises:
        NotFound: there is none, or it never was; both look the same.
    """
    rows = PolicyVersion.objects.filter(kind=kind, number=number, announced_at__isnull=False)
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such version."))
    ensure_untouched(found)
    return found


def find_before(version: PolicyVersion) -> PolicyVersion | None:
    """The version in whose place one was written."""
    return PolicyVersion.objects.filter(kind=version.kind, number=version.replaces).first()


def list_versions(actor: Actor) -> QuerySet[PolicyVersion]:
    """Every version of every kind, for staff.

    Raises:
        NotFound: the actor is no staff.
    """
    people.access_staff(actor=actor, to="view")
    return PolicyVersion.objects.select_related("author", "approved_by")


def access_version(kind: str, number: int, *, actor: Actor, to: str) -> PolicyVersion:
    """One version, drafts too, for staff with a right.

    Raises:
        NotFound: the actor is no staff, or there is none.
        NotAllowed: the actor's roles lack the right.
    """
    people.access_staff(actor=actor, to=to)
    rows = PolicyVersion.objects.select_related("author", "approved_by", "approval")
    found = rows.filter(kind=kind, number=number).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    return found


def find_approval(version: PolicyVersion) -> Approval | None:
    """The request about a version that waits or stands, if there is one."""
    return approvals.find_approval(subject=version.subject)


def list_approvals(version: PolicyVersion) -> list[Approval]:
    """Every request about a version, the latest first."""
    return approvals.list_approvals(subject=version.subject)


def list_editors(version: PolicyVersion) -> set[int]:
    """The accounts that had a hand in a version."""
    editors = set(version.edits.values_list("account_id", flat=True))
    return editors | ({version.author_id} if version.author_id else set())


def ensure_untouched(version: PolicyVersion) -> None:
    """Refuse a version whose text is not the one that its digest names.

    Raises:
        PolicyTampered: it is not.
    """
    if digest_of(version) != version.digest:
        raise PolicyTampered(_("This policy was changed outside the platform. Nothing uses it."))


def digest_of(version: PolicyVersion) -> str:
    """The digest that the content of a version has now."""
    return content_digest(
        kind=version.kind,
        number=version.number,
        replaces=version.replaces,
        first_date=version.first_date,
        text=version.text,
    )


def others_of(kind: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that a document of a kind would be in force with."""
    return {name: text for name, text in texts.items() if name in _PARTS and name != kind}


def _valid_at(at: datetime) -> QuerySet[PolicyVersion]:
    ends_later = Q(valid_until_at=None) | Q(valid_until_at__gt=at)
    return PolicyVersion.objects.filter(ends_later, valid_from_at__lte=at)
