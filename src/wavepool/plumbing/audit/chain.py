"""Appending to the trail, one row at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from wavepool.engine.receipts import canonical_json
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.models import AuditHead, AuditRow

#: What the first row has before it.
GENESIS: Final = "0" * 64
_HEAD: Final = 1


def record(
    *, kind: str, subject: str, actor: Actor, at: datetime, data: Mapping[str, Any]
) -> AuditRow:
    """Append one row inside the caller's transaction; it commits or vanishes with it.

    Appends take turns on the head's row until the caller commits, so an
    operation records last, after every other lock that it takes.

    Args:
        kind: dotted, "people.membership_granted".
        subject: public id or address of what it happened to.
        actor: who did it.
        at: when, with a zone.
        data: what a reader needs; JSON values, no secrets.
    """
    with transaction.atomic():
        AuditHead.objects.bulk_create(
            [AuditHead(id=_HEAD, number=0, digest=GENESIS)], ignore_conflicts=True
        )
        head = AuditHead.objects.select_for_update().get(id=_HEAD)
        row = AuditRow(
            number=head.number + 1,
            at=at,
            kind=kind,
            subject=subject,
            actor=canonical_json(_who(actor)).decode(),
            data=canonical_json(_plain(data)).decode(),
            previous=head.digest,
        )
        row.digest = seal(row)
        moved = AuditHead.objects.filter(id=_HEAD, number=head.number).update(
            number=row.number, digest=row.digest
        )
        assert moved == 1, "two appends at once: the store gave no lock"
        row.save(force_insert=True)
    return row


def seal(row: AuditRow) -> str:
    """The digest of a row: SHA-256 over the canonical JSON of all that it says."""
    content = {
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": row.kind,
        "subject": row.subject,
        "actor": row.actor,
        "data": row.data,
        "previous": row.previous,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _who(actor: Actor) -> dict[str, Any]:
    return {"account": actor.account_id, "name": actor.name, "machine": actor.is_machine}


def _plain(value: Any) -> Any:
    """Times, dates, decimals and lazy texts as JSON writes them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [_plain(inner) for inner in value]
        return sorted(items) if isinstance(value, set | frozenset) else items
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return DjangoJSONEncoder().default(value)
