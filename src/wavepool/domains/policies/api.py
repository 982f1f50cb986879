"""Policies by API: what is in force, every announced version, what each changed. Reading only."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from wavepool.domains.policies import queries
from wavepool.plumbing import clock
from wavepool.plumbing.api import needs
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest

READ_POLICIES: Final = register_scope("policies:read", _("Read policies and their history"))
router = Router(tags=["Policies"])


class PolicyOut(Schema):
    """One announced version of a policy."""

    kind: str
    number: int
    stage: str
    digest: str
    summary: str
    announced_at: datetime
    valid_from_at: datetime | None
    valid_until_at: datetime | None


class PolicyDocumentOut(PolicyOut):
    """One announced version with its document in TOML."""

    text: str


class PolicyChangeOut(Schema):
    """One difference; `before` and `after` in words, "" where there was nothing."""

    way: str
    path: str
    section: str
    key: str
    before: str
    after: str
    sentence: str


@router.get(
    "/policies",
    auth=needs(READ_POLICIES),
    response=list[PolicyOut],
    summary="Every policy in force",
)
def list_policies(request: PlatformRequest, at: datetime | None = None) -> list[Any]:  # noqa: ARG001  ninja passes it by this name
    """The version of each kind in force now, or at an instant."""
    return list(queries.list_in_force(at=at or clock.now()).values())


@router.get(
    "/policies/{kind}",
    auth=needs(READ_POLICIES),
    response=list[PolicyOut],
    summary="The versions of a policy",
)
def list_versions(request: PlatformRequest, kind: str) -> list[Any]:  # noqa: ARG001  ninja passes it by this name
    """Every version that was announced, the latest first."""
    return list(queries.list_public_versions(queries.get_kind(kind).name))


@router.get(
    "/policies/{kind}/{number}",
    auth=needs(READ_POLICIES),
    response=PolicyDocumentOut,
    summary="One version with its document",
)
def read_version(request: PlatformRequest, kind: str, number: int) -> Any:  # noqa: ARG001  ninja passes it by this name
    """The document as two persons agreed on it."""
    return queries.get_public_version(queries.get_kind(kind).name, number)


@router.get(
    "/policies/{kind}/{number}/diff",
    auth=needs(READ_POLICIES),
    response=list[PolicyChangeOut],
    summary="What a version changes",
)
def read_diff(request: PlatformRequest, kind: str, number: int) -> list[dict[str, Any]]:  # noqa: ARG001  ninja passes it by this name
    """The differences from the version in whose place it was written."""
    version = queries.get_public_version(queries.get_kind(kind).name, number)
    before = queries.find_before(version)
    if before is None:
        return []
    return [
        {
            "way": each.change.way,
            "path": each.change.path,
            "section": each.change.section,
            "key": each.change.key,
            "before": each.before,
            "after": each.after,
            "sentence": each.sentence,
        }
        for each in queries.list_differences(kind, before=before.text, after=version.text)
    ]
