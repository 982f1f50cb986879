"""Events for a store: places to point at, a log to write to, and what the lake holds."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.events import operations, queries, tables
from wavepool.domains.events.models import Source
from wavepool.domains.events.operations.compacting import log_folder
from wavepool.domains.events.queries.places import ItemFacts, Key, PieceFacts
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.segments import Record, SegmentWriter, pack

AT: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT_MS: Final = 1_793_610_000_000
BATCH: Final = 1


class SomePlaces:
    """Pieces pc_0 to pc_99 and items itm_0 to itm_99; nothing else is known."""

    def find_pieces(self, keys: Collection[Key]) -> dict[Key, PieceFacts]:
        """Piece pc_N is number N on account 1000 + N."""
        found = {key: _number(key, "pc_") for key in keys}
        return {
            key: PieceFacts(number, 1_000 + number, "feed")
            for key, number in found.items()
            if number is not None
        }

    def find_items(self, keys: Collection[Key]) -> dict[Key, ItemFacts]:
        """Item itm_N is number N of shop 5."""
        found = {key: _number(key, "itm_") for key in keys}
        return {key: ItemFacts(number, 5) for key, number in found.items() if number is not None}


PLACES: Final = SomePlaces()


def add_source(slug: str = "shop", *, kind: str = "server") -> Source:
    """A source that may send."""
    return operations.add_source(
        slug=slug, name=slug.title(), kind=kind, token=f"wk_{slug}", actor=MACHINE, as_of=AT
    )


def event(message_id: str, name: str = "Content Viewed", **more: Any) -> dict[str, Any]:
    """A track event of the Segment format; `props` are its properties."""
    props = more.pop("props", {"piece_id": "pc_1", "dwell_ms": 4_000})
    base = {"type": "track", "event": name, "messageId": message_id, "userId": "u1"}
    return base | {"properties": props} | more


class Log:
    """A writer on the store's log."""

    def __init__(self, source_id: int) -> None:
        log_folder().mkdir(parents=True, exist_ok=True)
        self.source_id = source_id
        self.writer = SegmentWriter(log_folder(), sync=lambda _handle: None)

    def send(
        self,
        events: Sequence[Mapping[str, Any] | str],
        *,
        at_ms: int = AT_MS,
        sent: str = "",
    ) -> None:
        """One batch, received at a moment; texts stand in it as they are."""
        texts = [each if isinstance(each, str) else json.dumps(each) for each in events]
        body = f'{{"batch":[{",".join(texts)}]'
        body += f',"sentAt":"{sent}"}}' if sent else "}"
        self.writer.append(pack(Record(at_ms, self.source_id, BATCH, body.encode())))

    def close(self) -> None:
        """Seal what was written."""
        self.writer.close()


def compact(**options: Any) -> operations.Compacted:
    """Take everything in, at the usual moment."""
    return operations.compact_all(**{"as_of": AT, "places": PLACES, **options})


def lake_table(table: str) -> pa.Table:
    """Every row of a table of the lake, by its key."""
    parts = queries.parts_in_force().filter(table=table).order_by("pk")
    rows = [queries.read_part(part) for part in parts]
    found = pa.concat_tables([tables.SCHEMAS[table].empty_table(), *rows])
    return found.sort_by([(name, "ascending") for name in tables.KEY_OF[table]])


def lake_digest(*, without: Collection[str] = ("received_at", "sent_at")) -> str:
    """What the lake says, whatever its parts, by one digest."""
    digest = hashlib.sha256()
    for table in sorted(tables.SCHEMAS):
        rows = lake_table(table)
        rows = rows.select([name for name in rows.column_names if name not in without])
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows.combine_chunks(), max_chunksize=1 << 30)
        digest.update(sink.getvalue())
    return digest.hexdigest()


def manifest(data: Path) -> dict[str, Any]:
    """The lake's manifest."""
    return dict(json.loads((data / "lake" / "manifest.json").read_text()))


def _number(key: Key, prefix: str) -> int | None:
    if isinstance(key, int):
        return key if key < 100 else None
    rest = key.removeprefix(prefix)
    return int(rest) if rest.isdigit() and int(rest) < 100 and rest != key else None
