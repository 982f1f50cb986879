"""What the audit trail is told of people: who, for whom, and through which agency."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wavepool.domains.people import queries
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor


def note(*, kind: str, subject: str, actor: Actor, at: datetime, **data: Any) -> None:
    """Append one row to the audit trail, inside the caller's transaction."""
    audit.record(kind=f"people.{kind}", subject=subject, actor=actor, at=at, data=data)


def note_creator(*, kind: str, creator_id: int, actor: Actor, at: datetime, **data: Any) -> None:
    """As `note`, with the agency that acts on the creator's behalf, if one does."""
    agency = queries.find_acting_agency(creator_id=creator_id, actor=actor, at=at)
    if agency:
        data["on_behalf_through"] = agency
    note(kind=kind, subject=f"creator:{creator_id}", actor=actor, at=at, **data)
