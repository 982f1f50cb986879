"""The facts that a board is counted from: tables of the engine, and who its creators are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa

#: A table at hand, or the Parquet files that hold it.
Source: TypeAlias = pa.Table | Sequence[Path]

_TEXT, _WHOLE, _FLAG = pa.string(), pa.int64(), pa.bool_()
#: The columns that the steps read, as they are when a table is empty.
COLUMNS: Final[dict[str, dict[str, pa.DataType]]] = {
    "touches": {
        "touch_id": _WHOLE,
        "viewer_id": _WHOLE,
        "account_id": _WHOLE,
        "piece_id": _WHOLE,
        "channel_id": _WHOLE,
        "touched_at": _WHOLE,
        "dwell_ms": _WHOLE,
        "is_clicked": _FLAG,
        "is_saved": _FLAG,
        "is_shared": _FLAG,
        "is_followed": _FLAG,
    },
    "pieces": {
        "piece_id": _WHOLE,
        "account_id": _WHOLE,
        "channel_id": _WHOLE,
        "format": _TEXT,
    },
    "sessions": {
        "session_id": _WHOLE,
        "piece_id": _WHOLE,
        "started_at": _WHOLE,
        "effective_ms": _WHOLE,
    },
    "accounts": {"account_id": _WHOLE, "creator_id": _WHOLE},
    "creators": {"creator_id": _WHOLE, "kind": _TEXT, "tier": _TEXT},
    "order_lines": {
        "line_id": _WHOLE,
        "order_id": _WHOLE,
        "buyer_id": _WHOLE,
        "currency": _TEXT,
        "paid_minor": _WHOLE,
        "paid_at": _WHOLE,
        "received_at": _WHOLE,
    },
    "refunds": {"line_id": _WHOLE, "refund_minor": _WHOLE},
    "cancellations": {"line_id": _WHOLE},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Tables of the engine (see docs/tables.md) as Arrow or as Parquet files; no files are no rows.

    Attributes:
        touches: from the lake, for the whole reach of the board and the 15 days before.
        pieces, sessions, accounts: all.
        creators: creator_id, kind, tier.
        order_lines, refunds, cancellations: those of the reach; more do no harm.
    """

    touches: Source
    pieces: Source
    sessions: Source
    accounts: Source
    creators: Source
    order_lines: Source
    refunds: Source
    cancellations: Source

    def sources(self) -> Iterator[tuple[str, Source]]:
        """Each table by name, an empty list of files as an empty table."""
        for each in fields(self):
            source = getattr(self, each.name)
            yield (
                each.name,
                source if len(source) or isinstance(source, pa.Table) else empty(each.name),
            )


def empty(name: str) -> pa.Table:
    """A table of no rows with the columns that the steps read."""
    schema = pa.schema(list(COLUMNS[name].items()))
    return schema.empty_table()
