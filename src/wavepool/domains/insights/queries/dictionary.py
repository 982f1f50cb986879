"""The metric dictionary: what every number of a board means, as data, read and checked once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import NotFound

Unit = Literal["count", "ms", "money", "micro", "ppm"]
UNITS: Final = ("count", "ms", "money", "micro", "ppm")
#: The SQL files that count, two that add up what a run says, and "ratio", which divides.
METHODS: Final = (
    *("traffic", "live", "sales", "paths"),
    *("spend", "settlement_creators", "settlement_platform", "growth"),
    *("earnings", "budget_cards", "holdout"),
    "ratio",
)
#: Of these, the files beside the boards' own.
_BY_PAGES: Final = ("spend", "settlement_creators", "settlement_platform", "growth")
_WITHOUT_SQL: Final = ("earnings", "budget_cards", "holdout", "ratio")
WINDOWS: Final = ("day", "week", "d28", "year")
#: What other pages count over, from a settlement.
MONTH: Final = "month"
#: What a board splits a figure by; "all" is the whole.
PARTS: Final = ("all", "tier", "anchor_kind", "channel")
PATHS: Final = ("path_touches", "path_hours")

WINDOW_NAMES: Final = {
    "day": _("1 day"),
    "week": _("7 days"),
    "d28": _("28 days"),
    "year": _("365 days"),
    MONTH: _("Month"),
}
DIMENSION_NAMES: Final = {
    "all": _("All"),
    "tier": _("Tier"),
    "anchor_kind": _("Kind of anchor"),
    "channel": _("Channel"),
    "path_touches": _("Touches before the payment"),
    "path_hours": _("Hours from the first touch"),
    "creator": _("Creator"),
    "agency": _("Agency"),
}
UNIT_NAMES: Final = {
    "count": _("whole number"),
    "ms": _("time, kept in milliseconds"),
    "money": _("money, in whole minor units of its currency"),
    "micro": _("money, kept in millionths of the minor unit and shown in whole ones"),
    "ppm": _("rate, kept in parts per million"),
}


class DictionaryNotValid(ValueError):
    """The shipped dictionary contradicts itself; a fault of the release, not of a reader."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages; `str` gives the reader's."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry: what a number means, how it is made, and what it is not.

    Attributes:
        id: what rows and pages name; a changed meaning gets a new one.
        computed_by: the SQL file that counts it, or "ratio".
        numerator, denominator, times: of a ratio, which is
            `numerator × times ÷ denominator` rounded down; "" and 1 else.
        windows: over which spans it is counted.
        dimensions: by what it is split.
        attribution: how an order finds its content.
        freshness: when it is there and until when it may change.
        beside: ids that are easily taken for this one and mean something else.
    """

    id: str
    name: Wording
    formula: Wording
    unit: Unit
    computed_by: str
    numerator: str
    denominator: str
    times: int
    windows: tuple[str, ...]
    dimensions: tuple[str, ...]
    attribution: Wording
    freshness: Wording
    beside: tuple[str, ...]
    version: int

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_ratio(self) -> bool:
        """Whether it divides two others."""
        return self.computed_by == "ratio"


@cache
def get_dictionary() -> Mapping[str, Metric]:
    """Every metric by id, in the order of the file.

    Raises:
        DictionaryNotValid: an entry lacks something or names an unknown one.
    """
    here = resources.files("wavepool.domains.insights.queries")
    return read_dictionary(tomllib.loads((here / "metrics.toml").read_text("utf-8")))


def read_dictionary(words: Mapping[str, Any]) -> Mapping[str, Metric]:
    """Build the dictionary from its document.

    Raises:
        DictionaryNotValid: naming the entry and what is wrong with it.
    """
    found = {name: _metric(name, row, words) for name, row in words["metrics"].items()}
    for metric in found.values():
        for other in filter(None, (metric.numerator, metric.denominator, *metric.beside)):
            if other not in found or other == metric.id:
                raise DictionaryNotValid(f"{metric.id}: {other!r} is no other entry")
        for other in filter(None, (metric.numerator, metric.denominator)):
            if found[other].is_ratio:
                raise DictionaryNotValid(f"{metric.id}: {other!r} is a ratio itself")
    return found


def list_metrics() -> tuple[Metric, ...]:
    """Every metric, in the order of the dictionary."""
    return tuple(get_dictionary().values())


def find_metric(metric_id: str) -> Metric | None:
    """A metric by id, or None."""
    return get_dictionary().get(metric_id)


def get_metric(metric_id: str) -> Metric:
    """A metric by id.

    Raises:
        NotFound: there is none.
    """
    metric = find_metric(metric_id)
    if metric is None:
        raise NotFound(_("There is no such metric."))
    return metric


def board_metrics() -> tuple[Metric, ...]:
    """The metrics that boards count; the others are counted by their own pages."""
    return tuple(each for each in list_metrics() if each.windows != (MONTH,))


def list_ratios() -> Iterator[Metric]:
    """The metrics that divide two others."""
    return (metric for metric in list_metrics() if metric.is_ratio)


def users_of(metric_id: str) -> tuple[Metric, ...]:
    """The ratios that are made of a metric."""
    return tuple(each for each in list_ratios() if metric_id in {each.numerator, each.denominator})


def metric_sql(metric: Metric) -> str:
    """The SQL that counts a metric, as it runs; "" of what has none of its own."""
    if metric.computed_by in _WITHOUT_SQL:
        return ""
    here = resources.files("wavepool.domains.insights")
    is_of_a_page = metric.computed_by in _BY_PAGES
    folder = here / "queries" if is_of_a_page else here / "operations" / "board"
    return (folder / f"{metric.computed_by}.sql").read_text("utf-8")


def _metric(name: str, row: Mapping[str, Any], words: Mapping[str, Any]) -> Metric:
    missing = [
        key
        for key in ("name_en", "name_zh", "formula_en", "formula_zh", "unit", "computed_by")
        if not row.get(key)
    ]
    if missing:
        raise DictionaryNotValid(f"{name}: {missing[0]} is missing")
    for key, known in (("unit", UNITS), ("computed_by", METHODS)):
        if row[key] not in known:
            raise DictionaryNotValid(f"{name}: {key} {row[key]!r} does not exist")
    is_ratio = row["computed_by"] == "ratio"
    if is_ratio != bool(row.get("numerator")) or is_ratio != bool(row.get("denominator")):
        raise DictionaryNotValid(f"{name}: a ratio names two entries, and nothing else does")
    windows = tuple(row.get("windows", WINDOWS))
    dimensions = tuple(row.get("dimensions", PARTS))
    if not set(windows) <= WINDOW_NAMES.keys() or not set(dimensions) <= DIMENSION_NAMES.keys():
        raise DictionaryNotValid(f"{name}: an unknown window or dimension")
    return Metric(
        id=name,
        name=Wording(row["name_en"], row["name_zh"]),
        formula=Wording(row["formula_en"], row["formula_zh"]),
        unit=row["unit"],
        computed_by=row["computed_by"],
        numerator=row.get("numerator", ""),
        denominator=row.get("denominator", ""),
        times=row.get("times", 1),
        windows=windows,
        dimensions=dimensions,
        attribution=_named(name, "attribution", row.get("attribution", "none"), words),
        freshness=_named(name, "fresh", row.get("fresh", "board"), words),
        beside=tuple(row.get("beside", ())),
        version=row.get("version", 1),
    )


def _named(metric: str, group: str, name: str, words: Mapping[str, Any]) -> Wording:
    if name not in words[group]:
        raise DictionaryNotValid(f"{metric}: {group} {name!r} does not exist")
    return Wording(words[group][name]["en"], words[group][name]["zh"])
