"""Appending to the trail, one row at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from wavepool.engine.receipts import canonical_json
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.audit.appending import append_in_store
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
    row = AuditRow(
        at=at,
        kind=kind,
        subject=subject,
        actor=actor_text(actor),
        data=data_text(data),
    )
    if connection.vendor == "postgresql":
        row.number, row.previous, row.digest = append_in_store(
            kind=kind, subject=subject, actor=row.actor, data=row.data, at=at
        )
    else:
        _append(row)
    return row


def _append(row: AuditRow) -> None:
    """Append step by step; the store's write lock is ours from the first step."""
    with transaction.atomic():
        AuditHead.objects.bulk_create(
            [AuditHead(id=_HEAD, number=0, digest=GENESIS)], ignore_conflicts=True
        )
        head = AuditHead.objects.get(id=_HEAD)
        row.number, row.previous = head.number + 1, head.digest
        row.digest = seal(row)
        moved = AuditHead.objects.filter(id=_HEAD, number=head.number).update(
            number=row.number, digest=row.digest
        )
        assert moved == 1, "two appends at once: the store gave no lock"
        row.save(force_insert=True)


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


def actor_text(actor: Actor) -> str:
    """Who did it, as a row keeps it: canonical JSON."""
    who = {"account": actor.account_id, "name": actor.name, "machine": actor.is_machine}
    return canonical_json(who).decode()


def data_text(data: Mapping[str, Any]) -> str:
    """What a reader needs, as a row keeps it: canonical JSON."""
    return canonical_json(_plain(data)).decode()


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
