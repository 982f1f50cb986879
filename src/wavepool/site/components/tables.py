"""A page of a list as a table: every cell ready, filters, sorting and neighbours around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from wavepool.plumbing.lists import Cell, Filter, ListPage
from wavepool.plumbing.states import State
from wavepool.site.components import values

#: Kinds whose digits stand under one another, on the right.
_NO_PICTURE: Final = mark_safe('<span class="thumb" aria-hidden="true"></span>')
FIGURES: Final = frozenset({"number", "money", "rate"})


def table(page: ListPage, texts: Mapping[str, str]) -> dict[str, Any]:
    """What the table's partial shows."""
    bare = page.path.rstrip("/")
    tail = f"?{page.query}" if page.query else ""
    heads = [
        {
            "column": column,
            "href": f"{page.path}?{query}" if query else "",
            "now": now,
            "is_figure": column.kind in FIGURES,
        }
        for column, query, now in page.headers()
    ]
    return {
        "page": page,
        "heads": heads,
        "rows": [[_shown(cell) for cell in row.cells] for row in page.rows],
        "narrowed": [(each.label, _named(each, value)) for each, value in page.narrowed_by],
        "sort": page.sort,
        "clear": page.path,
        "csv": f"{bare}.csv{tail}",
        "parquet": f"{bare}.parquet{tail}",
        "previous": f"{page.path}?{page.previous}" if page.previous else "",
        "next": f"{page.path}?{page.next}" if page.next else "",
        **texts,
    }


def _named(each: Filter, value: str) -> Any:
    """A filter's value as people call it."""
    return next((choice.label for choice in each.choices if choice.value == value), value)


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
    if kind == "picture" and value is None:
        return _NO_PICTURE
    if value is None or value == "":
        return values.not_computed()
    show = _SHOWN_AS.get(kind)
    return show(value) if show else value


def _badge(state: State) -> str:
    return render_to_string("components/badge.html", {"state": state})


def _picture(value: tuple[str, str]) -> str:
    address, words = value
    return format_html('<img class="thumb" src="{}" alt="{}" loading="lazy">', address, words)


_SHOWN_AS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "money": lambda value: values.money(*value),
    "rate": values.rate,
    "number": values.number,
    "time": values.moment,
    "date": values.day,
    "badge": _badge,
    "picture": _picture,
}
