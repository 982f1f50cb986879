"""Made-up rows for the tables of the page of the components."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.lists import Cell, Choice, Column, Filter, ListPage, Row
from wavepool.site.design import samples

_GOODS: Final = (
    (_("West Lake green tea, 250 g"), "11-20"),
    (_("Cast-iron pan, 26 cm"), "11-20"),
    (_("Rice cooker, 3 l"), "11-19"),
    (_("Chilli crisp, 3 jars"), "11-19"),
    (_("Bamboo steamer, two tiers"), "11-18"),
    (_("Sichuan pepper, 100 g"), "11-18"),
)
_MONEY: Final = (
    (25_900, 120_000, 3_108),
    (31_850, 150_000, 4_778),
    (59_900, 80_000, 4_792),
    (8_970, 200_000, 1_794),
    (12_400, 120_000, -1_488),
    (4_500, 200_000, None),
)
_STATES: Final = (2, 1, 3, 2, 4, 0)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="goods", label=_("Goods"), href=lambda _row: "#table"),
        Column(name="order", label=_("Order"), kind="code"),
        Column(name="paid_at", label=_("Paid at"), kind="time", sort="paid_at"),
        Column(name="paid", label=_("Paid"), kind="money", sort="paid"),
        Column(
            name="rate",
            label=_("Rate"),
            kind="rate",
            hint=_("The rate that won when the order was paid."),
        ),
        Column(name="commission", label=_("Commission"), kind="money", sort="commission"),
        Column(name="state", label=_("State"), kind="badge"),
    )


def _filters(state: str) -> tuple[tuple[Filter, str], ...]:
    choices = (Choice("held", _("Held")), Choice("paid", _("Paid")))
    return (
        (Filter(name="state", label=_("State"), apply=_same, choices=choices), state),
        (Filter(name="q", label=_("Goods or order"), apply=_same), ""),
    )


def lines(path: str) -> ListPage:
    """A full page with neighbours."""
    states = samples.states()
    rows = []
    for place, ((goods, day), (paid, rate, commission)) in enumerate(
        zip(_GOODS, _MONEY, strict=True)
    ):
        values = (
            goods,
            f"2026{day.replace('-', '')}-{48210 + 7 * place}",
            samples.AT - timedelta(hours=9 * place),
            (paid, "CNY"),
            rate,
            (commission, "CNY"),
            states[_STATES[place]],
        )
        cells = (
            Cell(column, value, column.href(None) if column.href else None)
            for column, value in zip(_columns(), values, strict=True)
        )
        rows.append(Row(None, tuple(cells)))
    return _page(path, tuple(rows), state="", next_query="cursor=sample")


def nothing_found(path: str) -> ListPage:
    """Filters that leave nothing."""
    return _page(path, (), state="held", next_query=None)


def nothing_yet(path: str) -> ListPage:
    """A list before its first row."""
    return _page(path, (), state="", next_query=None)


def _page(path: str, rows: tuple[Row, ...], *, state: str, next_query: str | None) -> ListPage:
    return ListPage(
        columns=_columns(),
        filters=_filters(state),
        rows=rows,
        every_row=cast("QuerySet[Any]", ()),
        sort="-paid_at",
        query="",
        previous=None,
        next=next_query,
        path=path,
    )


def _same(rows: QuerySet[Any], _value: str) -> QuerySet[Any]:
    return rows
