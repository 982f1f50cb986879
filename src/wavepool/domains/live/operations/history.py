"""The bulk door: sessions of a past that other tables name, taken over with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import pyarrow as pa
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries as content
from wavepool.domains.live.models import Session, SessionItem
from wavepool.domains.live.tables import moment_of, past_rows
from wavepool.domains.people import operations as people
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_CHUNK: Final = 5_000
_MINUTE_MS: Final = 60_000


class PastSessionsRefused(PlatformError):
    """A row of the past names what is not there, or holds what cannot be; nothing was written."""

    kind = "live.past_refused"
    status: ClassVar[int] = 422

    def __init__(self, *, row: int, rule: str, value: Any) -> None:
        message = _("Row %(row)s of the past: %(rule)s (%(value)s).")
        super().__init__(message % {"row": row, "rule": rule, "value": value})
        self.row = row
        self.rule = rule
        self.value = value


def take_over_sessions(table: pa.Table, *, actor: Actor, as_of: datetime) -> int:
    """Bring ended sessions of a past in, their numbers kept; count those that are new.

    Their pieces come first, by `content.operations.take_over_pieces`; what a piece shows was on
    its session's shelf from beginning to end. Creators whose first live moment lies later than
    one of these get the earlier one.

    Args:
        table: session_id, piece_id, started_at, ended_at (epoch ms or timestamps), effective_ms.
        actor: who brings them.
        as_of: now.

    Raises:
        PastSessionsRefused: a piece is unknown or not live, a piece or a number stands twice, an
            end lies before its beginning, or more time counts than passed. Nothing is written then.

    Guarantee: a session whose number is here already is left alone.
    """
    rows = past_rows(table)
    pieces = _pieces({row["piece_id"] for row in rows})
    _check(rows, pieces)
    added = 0
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        with transaction.atomic():
            keys = [row["session_id"] for row in chunk]
            known = set(Session.objects.filter(pk__in=keys).values_list("pk", flat=True))
            sessions = [
                _session(row, pieces[row["piece_id"]], as_of=as_of)
                for row in chunk
                if row["session_id"] not in known
            ]
            Session.objects.bulk_create(sessions)
            SessionItem.objects.bulk_create(_shelf(sessions))
            added += len(sessions)
    first: dict[int, datetime] = {}
    for row in rows:
        creator_id, moment = pieces[row["piece_id"]].creator_id, moment_of(row["started_at"])
        first[creator_id] = min(first.get(creator_id, moment), moment)
    with transaction.atomic():
        _continue_numbers()
        people.note_first_lives(first=first, actor=actor, as_of=as_of)
        if added:
            audit.record(
                kind="live.sessions_taken_over",
                subject="sessions",
                actor=actor,
                at=as_of,
                data={"rows": len(rows), "added": added},
            )
    return added


def _shelf(sessions: Sequence[Session]) -> list[SessionItem]:
    shown = content.items_of_pieces([each.piece_id for each in sessions])
    return [
        SessionItem(
            session_id=each.pk, item_id=item_id, from_at=each.started_at, until_at=each.ended_at
        )
        for each in sessions
        for item_id in shown.get(each.piece_id, ())
        if each.started_at is not None
    ]


def _pieces(piece_ids: set[int]) -> dict[int, Any]:
    asked = sorted(piece_ids)
    found: dict[int, Any] = {}
    for start in range(0, len(asked), _CHUNK):
        found |= content.pieces_by_ids(asked[start : start + _CHUNK])
    return found


def _check(rows: Sequence[Mapping[str, int]], pieces: Mapping[int, Any]) -> None:
    sessions: set[int] = set()
    taken: set[int] = set()
    for number, row in enumerate(rows):
        piece = pieces.get(row["piece_id"])
        span = row["ended_at"] - row["started_at"]
        rules = (
            ("unknown piece_id", row["piece_id"], piece is None),
            ("piece is not live", row["piece_id"], piece is not None and piece.format != "live"),
            ("two rows share a piece_id", row["piece_id"], row["piece_id"] in taken),
            ("two rows share a session_id", row["session_id"], row["session_id"] in sessions),
            ("ended before started", row["ended_at"], span < 0),
            ("longer than the session", row["effective_ms"], row["effective_ms"] > span),
            ("negative", row["effective_ms"], row["effective_ms"] < 0),
        )
        for rule, value, is_broken in rules:
            if is_broken:
                raise PastSessionsRefused(row=number, rule=rule, value=value)
        sessions.add(row["session_id"])
        taken.add(row["piece_id"])


def _session(row: Mapping[str, int], piece: Any, *, as_of: datetime) -> Session:
    started_at, ended_at = moment_of(row["started_at"]), moment_of(row["ended_at"])
    minutes = (row["ended_at"] - row["started_at"]) // _MINUTE_MS
    return Session(
        pk=row["session_id"],
        public_id=ids.new_id("ses"),
        piece_id=piece.pk,
        creator_id=piece.creator_id,
        title=piece.title,
        state=Session.State.ENDED,
        scheduled_at=started_at,
        planned_minutes=min(max(minutes, 1), 24 * 60),
        started_at=started_at,
        ended_at=ended_at,
        effective_ms=row["effective_ms"],
        created_at=started_at,
        changed_at=as_of,
    )


def _continue_numbers() -> None:
    """Have the store number the next session above the ones that brought their own."""
    statements = connection.ops.sequence_reset_sql(no_style(), [Session])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
