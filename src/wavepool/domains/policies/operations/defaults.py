"""Version 1 of every kind: the engine's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.queries import digest_of
from wavepool.domains.policies.tables import KINDS, packaged_document
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor


def install_defaults(
    *,
    actor: Actor,
    as_of: datetime,
    valid_from_at: datetime | None = None,
    texts: Mapping[str, str] | None = None,
) -> int:
    """Put the engine's defaults in force as version 1 of every kind that has none; count them.

    Args:
        actor: who sets the platform up.
        as_of: now.
        valid_from_at: since when they bind; earlier than now where a season began before.
        texts: documents of some kinds instead of the packaged ones, e.g. of another year.

    Guarantee: a second call changes nothing.
    """
    with transaction.atomic():
        have = set(PolicyVersion.objects.values_list("kind", flat=True))
        rows = [
            _version_one(
                name, (texts or {}).get(name), as_of=as_of, valid_from_at=valid_from_at or as_of
            )
            for name in KINDS
            if name not in have
        ]
        for row in PolicyVersion.objects.bulk_create(rows, ignore_conflicts=True):
            data = {"digest": row.digest}
            audit.record(
                kind="policies.installed", subject=row.subject, actor=actor, at=as_of, data=data
            )
    return len(rows)


def _version_one(
    name: str, text: str | None, *, as_of: datetime, valid_from_at: datetime
) -> PolicyVersion:
    row = PolicyVersion(
        kind=name,
        number=1,
        text=packaged_document(name) if text is None else text,
        stage=PolicyVersion.Stage.IN_FORCE,
        is_packaged=True,
        created_at=as_of,
        announced_at=valid_from_at,
        valid_from_at=valid_from_at,
    )
    row.digest = digest_of(row)
    return row
