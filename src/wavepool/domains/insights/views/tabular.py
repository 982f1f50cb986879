"""Rows that were counted and stand in no table of the store, as a list with pages and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from wavepool.plumbing.lists import Cell, Column, ListPage, Row

ROWS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class CountedRows:
    """All rows of a list, as its file reads them."""

    rows: Sequence[Any]

    def iterator(self, *, chunk_size: int) -> Iterator[Any]:
        """Every row in its order."""
        del chunk_size
        return iter(self.rows)


def page_of_rows(
    request: HttpRequest, rows: Sequence[Any], *, columns: Sequence[Column], keep: dict[str, str]
) -> ListPage:
    """A page of rows that are counted already, in their order.

    Args:
        request: `?page=` counts from 1.
        rows: all of them.
        columns: what to show.
        keep: what the address says besides, for the links of this view.
    """
    last = max(1, -(-len(rows) // ROWS_SHOWN))
    asked = request.GET.get("page", "")
    number = min(int(asked), last) if asked.isdecimal() and len(asked) < 9 and int(asked) else 1
    shown = rows[(number - 1) * ROWS_SHOWN : number * ROWS_SHOWN]

    def to(page: int) -> str:
        return urlencode({**keep, "page": page})

    return ListPage(
        columns=tuple(columns),
        filters=(),
        rows=tuple(_row(each, columns) for each in shown),
        every_row=cast("QuerySet[Any]", CountedRows(rows)),
        sort="",
        query=urlencode(keep),
        previous=to(number - 1) if number > 1 else None,
        next=to(number + 1) if number < last else None,
        path=request.path,
    )


def _row(record: Any, columns: Sequence[Column]) -> Row:
    return Row(
        record,
        tuple(
            Cell(column, column.read(record), column.href(record) if column.href else None)
            for column in columns
            if not column.is_in_files_only
        ),
    )
