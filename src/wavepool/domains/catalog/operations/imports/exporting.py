"""Files out: everything of a shop, or the rows of a file that broke a rule."""

from __future__ import annotations

from datetime import datetime

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import ImportBatch, ImportRow
from wavepool.domains.catalog.operations.imports.judging import Doing
from wavepool.domains.catalog.operations.imports.staging import subject_of
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.sheets import Encoding, Format, write_sheet

#: What a file of wrong rows says beside the row itself; an import passes over these.
SAID = ("row", "rule", "field", "value", "problem")


def export_file(
    *,
    shop_id: int,
    subject: str,
    format: Format,  # noqa: A002  the word of everybody who exports a file
    encoding: Encoding,
    actor: Actor,
    as_of: datetime,
) -> bytes:
    """All goods, or all plans that pay or were announced; importing the file changes nothing."""
    rules = subject_of(subject, shop_id=shop_id)
    rows = rules.export(Doing(shop_id=shop_id, actor=actor, as_of=as_of))
    return write_sheet(rules.columns, rows, format=format, encoding=encoding)


def wrong_rows_file(
    batch: ImportBatch,
    *,
    format: Format,  # noqa: A002  the word of everybody who exports a file
) -> bytes:
    """The rows of a file that broke a rule, each with row, rule and value, ready to be mended."""
    rows = queries.list_rows(batch, effect=ImportRow.Effect.WRONG)
    columns = [name for name in batch.columns if name not in SAID]
    table = [
        [
            *(row.values[name] for name in columns),
            str(row.number),
            row.rule,
            row.field,
            row.values.get(row.field, ""),
            row.message,
        ]
        for row in rows
    ]
    return write_sheet([*columns, *SAID], table, format=format, encoding="utf-8-sig")
