"""A staged file is applied or discarded, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import ImportBatch, ImportRow
from wavepool.domains.catalog.operations.imports.judging import Doing
from wavepool.domains.catalog.operations.imports.staging import subject_of
from wavepool.plumbing import audit, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class ImportDecided(PlatformError):
    """Somebody decided about this file before."""

    kind = "catalog.import_decided"

    def __init__(self, batch: ImportBatch) -> None:
        message = _("This file is in the state: %(state)s.")
        super().__init__(message % {"state": batch.get_state_display()})
        self.state = batch.state


def apply_import(*, public_id: str, shop_id: int, actor: Actor, as_of: datetime) -> ImportBatch:
    """Write every row that keeps the rules now; a row that breaks one comes back with it.

    Rows are judged again, because goods may have changed since the preview.

    Raises:
        ImportDecided: it was applied or discarded before.
        NotFound: the shop has no such file.
    """
    with transaction.atomic():
        batch = lock_batch(public_id, shop_id=shop_id)
        rows = list(batch.rows.exclude(effect=ImportRow.Effect.WRONG).order_by("number"))
        apply_rows(batch, rows, actor=actor, as_of=as_of)
        return decide(batch, ImportBatch.State.APPLIED, actor=actor, as_of=as_of)


def discard_import(*, public_id: str, shop_id: int, actor: Actor, as_of: datetime) -> ImportBatch:
    """Let a file go before it was applied; nothing of it was ever in force.

    Raises:
        ImportDecided: it was applied or discarded before.
        NotFound: the shop has no such file.
    """
    with transaction.atomic():
        reading = ImportBatch.objects.filter(public_id=public_id, shop_id=shop_id)
        is_reading = reading.filter(state=ImportBatch.State.READING).exists()
        state = ImportBatch.State.READING if is_reading else ImportBatch.State.STAGED
        batch = lock_batch(public_id, shop_id=shop_id, state=state)
        uploads.drop(batch.file)
        batch.file = ""
        return decide(batch, ImportBatch.State.DISCARDED, actor=actor, as_of=as_of)


def apply_rows(
    batch: ImportBatch, rows: Sequence[ImportRow], *, actor: Actor, as_of: datetime
) -> None:
    """Apply some rows of a file inside the caller's transaction, and keep what came of each."""
    rules = subject_of(batch.subject, shop_id=batch.shop_id)
    doing = Doing(shop_id=batch.shop_id, actor=actor, as_of=as_of)
    done = rules.apply([row.values for row in rows], doing)
    for row, judged in zip(rows, done, strict=True):
        row.effect, row.before = judged.effect, judged.before
        row.rule, row.field, row.message = judged.rule, judged.field, judged.message[:300]
    ImportRow.objects.bulk_update(
        rows, ["effect", "before", "rule", "field", "message"], batch_size=500
    )


def lock_batch(
    public_id: str, *, shop_id: int, state: str = ImportBatch.State.STAGED
) -> ImportBatch:
    """A file of a shop in a state, held until the transaction ends.

    Raises:
        ImportDecided: it is in another state.
        NotFound: the shop has no such file.
    """
    batches = ImportBatch.objects.select_for_update()
    batch = batches.filter(public_id=public_id, shop_id=shop_id).first()
    if batch is None:
        raise NotFound(_("There is no such file."))
    if batch.state != state:
        raise ImportDecided(batch)
    return batch


def decide(batch: ImportBatch, state: str, *, actor: Actor, as_of: datetime) -> ImportBatch:
    """Write what became of a file, inside the caller's transaction."""
    batch.state, batch.decided_at = state, as_of
    batch.save()
    audit.record(
        kind=f"catalog.import_{state}",
        subject=batch.public_id,
        actor=actor,
        at=as_of,
        data={"file": batch.file_name, "subject": batch.subject},
    )
    return batch
