"""A page of a list as a table: every cell ready, filters, sorting and neighbours around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.template.loader import render_to_string

from wavepool.plumbing.lists import Cell, ListPage
from wavepool.site.components import values

#: Kinds whose digits stand under one another, on the right.
FIGURES: Final = frozenset({"number", "money", "rate"})


def table(page: ListPage, texts: Mapping[str, str]) -> dict[str, Any]:
    """What the table's partial shows."""
    bare = page.path.rstrip("/")
    tail = f"?{page.query}" if page.query else ""
    heads = [
        {"column": column, "href": f"{page.path}?{query}" if query else "", "now": now}
        for column, query, now in page.headers()
    ]
    for head in heads:
        head["is_figure"] = head["column"].kind in FIGURES
    return {
        "page": page,
        "heads": heads,
        "rows": [[_shown(cell) for cell in row.cells] for row in page.rows],
        "sort": page.sort,
        "clear": page.path,
        "csv": f"{bare}.csv{tail}",
        "parquet": f"{bare}.parquet{tail}",
        "previous": f"{page.path}?{page.previous}" if page.previous else "",
        "next": f"{page.path}?{page.next}" if page.next else "",
        **texts,
    }


def _shown(cell: Cell) -> dict[str, Any]:
    kind = cell.column.kind
    return {
        "label": cell.column.label,
        "kind": kind,
        "is_figure": kind in FIGURES,
        "content": _content(kind, cell.value),
        "href": cell.href,
    }


def _content(kind: str, value: Any) -> Any:
    if value is None or value == "":
        return values.not_computed()
    match kind:
        case "money":
            return values.money(value[0], value[1])
        case "rate":
            return values.rate(value)
        case "number":
            return values.number(value)
        case "time":
            return values.moment(value)
        case "date":
            return values.day(value)
        case "badge":
            return render_to_string("components/badge.html", {"state": value})
    return value
