"""One page of a list, read from a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.lists.columns import Cell, Column, Filter, Row
from wavepool.plumbing.lists.cursors import BadCursor, Cursor, beyond, read_cursor

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of rows with everything that its table shows around them.

    Attributes:
        columns: the columns, in order.
        filters: each filter with the value in force ("" for none).
        rows: the rows of this page.
        every_row: all rows of the view in its order, unread; what an export writes.
        sort: the order in force, e.g. "-paid_at".
        query: the query string without its cursor, for links of this same view.
        previous, next: query strings of the neighbouring pages, or None.
        path: the address of the list without its query.
    """

    columns: tuple[Column, ...]
    filters: tuple[tuple[Filter, str], ...]
    rows: tuple[Row, ...]
    every_row: QuerySet[Any]
    sort: str
    query: str
    previous: str | None
    next: str | None
    path: str

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is in force."""
        return any(value for _filter, value in self.filters)

    @property
    def narrowed_by(self) -> tuple[tuple[Filter, str], ...]:
        """The filters in force and their values."""
        return tuple((each, value) for each, value in self.filters if value)

    def headers(self) -> Iterator[tuple[Column, str | None, str]]:
        """Each column, the query that sorts by it (None: not sortable), its direction now."""
        kept = {each.name: value for each, value in self.filters if value}
        for column in self.columns:
            if column.is_in_files_only:
                continue
            if column.sort is None:
                yield column, None, ""
                continue
            now = "rising" if self.sort == column.name else ""
            now = "falling" if self.sort == f"-{column.name}" else now
            turned = column.name if now == "falling" else f"-{column.name}"
            yield column, urlencode({**kept, "sort": turned}), now


def read_list(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    sort: str,
    page_size: int = PAGE_SIZE,
) -> ListPage:
    """Read a page of a list: one query, whatever the page.

    Args:
        request: `?NAME=` per filter, `?sort=` a column's name with "-" for falling, `?cursor=`.
        rows: what the reader may see; unordered.
        columns: what to show; those with `sort` can be sorted by, their fields not null.
        filters: by what to narrow; an unknown value of a filter with choices narrows nothing.
        sort: the order when none is asked for: a sortable column's name, "-" for falling.
        page_size: rows a page, at most 100.

    Raises:
        BadCursor: the cursor was not given out by this list.
    """
    in_force = tuple((each, _asked(request, each)) for each in filters)
    narrowed = reduce(lambda kept, pair: _narrow(kept, *pair), in_force, rows)
    sortable = {column.name: column.sort for column in columns if column.sort}
    order = request.GET.get("sort", sort)
    if order.removeprefix("-") not in sortable:
        order = sort
    field, is_falling = sortable[order.removeprefix("-")], order.startswith("-")
    assert field is not None
    ordered = _ordered(narrowed, field=field, is_falling=is_falling)
    text = request.GET.get("cursor", "")
    cursor = read_cursor(text, sort=order) if text else None
    found, has_before, has_after = _cut(
        narrowed, cursor, field=field, is_falling=is_falling, size=min(page_size, 100)
    )
    kept = {each.name: value for each, value in in_force if value}
    query = urlencode({**kept, **({"sort": order} if order != sort else {})})
    first, last = (found[0], found[-1]) if found else (None, None)
    return ListPage(
        columns=tuple(columns),
        filters=in_force,
        rows=tuple(_row(each, columns) for each in found),
        every_row=ordered,
        sort=order,
        query=query,
        previous=_link(query, first, order, field, is_back=True) if has_before else None,
        next=_link(query, last, order, field, is_back=False) if has_after else None,
        path=request.path,
    )


def _asked(request: HttpRequest, each: Filter) -> str:
    value = request.GET.get(each.name, "").strip()[:200].replace("\x00", "")
    if each.choices and value not in {choice.value for choice in each.choices}:
        return ""
    return value


def _narrow(rows: QuerySet[Any], each: Filter, value: str) -> QuerySet[Any]:
    return each.apply(rows, value) if value else rows


def _ordered(rows: QuerySet[Any], *, field: str, is_falling: bool) -> QuerySet[Any]:
    sign = "-" if is_falling else ""
    return rows.order_by(*dict.fromkeys((f"{sign}{field}", f"{sign}pk")))


def _cut(
    rows: QuerySet[Any], cursor: Cursor | None, *, field: str, is_falling: bool, size: int
) -> tuple[list[Any], bool, bool]:
    """Rows of the page, and whether there are rows before and after it."""
    if cursor is None:
        found = list(_ordered(rows, field=field, is_falling=is_falling)[: size + 1])
        return found[:size], False, len(found) > size
    try:
        beyond_it = rows.filter(beyond(cursor, field=field, is_falling=is_falling))
        way = is_falling != cursor.is_back
        found = list(_ordered(beyond_it, field=field, is_falling=way)[: size + 1])
    except (ValidationError, ValueError, TypeError) as error:
        raise BadCursor(_("This page address is not valid; start from the first page.")) from error
    page, has_more = found[:size], len(found) > size
    if cursor.is_back:
        return page[::-1], has_more, True
    return page, True, has_more


def _row(record: Any, columns: Sequence[Column]) -> Row:
    cells = tuple(
        Cell(column, column.read(record), column.href(record) if column.href else None)
        for column in columns
        if not column.is_in_files_only
    )
    return Row(record, cells)


def _link(query: str, row: Any, sort: str, field: str, *, is_back: bool) -> str:
    value = reduce(getattr, field.split("__"), row)
    word = Cursor(sort, value, row.pk, is_back).write()
    return "&".join(filter(None, (query, urlencode({"cursor": word}))))
