"""A file comes in: read, judged, kept; nothing of it is in force yet."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import ImportBatch, ImportRow
from wavepool.domains.catalog.operations.imports.goods import Goods
from wavepool.domains.catalog.operations.imports.judging import Doing, Subject, Values, as_rows
from wavepool.domains.catalog.operations.imports.plans import Plans
from wavepool.domains.people import queries as people
from wavepool.plumbing import ids
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.sheets import Sheet, read_sheet

#: The header is row 1.
FIRST_ROW: Final = 2


class ColumnsMissing(PlatformError):
    """Without these columns no row says what it is of."""

    kind = "catalog.columns_missing"
    status: ClassVar[int] = 422

    def __init__(self, missing: list[str]) -> None:
        message = _("The file lacks these columns: %(names)s.")
        super().__init__(message % {"names": ", ".join(missing)}, pointer="/file")
        self.missing = missing


def stage_file(
    *,
    shop_id: int,
    subject: str,
    name: str,
    data: bytes,
    encoding: str,
    actor: Actor,
    as_of: datetime,
) -> ImportBatch:
    """Read a file, judge its rows and keep both for a decision.

    Args:
        shop_id: whose goods or plans they are.
        subject: "goods" or "plans".
        name: of the file, to know it again.
        data: the file.
        encoding: of a CSV, "" to find it out.
        actor: who sent it.
        as_of: when.

    Raises:
        ColumnsMissing: its rows cannot be told apart.
        SheetTooLarge, SheetUnreadable: the file itself is refused.
    """
    sheet = read_rows(data, subject=subject, shop_id=shop_id, encoding=encoding)
    rules = subject_of(subject, shop_id=shop_id)
    rows = values_of(sheet)
    with transaction.atomic():
        judged = rules.judge(list(rows), Doing(shop_id=shop_id, actor=actor, as_of=as_of))
        batch = new_batch(
            sheet, shop_id=shop_id, subject=subject, name=name, actor=actor, as_of=as_of
        )
        kept = as_rows(judged, list(rows), first=FIRST_ROW)
        ImportRow.objects.bulk_create(
            (ImportRow(batch=batch, **columns) for columns in kept), batch_size=1_000
        )
        return batch


def read_rows(data: bytes, *, subject: str, shop_id: int, encoding: str) -> Sheet:
    """Read a file and see that it has the columns that tell its rows apart.

    Raises:
        ColumnsMissing: its rows cannot be told apart.
        SheetTooLarge, SheetUnreadable: the file itself is refused.
    """
    sheet = read_sheet(data, encoding=encoding)
    rules = subject_of(subject, shop_id=shop_id)
    missing = [each for each in rules.required if each not in sheet.columns]
    if missing:
        raise ColumnsMissing(missing)
    return sheet


def values_of(sheet: Sheet) -> list[Values]:
    """The rows of a file by its columns."""
    return [{name: row[name] for name in sheet.columns} for row in sheet.rows]


def new_batch(
    sheet: Sheet, *, shop_id: int, subject: str, name: str, actor: Actor, as_of: datetime
) -> ImportBatch:
    """The row of a file that was read; its rows are staged next."""
    return ImportBatch.objects.create(
        public_id=ids.new_id("imp"),
        shop_id=shop_id,
        subject=subject,
        file_name=name[-200:],
        read_as=sheet.read_as,
        columns=list(sheet.columns),
        row_count=len(sheet.rows),
        staged_at=as_of,
        staged_by=actor.name,
    )


def subject_of(subject: str, *, shop_id: int) -> Subject:
    """What rows of a kind are judged by, for a shop."""
    if subject == ImportBatch.Subject.PLANS:
        return Plans()
    return Goods(people.list_shops().get(pk=shop_id).currency)
