"""Who may send: sources, their write keys, and the snapshot that the edge reads."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import queries
from wavepool.domains.events.models import Source
from wavepool.domains.events.queries.numbers import OWN
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.digests import WRITE_KEY, keyed_digest
from wavepool.plumbing.errors import PlatformError

#: How long a rotated key still works.
GRACE: Final = timedelta(days=1)


class SourceTaken(PlatformError):
    """Another source has this short name, or it is the site's own."""

    kind: ClassVar[str] = "events.source_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(_("Another source has this short name."), pointer="/slug")
        self.slug = slug


class SourceEnded(PlatformError):
    """The source does not send any more."""

    kind: ClassVar[str] = "events.source_ended"

    def __init__(self, source: Source) -> None:
        super().__init__(_("This source was closed."))
        self.source = source


def add_source(
    *, slug: str, name: str, kind: str, token: str, actor: Actor, as_of: datetime
) -> Source:
    """Let somebody send events.

    Args:
        slug: short name; part of viewer numbers, so it never changes.
        name: for people.
        kind: "browser", or "server", whose word on dwell counts.
        token: the write key, drawn by the caller and shown once.
        actor: who lets.
        as_of: when.

    Raises:
        SourceTaken: the short name is not free.
    """
    if slug == OWN:
        raise SourceTaken(slug)
    try:
        with transaction.atomic():
            source = Source.objects.create(
                public_id=ids.new_id("src"),
                slug=slug,
                name=name,
                kind=Source.Kind(kind),
                digest=digest_of(token),
                created_at=as_of,
            )
            _note("source_added", source, actor=actor, as_of=as_of)
    except IntegrityError as error:
        raise SourceTaken(slug) from error
    publish_sources(as_of=as_of)
    return source


def rotate_key(*, public_id: str, token: str, actor: Actor, as_of: datetime) -> Source:
    """Give a source another write key; the one before works for a day.

    Raises:
        NotFound: there is no such source.
        SourceEnded: it was closed.
    """
    with transaction.atomic():
        source = _lock(public_id)
        source.previous_digest, source.previous_until = source.digest, as_of + GRACE
        source.digest, source.rotated_at = digest_of(token), as_of
        source.save()
        _note("source_key_rotated", source, actor=actor, as_of=as_of)
    publish_sources(as_of=as_of)
    return source


def end_source(*, public_id: str, actor: Actor, as_of: datetime) -> Source:
    """Close a source: its keys stop within a second; what it sent stays.

    Raises:
        NotFound: there is no such source.
        SourceEnded: it was closed before.
    """
    with transaction.atomic():
        source = _lock(public_id)
        source.ended_at = as_of
        source.save()
        _note("source_ended", source, actor=actor, as_of=as_of)
    publish_sources(as_of=as_of)
    return source


def publish_sources(*, as_of: datetime) -> Path:
    """Write the snapshot that the edge reads: digests of keys that hold, never keys."""
    place = Path(settings.DATA_DIR) / "edge" / "sources.json"
    rows = Source.objects.filter(ended_at=None).order_by("pk")
    document = {"sources": [{"id": row.pk, "digests": _digests(row, as_of)} for row in rows]}
    text = json.dumps(document)
    if place.exists() and place.read_text(encoding="ascii") == text:
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    waiting = place.with_name(f"{place.name}.{os.getpid()}.waiting")
    with waiting.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(place)
    return place


def digest_of(token: str) -> str:
    """The digest under which a write key is kept."""
    return keyed_digest(token, key=settings.SECRET_KEY.encode(), tag=WRITE_KEY)


def _digests(source: Source, as_of: datetime) -> Sequence[str]:
    if source.previous_until is None or source.previous_until <= as_of:
        return [source.digest]
    return [source.digest, source.previous_digest]


def _lock(public_id: str) -> Source:
    queries.get_source(public_id)
    source = Source.objects.select_for_update().get(public_id=public_id)
    if source.ended_at is not None:
        raise SourceEnded(source)
    return source


def _note(deed: str, source: Source, *, actor: Actor, as_of: datetime) -> None:
    data: dict[str, Any] = {"slug": source.slug, "kind": str(source.kind)}
    subject = source.public_id
    audit.record(kind=f"events.{deed}", subject=subject, actor=actor, at=as_of, data=data)
