"""Writing the lake: parts that never change, listed by rows, told to the world by a manifest."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events import queries, tables
from wavepool.domains.events.models import LakeHead, LakePart
from wavepool.plumbing.errors import PlatformError

MANIFEST: Final = "manifest.json"
_DAY_MS: Final = 86_400_000
_WAITING: Final = ".waiting"


class LakeBusy(PlatformError):
    """Somebody else changed the lake meanwhile; nothing of this was written."""

    kind: ClassVar[str] = "events.lake_busy"
    status: ClassVar[int] = 503


@dataclass(frozen=True, slots=True)
class Staged:
    """A part whose file stands beside its place, until the store knows it."""

    part: LakePart
    waiting: Path
    place: Path


def batch_in_force() -> int:
    """The number of the last change of the lake; what is written next must build on it."""
    head, _made = LakeHead.objects.get_or_create(pk=1)
    return head.batch


def stage(table: str, rows: pa.Table, *, batch: int, as_of: datetime) -> list[Staged]:
    """Write rows as one part for each of their days, not yet visible to anybody."""
    schema = tables.SCHEMAS[table]
    rows = rows.select(schema.names).cast(schema)
    if not rows.num_rows:
        return []
    times = rows.column(tables.TIME_OF[table])
    days = pc.divide(times, pa.scalar(_DAY_MS, pa.int64()))
    staged = []
    for number in sorted(pc.unique(days).to_pylist()):
        day_rows = rows.filter(pc.equal(days, number))
        day = date(1970, 1, 1) + timedelta(days=number)
        staged.append(_stage_day(table, day_rows, day=day, batch=batch, as_of=as_of))
    return staged


def publish(staged: Sequence[Staged], *, batch: int) -> None:
    """Make parts part of the lake; inside the transaction that decides about them.

    Raises:
        LakeBusy: the lake is no longer at the batch before this one.
    """
    moved = LakeHead.objects.filter(pk=1, batch=batch - 1).update(batch=batch)
    if not moved:
        raise LakeBusy(_("The lake changed meanwhile; it is done again."))
    LakePart.objects.bulk_create([each.part for each in staged])
    # Until the commit nobody lists these names; a batch that fails is written over by the next.
    for each in staged:
        each.waiting.replace(each.place)
    for folder in {each.place.parent for each in staged}:
        _sync(folder)


def write_manifest() -> Path:
    """Tell the world what the lake holds: one JSON document, replaced in one piece."""
    root = queries.lake_folder()
    root.mkdir(parents=True, exist_ok=True)
    batch = batch_in_force()
    document = {"version": 1, "batch": batch, "tables": _listed()}
    waiting = root / f"{MANIFEST}{_WAITING}"
    with waiting.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(root / MANIFEST)
    _sync(root)
    return root / MANIFEST


def mend_manifest() -> None:
    """Write the manifest again where a killed worker did not come to it; clear what it left."""
    root = queries.lake_folder()
    try:
        known = json.loads((root / MANIFEST).read_bytes())["batch"]
    except FileNotFoundError:
        known = None
    batch = batch_in_force()
    if known != batch and (known is not None or batch):
        write_manifest()
    for left in root.glob(f"*/*/*{_WAITING}"):
        if int(left.name.split("-")[1].split(".")[0]) <= batch:
            left.unlink(missing_ok=True)


def delete_files(parts: Iterable[LakePart]) -> None:
    """Delete the files of parts that the store no longer lists."""
    for part in parts:
        with contextlib.suppress(FileNotFoundError):
            (queries.lake_folder() / part.path).unlink()


def _stage_day(table: str, rows: pa.Table, *, day: date, batch: int, as_of: datetime) -> Staged:
    rows = rows.sort_by([("viewer_id", "ascending"), (tables.KEY_OF[table][-1], "ascending")])
    name = f"{table}/day={day.isoformat()}/part-{batch}.parquet"
    place = queries.lake_folder() / name
    place.parent.mkdir(parents=True, exist_ok=True)
    waiting = place.with_name(place.name + _WAITING)
    with waiting.open("wb") as file:
        pq.write_table(rows, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    times = rows.column(tables.TIME_OF[table])
    ends: Any = pc.min_max(times).as_py()
    data = waiting.read_bytes()
    part = LakePart(
        table=table,
        day=day,
        path=name,
        batch=batch,
        rows=rows.num_rows,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        first_at=tables.moment_of(ends["min"]),
        last_at=tables.moment_of(ends["max"]),
        written_at=as_of,
    )
    return Staged(part, waiting, place)


def _listed() -> dict[str, Any]:
    found: dict[str, Any] = {
        table: {
            "columns": {field.name: str(field.type) for field in schema},
            "key": list(tables.KEY_OF[table]),
            "parts": [],
        }
        for table, schema in tables.SCHEMAS.items()
    }
    for part in queries.parts_in_force().order_by("table", "day", "pk").iterator():
        found[part.table]["parts"].append(
            {
                "path": part.path,
                "day": part.day.isoformat(),
                "rows": part.rows,
                "bytes": part.bytes,
                "sha256": part.sha256,
            }
        )
    return found


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
