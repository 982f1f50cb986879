"""A list as a page, as CSV and as Parquet: three addresses of one view."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from wavepool.plumbing.lists.columns import Column
from wavepool.plumbing.lists.page import ListPage

# A spreadsheet would run a cell that begins with one of these.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_CHUNK: Final = 2_000


def list_paths(route: str, view: Callable[..., HttpResponseBase], *, name: str) -> list[URLPattern]:
    """The addresses of a list: `ROUTE/` for people, `ROUTE.csv` and `ROUTE.parquet` to take along.

    The view gets the keyword `export`: "", "csv" or "parquet".
    """
    bare = route.rstrip("/")
    return [
        path(f"{bare}/", view, {"export": ""}, name=name),
        path(f"{bare}.csv", view, {"export": "csv"}, name=f"{name}.csv"),
        path(f"{bare}.parquet", view, {"export": "parquet"}, name=f"{name}.parquet"),
    ]


def respond(
    request: HttpRequest,
    page: ListPage,
    template: str,
    context: Mapping[str, Any],
    *,
    export: str = "",
) -> HttpResponseBase:
    """Answer with the page, or with every row of exactly this view as a file."""
    if not export:
        return render(request, template, {**context, "table": page})
    name = request.path.rstrip("/").rpartition("/")[2]
    if export == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv(page), content_type="text/csv")
    else:
        answer = HttpResponse(_parquet(page), content_type="application/vnd.apache.parquet")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def plain(column: Column, value: Any) -> Any:
    """A cell's value as data: badges by name, pictures by address, times as RFC 3339 in UTC."""
    if column.kind == "picture" and value is not None:
        return value[0]
    if column.kind == "badge" and value is not None:
        return value.name
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _names(page: ListPage) -> list[str]:
    """Names of the exported columns; money takes two, its amount and its currency."""
    names = []
    for column in page.columns:
        if column.kind == "money":
            names += [f"{column.name}_minor", f"{column.name}_currency"]
        else:
            names.append(column.name)
    return names


def _values(page: ListPage) -> Iterator[list[Any]]:
    for record in page.every_row.iterator(chunk_size=_CHUNK):
        values: list[Any] = []
        for column in page.columns:
            value = column.read(record)
            if column.kind == "money":
                values += value if value is not None else (None, None)
            else:
                values.append(plain(column, value))
        yield values


def _csv(page: ListPage) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_names(page))
    for values in _values(page):
        writer.writerow([_harmless(value) for value in values])
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from running a text; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _parquet(page: ListPage) -> bytes:
    rows = list(_values(page))
    texts = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _names(page)]
    arrays = [pa.array([_one_type(each) for each in column]) for column in texts]
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, names=_names(page)), sink)
    return sink.getvalue()


def _one_type(value: Any) -> Any:
    return value if value is None or isinstance(value, int | bool) else str(value)
