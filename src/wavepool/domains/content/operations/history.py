"""The bulk door: pieces of a past that other tables name, taken over with their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import pyarrow as pa
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries
from wavepool.domains.content.models import MILLION, Format, Piece, PieceItem
from wavepool.domains.content.tables import past_rows
from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

_CHUNK: Final = 5_000
_TITLE_MAX: Final = 120


class PastRefused(PlatformError):
    """A row of the past names what is not there, or holds what cannot be; nothing was written."""

    kind = "content.past_refused"
    status: ClassVar[int] = 422

    def __init__(self, *, row: int, rule: str, value: Any) -> None:
        message = _("Row %(row)s of the past: %(rule)s (%(value)s).")
        super().__init__(message % {"row": row, "rule": rule, "value": value})
        self.row = row
        self.rule = rule
        self.value = value


def take_over_pieces(table: pa.Table, *, actor: Actor, as_of: datetime) -> int:
    """Bring published pieces of a past in, their numbers kept; count those that are new.

    Args:
        table: piece_id, account_id, channel_id, format, category, published_at (epoch ms or a
            timestamp), title?, body?, items? (keys of goods, in order), originality_ppm?,
            completeness_ppm?, media_quality_ppm?, review_ppm?, ai_share_ppm?. Rows may come in
            any order.
        actor: who brings them.
        as_of: now.

    Raises:
        PastRefused: a row names an unknown account, channel, format or item, an item twice, a
            share lies outside, or two rows share a number. Nothing is written then.

    Guarantee: a piece whose number is here already is left alone, so a second call, or one after
    an interruption, goes on where the first ended. Of a past piece no earlier version is kept.
    """
    rows = past_rows(table)
    creators = people.creators_of_accounts({row["account_id"] for row in rows})
    _check(rows, creators)
    scenes = queries.scenes_of(
        {row["channel_id"] for row in rows}, {row["format"] for row in rows}, at=as_of
    )
    added = 0
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        with transaction.atomic():
            known = _known(row["piece_id"] for row in chunk)
            pieces = [
                _piece(row, creators, scenes, as_of=as_of)
                for row in chunk
                if row["piece_id"] not in known
            ]
            Piece.objects.bulk_create(pieces)
            PieceItem.objects.bulk_create(_shown(chunk, {each.pk for each in pieces}))
            added += len(pieces)
    with transaction.atomic():
        _continue_numbers()
        if added:
            audit.record(
                kind="content.pieces_taken_over",
                subject="pieces",
                actor=actor,
                at=as_of,
                data={"rows": len(rows), "added": added},
            )
    return added


def _check(rows: Sequence[Mapping[str, Any]], creators: Mapping[int, int]) -> None:
    channels = {each.pk for each in queries.list_channels()}
    items = _known_items({each for row in rows for each in row["items"]})
    seen: set[int] = set()
    for number, row in enumerate(rows):
        shares = [row[name] for name in row if name.endswith("_ppm")]
        rules = (
            ("two rows share a piece_id", row["piece_id"], row["piece_id"] in seen),
            ("unknown account_id", row["account_id"], row["account_id"] not in creators),
            ("unknown channel_id", row["channel_id"], row["channel_id"] not in channels),
            ("unknown format", row["format"], row["format"] not in Format.values),
            ("no category", row["category"], not row["category"]),
            ("unknown item", row["items"], not items.issuperset(row["items"])),
            ("an item twice", row["items"], len(set(row["items"])) < len(row["items"])),
            ("share outside 0 to a million", shares, not _are_shares(shares)),
        )
        for rule, value, is_broken in rules:
            if is_broken:
                raise PastRefused(row=number, rule=rule, value=value)
        seen.add(row["piece_id"])


def _known_items(item_ids: set[int]) -> set[int]:
    asked, found = sorted(item_ids), set[int]()
    for start in range(0, len(asked), _CHUNK):
        rows = catalog.every_item().filter(pk__in=asked[start : start + _CHUNK])
        found |= set(rows.values_list("pk", flat=True))
    return found


def _are_shares(values: Collection[int]) -> bool:
    return min(values) >= 0 and max(values) <= MILLION


def _known(piece_ids: Any) -> set[int]:
    return set(Piece.objects.filter(pk__in=list(piece_ids)).values_list("pk", flat=True))


def _piece(
    row: Mapping[str, Any],
    creators: Mapping[int, int],
    scenes: Mapping[tuple[str, str], queries.SceneTerms],
    *,
    as_of: datetime,
) -> Piece:
    published_at = row["published_at"]
    return Piece(
        pk=row["piece_id"],
        public_id=ids.new_id("pc"),
        creator_id=creators[row["account_id"]],
        account_id=row["account_id"],
        channel_id=row["channel_id"],
        format=row["format"],
        category=row["category"][:60],
        scene=scenes[row["channel_id"], row["format"]].id,
        body=row["body"],
        title=(row["title"] or f"{Format(row['format']).value} {row['piece_id']}")[:_TITLE_MAX],
        originality_ppm=row["originality_ppm"],
        completeness_ppm=row["completeness_ppm"],
        media_quality_ppm=row["media_quality_ppm"],
        review_ppm=row["review_ppm"],
        ai_share_ppm=row["ai_share_ppm"],
        state=Piece.State.PUBLISHED,
        created_at=published_at,
        changed_at=as_of,
        submitted_at=published_at,
        published_at=published_at,
    )


def _shown(rows: Sequence[Mapping[str, Any]], new: Collection[int]) -> list[PieceItem]:
    """The goods of the pieces that are new, in their order."""
    return [
        PieceItem(piece_id=row["piece_id"], item_id=item_id, position=place)
        for row in rows
        if row["piece_id"] in new
        for place, item_id in enumerate(row["items"], start=1)
    ]


def _continue_numbers() -> None:
    """Have the store number the next piece above the ones that brought their own."""
    statements = connection.ops.sequence_reset_sql(no_style(), [Piece])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
