"""Large files: read and applied in the background, chunk by chunk, each with its cursor."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import ImportBatch, ImportRow
from wavepool.domains.catalog.operations.imports.deciding import (
    apply_rows,
    decide,
    lock_batch,
)
from wavepool.domains.catalog.operations.imports.judging import Doing, as_rows
from wavepool.domains.catalog.operations.imports.staging import (
    FIRST_ROW,
    new_batch,
    read_rows,
    stage_file,
    subject_of,
    values_of,
)
from wavepool.plumbing import jobs, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.jobs import RunningJob

#: A file of more rows is worked on in the background.
ROWS_AT_ONCE: Final = 2_000
_CHUNK: Final = 1_000
STAGE: Final = "catalog.stage_import"
APPLY: Final = "catalog.apply_import"


def receive_file(
    *,
    shop_id: int,
    subject: str,
    file: UploadedFile[Any],
    encoding: str,
    actor: Actor,
    as_of: datetime,
) -> ImportBatch:
    """Let a file in by the gate: a small one is staged now, a large one in the background.

    The batch of a large file is in the state "reading" and names its job.

    Raises:
        ColumnsMissing: its rows cannot be told apart.
        SheetTooLarge, SheetUnreadable: the file itself is refused.
        UploadRefused: the gate does not take it.
    """
    with uploads.inspect(file, kinds={"table"}) as content:
        data, name = content.path.read_bytes(), content.name
    sheet = read_rows(data, subject=subject, shop_id=shop_id, encoding=encoding)
    told = {"shop_id": shop_id, "subject": subject, "actor": actor, "as_of": as_of}
    if len(sheet.rows) <= ROWS_AT_ONCE:
        return stage_file(name=name, data=data, encoding=encoding, **told)  # type: ignore[arg-type]
    kept = uploads.accept(file, kinds={"table"}, actor=actor, at=as_of, party=("shop", shop_id))
    with transaction.atomic():
        batch = new_batch(sheet, name=name, **told)  # type: ignore[arg-type]
        batch.state = ImportBatch.State.READING
        batch.file, batch.encoding = kept.public_id, encoding
        batch.job = _enqueue(STAGE, batch, actor=actor, at=as_of)
        batch.save()
        return batch


def apply_import_later(
    *, public_id: str, shop_id: int, actor: Actor, as_of: datetime
) -> ImportBatch:
    """Have a staged file applied in the background; its batch names the job.

    Raises:
        ImportDecided: it was applied or discarded before, or is being applied.
        NotFound: the shop has no such file.
    """
    with transaction.atomic():
        batch = lock_batch(public_id, shop_id=shop_id)
        batch.state = ImportBatch.State.APPLYING
        batch.job = _enqueue(APPLY, batch, actor=actor, at=as_of)
        batch.save()
        return batch


def stage_in_chunks(job: RunningJob) -> dict[str, str]:
    """Judge every row of a large file, then keep them; a discarded file is left alone."""
    batch = ImportBatch.objects.get(public_id=job.payload["batch"])
    found = uploads.find_upload(batch.file)
    if batch.state != ImportBatch.State.READING or found is None:
        return {}
    with uploads.open_upload(found) as content:
        data = content.read()
    told = {"subject": batch.subject, "shop_id": batch.shop_id}
    rows = values_of(read_rows(data, encoding=batch.encoding, **told))  # type: ignore[arg-type]
    rules = subject_of(batch.subject, shop_id=batch.shop_id)
    doing = Doing(shop_id=batch.shop_id, actor=job.actor, as_of=job.clock())
    kept = as_rows(rules.judge(list(rows), doing), list(rows), first=FIRST_ROW)
    for start in range(int(job.cursor or 0), len(kept), _CHUNK):
        chunk = kept[start : start + _CHUNK]
        with transaction.atomic():
            ImportRow.objects.bulk_create(ImportRow(batch=batch, **each) for each in chunk)
            job.checkpoint(start + len(chunk))
        job.progress(start + len(chunk), len(kept))
    with transaction.atomic():
        reading = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.READING)
        reading.update(state=ImportBatch.State.STAGED, file="")
        uploads.drop(batch.file)
    return {"href": job.payload["href"]}


def apply_in_chunks(job: RunningJob) -> dict[str, str]:
    """Write the rows of a large file that keep the rules now, a thousand in a transaction."""
    batch = ImportBatch.objects.get(public_id=job.payload["batch"])
    right = batch.rows.exclude(effect=ImportRow.Effect.WRONG)
    done, total = int(job.cursor or 0), batch.row_count
    while batch.state == ImportBatch.State.APPLYING:
        rows = list(right.filter(number__gt=done).order_by("number")[:_CHUNK])
        with transaction.atomic():
            if not rows:
                locked = lock_batch(
                    batch.public_id, shop_id=batch.shop_id, state=ImportBatch.State.APPLYING
                )
                decide(locked, ImportBatch.State.APPLIED, actor=job.actor, as_of=job.clock())
                break
            apply_rows(batch, rows, actor=job.actor, as_of=job.clock())
            done = rows[-1].number
            job.checkpoint(done)
        job.progress(done, max(total, done))
    return {"href": job.payload["href"]}


def _enqueue(name: str, batch: ImportBatch, *, actor: Actor, at: datetime) -> str:
    payload = {"batch": batch.public_id, "href": queries.import_href(batch)}
    key = f"{name}:{batch.public_id}"
    return jobs.enqueue(name, key=key, actor=actor, payload=payload, at=at).public_id
