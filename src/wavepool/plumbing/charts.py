"""A chart as data: what is drawn and, from the same numbers, the table beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.functional import Promise

from wavepool.engine.money import exponent_of

Text = str | Promise
Kind = Literal["line", "area", "bar", "stacked", "bridge", "share"]
Unit = Literal["number", "money", "rate"]

#: More series than this cannot be told apart by colour and pattern.
SERIES_MAX: Final = 5


class ChartFault(ValueError):
    """A chart that could not be drawn truthfully; a fault of the page's author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of numbers, one for each category.

    Attributes:
        name: what it is called in the legend and the table's header.
        values: whole numbers in the chart's unit; None where nothing was measured.
        is_estimate: drawn hatched or dashed, because it may still change.
    """

    name: Text
    values: tuple[int | None, ...]
    is_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at a category: a pin, a coupon, a new policy."""

    at: Text
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart and its table twin.

    Attributes:
        kind: "line", "area", "bar", "stacked", "bridge" (one series: signed steps, and last
            their sum), "share" (one series: parts of a whole, drawn as bars).
        title: what the reader learns from it, not how it is drawn.
        label: what the categories are, the first header of the table.
        categories: names along the axis, in order.
        series: at most five.
        unit: number, money (minor units of `currency`) or rate (parts per million).
        currency: ISO 4217, for money.
        marks: events on the axis.
        note: where the numbers come from, how fresh they are.
    """

    kind: Kind
    title: Text
    label: Text
    categories: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: Unit = "number"
    currency: str = ""
    marks: tuple[Mark, ...] = ()
    note: Text = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= SERIES_MAX:
            raise ChartFault(f"{self.title}: 1 to {SERIES_MAX} series, not {len(self.series)}")
        if self.kind in {"bridge", "share"} and len(self.series) != 1:
            raise ChartFault(f"{self.title}: a {self.kind} has one series")
        if (self.unit == "money") != bool(self.currency):
            raise ChartFault(f"{self.title}: money names its currency, and nothing else does")
        if self.kind == "bridge":
            *steps, total = self.series[0].values
            if None in steps or sum(filter(None, steps)) != total:
                raise ChartFault(f"{self.title}: the steps of a bridge add up to its last value")
        for each in self.series:
            if len(each.values) != len(self.categories):
                message = f"{self.title}: {each.name} has {len(each.values)} values"
                raise ChartFault(f"{message} for {len(self.categories)} categories")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured at all."""
        return all(value is None for each in self.series for value in each.values)

    def rows(self) -> Iterator[tuple[Text, tuple[int | None, ...]]]:
        """The table twin: each category with its value of every series."""
        for position, category in enumerate(self.categories):
            yield category, tuple(each.values[position] for each in self.series)

    def drawing(self) -> dict[str, Any]:
        """What the script that draws gets; every text translated, every number whole."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "categories": [str(each) for each in self.categories],
            "series": [
                {
                    "name": str(each.name),
                    "values": list(each.values),
                    "isEstimate": each.is_estimate,
                }
                for each in self.series
            ],
            "unit": self.unit,
            "currency": self.currency,
            "exponent": exponent_of(self.currency) if self.currency else 0,
            "marks": [{"at": str(each.at), "label": str(each.label)} for each in self.marks],
        }
