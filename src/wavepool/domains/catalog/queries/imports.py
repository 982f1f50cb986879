"""Reads of files on their way in."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import ImportBatch, ImportRow
from wavepool.plumbing.errors import NotFound


def imports_of_shop(shop_id: int) -> QuerySet[ImportBatch]:
    """Every file that a shop sent."""
    return ImportBatch.objects.filter(shop_id=shop_id)


def access_import(public_id: str, *, shop_id: int) -> ImportBatch:
    """A file of this shop.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    batch = imports_of_shop(shop_id).filter(public_id=public_id).first()
    if batch is None:
        raise NotFound(_("There is no such file."))
    return batch


def import_href(batch: ImportBatch) -> str:
    """Where a file's own page is."""
    return reverse("catalog.import", args=[batch.shop.slug, batch.public_id])


def count_effects(batch: ImportBatch) -> dict[str, int]:
    """How many rows of a file are new, changed, unchanged and wrong."""
    counted = dict(batch.rows.order_by().values_list("effect").annotate(Count("pk")))
    return {effect: counted.get(effect, 0) for effect in ImportRow.Effect.values}


def list_rows(batch: ImportBatch, *, effect: str, most: int | None = None) -> list[ImportRow]:
    """Rows of one effect in the order of the file."""
    return list(batch.rows.filter(effect=effect).order_by("number")[:most])


def differences(row: ImportRow) -> list[tuple[str, str, str]]:
    """Cells of a row that differ from what stands: name, before, after."""
    return [(name, was, row.values.get(name, "")) for name, was in row.before.items()]
