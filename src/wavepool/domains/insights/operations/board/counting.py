"""Run the steps on the facts, and bring what they count into the dictionary's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.insights.operations.board.facts import Facts
from wavepool.domains.insights.operations.board.spans import Span, epoch_ms, spans_of
from wavepool.domains.insights.queries import PARTS, Metric, board_metrics, get_dictionary
from wavepool.engine.relations import Relations, open_relations, step_sql
from wavepool.plumbing.windows import day_window

#: How far back from a payment a touch may lie: the 15 days of `last_touch_15d`.
REACH_DAYS: Final = 15
REACH_MS: Final = REACH_DAYS * 24 * 3_600_000
_PACKAGE: Final = "wavepool.domains.insights.operations.board"
_KEYS: Final = ("window_id", "is_earlier", "dimension", "part", "currency")

Key = tuple[str, str, str, str, str]  # window, metric, dimension, part, currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number for a window, and the same for the window before; None is not known."""

    window: str
    metric: str
    dimension: str
    part: str
    currency: str
    value: int | None
    earlier: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorRow:
    """A creator's day; the row without a currency has the traffic, the others sales."""

    creator_id: int
    currency: str
    views_pv: int
    viewers_uv: int
    watch_ms: int
    new_followers: int
    orders: int
    gmv_guided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A day's board."""

    figures: tuple[Figure, ...]
    creator_rows: tuple[CreatorRow, ...]
    touch_count: int
    line_count: int


def count_board(facts: Facts, *, day: date, windows: Sequence[str], zone: str) -> Counted:
    """Count every metric of the dictionary for the windows that end with a day.

    The result does not depend on the order of rows. Sums across a dimension's parts give
    the whole, people apart: one who was in two parts counts in both.
    """
    spans = list(spans_of(day, windows, zone=zone))
    today = day_window(day, zone=zone)
    starts_at, ends_at = epoch_ms(today.starts_at), epoch_ms(today.ends_at)
    with _opened(facts) as rel:
        rel.put("windows", _windows(spans))
        rel.put("dimensions", pa.table({"dimension": list(PARTS)}))
        rel.put("purses", pa.table({"is_own": [True, False]}))
        rel.view("faces", step_sql(_PACKAGE, "faces"))
        rel.view("seen", step_sql(_PACKAGE, "seen"))
        rel.table("sold", step_sql(_PACKAGE, "sold", reach_ms=REACH_MS))
        steps = [step_sql(_PACKAGE, name) for name in ("traffic", "live", "sales")]
        steps.append(step_sql(_PACKAGE, "paths", reach_ms=REACH_MS))
        tables = [rel.fetch(step) for step in steps]
        creators = rel.fetch(
            step_sql(_PACKAGE, "creator_days", starts_at=starts_at, ends_at=ends_at)
        ).to_pylist()
        counts = {
            name: rel.fetch(
                f"select count(*) as n from {table} where {column} >= {starts_at} "
                f"and {column} < {ends_at}"
            ).to_pylist()[0]["n"]
            for name, table, column in (
                ("touch_count", "touches", "touched_at"),
                ("line_count", "order_lines", "paid_at"),
            )
        }
    figures = _figures(tables, windows)
    rows = sorted(
        (CreatorRow(**row) for row in creators), key=lambda row: (row.creator_id, row.currency)
    )
    return Counted(figures=figures, creator_rows=tuple(rows), **counts)


def mark_days(facts: Facts, *, first: date, end: date, zone: str) -> Mapping[date, str]:
    """What sums up the facts of each day in `[first, end)`; a day without any has ""."""
    days = [first + timedelta(days=number) for number in range((end - first).days)]
    spans = [day_window(day, zone=zone) for day in days]
    table = pa.table(
        {
            "day_no": pa.array(range(len(days)), pa.int64()),
            "starts_at": pa.array([epoch_ms(span.starts_at) for span in spans], pa.int64()),
            "ends_at": pa.array([epoch_ms(span.ends_at) for span in spans], pa.int64()),
        }
    )
    with _opened(facts) as rel:
        rel.put("days", table)
        rows = rel.fetch(step_sql(_PACKAGE, "marks")).to_pylist()
    found = {days[row.pop("day_no")]: list(row.values()) for row in rows}
    return {day: " ".join(map(str, values)) if any(values) else "" for day, values in found.items()}


@contextmanager
def _opened(facts: Facts) -> Iterator[Relations]:
    """The facts under their names, on an engine of their own."""
    with TemporaryDirectory(prefix="wavepool-board-") as scratch:
        rel = open_relations(scratch=Path(scratch), memory_mb=1_000)
        try:
            for name, source in facts.sources():
                if isinstance(source, pa.Table):
                    rel.put(name, _whole_times(source))
                else:
                    rel.scan(name, list(source))
            yield rel
        finally:
            rel.close()


def _whole_times(table: pa.Table) -> pa.Table:
    """Times as epoch milliseconds, as the steps read them."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            whole = table.column(place).cast(pa.timestamp("ms", tz=field.type.tz)).cast(pa.int64())
            table = table.set_column(place, field.name, whole)
    return table


def _windows(spans: Sequence[Span]) -> pa.Table:
    return pa.table(
        {
            "window_id": [span.window for span in spans],
            "is_earlier": [span.is_earlier for span in spans],
            "starts_at": pa.array([span.starts_ms for span in spans], pa.int64()),
            "ends_at": pa.array([span.ends_ms for span in spans], pa.int64()),
        }
    )


def _figures(tables: Sequence[pa.Table], windows: Sequence[str]) -> tuple[Figure, ...]:
    """What the steps counted, and the ratios, for now and before."""
    metrics = get_dictionary()
    sides: tuple[dict[Key, int], dict[Key, int]] = ({}, {})
    for table in tables:
        for row in table.to_pylist():
            window, is_earlier, dimension, part, currency = (row.pop(key) for key in _KEYS)
            for name, value in row.items():
                if _is_kept(metrics[name], window, dimension, currency):
                    sides[is_earlier][window, name, dimension, part, currency] = value
    keys = _wholes(windows) | sides[False].keys() | sides[True].keys()
    counted = [{key: side.get(key, 0) for key in keys} for side in sides]
    now, before = ({**side, **ratios_of(side)} for side in counted)
    return tuple(
        Figure(
            window=key[0],
            metric=key[1],
            dimension=key[2],
            part=key[3],
            currency=key[4],
            value=now.get(key),
            earlier=before.get(key),
        )
        for key in sorted(now.keys() | before.keys())
    )


def _is_kept(metric: Metric, window: str, dimension: str, currency: str) -> bool:
    """Money is not added across currencies, and a metric has only its own windows."""
    in_place = window in metric.windows and dimension in metric.dimensions
    return in_place and not (metric.unit == "money" and not currency)


def _wholes(windows: Sequence[str]) -> set[Key]:
    """What is zero, not unknown, when nothing happened."""
    return {
        (window, metric.id, "all", "", "")
        for metric in board_metrics()
        for window in windows
        if not metric.is_ratio and _is_kept(metric, window, "all", "")
    }


def ratios_of(counted: Mapping[Key, int]) -> dict[Key, int]:
    """Every ratio of the dictionary, in exact whole numbers; none where there is nothing to divide by.

    Money is divided in its own currency; where the divisor knows no currency, by the whole.
    """
    found: dict[Key, int] = {}
    metrics = get_dictionary()
    for metric in board_metrics():
        if not metric.is_ratio:
            continue
        is_money = metrics[metric.numerator].unit == "money"
        for (window, name, dimension, part, currency), above in counted.items():
            if name != metric.numerator or bool(currency) != is_money:
                continue
            place = (window, metric.denominator, dimension, part)
            below: Any = counted.get((*place, currency))
            if below is None:
                below = counted.get((*place, ""))
            if below and _is_kept(metric, window, dimension, currency):
                found[window, metric.id, dimension, part, currency] = above * metric.times // below
    return found
