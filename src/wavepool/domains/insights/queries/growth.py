"""How the programme grows: newcomers by month, who stayed, and what staying cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from wavepool.domains.credits import queries as settled
from wavepool.domains.insights.queries.earnings import month_end
from wavepool.domains.insights.queries.spend import part_ppm, runs_of_months
from wavepool.domains.people import queries as people
from wavepool.engine.relations import open_relations, step_sql

_PACKAGE: Final = "wavepool.domains.insights.queries"
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The newcomers of one month; fields bear the ids of metrics.

    Attributes:
        spent_minor: what programmes paid in the month, by currency.
    """

    month: str
    growth_newcomers: int
    growth_measured_30: int
    growth_retained_30: int
    growth_measured_90: int
    growth_retained_90: int
    spent_minor: Mapping[str, int]

    @property
    def growth_retention_30(self) -> int | None:
        """Of those whose days 30 to 59 are over, the part that came back, in ppm."""
        return part_ppm(self.growth_retained_30, self.growth_measured_30)

    @property
    def growth_retention_90(self) -> int | None:
        """Of those whose days 90 to 119 are over, the part that came back, in ppm."""
        return part_ppm(self.growth_retained_90, self.growth_measured_90)

    @property
    def is_measured_30(self) -> bool:
        """Whether everybody's days 30 to 59 are over."""
        return self.growth_measured_30 == self.growth_newcomers

    def cost_minor(self, currency: str) -> int | None:
        """Awards of the month by newcomer of it who stayed 30 days, once all are measured."""
        if not self.is_measured_30 or not self.growth_retained_30:
            return None
        spent = self.spent_minor.get(currency)
        return None if spent is None else spent // self.growth_retained_30


def cohorts_by_month() -> tuple[Cohort, ...]:
    """The newcomers of every month, the latest first; three queries."""
    runs = runs_of_months()
    month = next(iter(runs), "")
    if not month:
        return ()
    run = runs[month]
    try:
        counters = settled.read_run(run, "state/counters", period=month)
    except settled.TableNotFound:
        return ()
    rows = count_cohorts(
        counters=counters, known=_known_first_days(), today=_local_day(min(run.as_of, month_end(month)))
    )  # fmt: skip
    return tuple(Cohort(**row, spent_minor=_spent(runs, row["month"])) for row in reversed(rows))


def count_cohorts(*, counters: pa.Table, known: pa.Table, today: int) -> list[dict[str, Any]]:
    """Newcomers by month, the earliest first.

    Args:
        counters: creator_id, day (local, since 1970-01-01), sessions, effective_sessions.
        known: creator_id, first_day; the first session of those who came before the counters.
        today: the first local day that is not over.
    """
    with TemporaryDirectory(prefix="wavepool-growth-") as scratch:
        rel = open_relations(scratch=Path(scratch), threads=1, memory_mb=500)
        try:
            rel.put("counters", counters)
            rel.put("known_first_days", known)
            rel.put("months", _months(counters, known, today))
            rows: list[dict[str, Any]] = rel.fetch(
                step_sql(_PACKAGE, "growth", today=today)
            ).to_pylist()
            return rows
        finally:
            rel.close()


def _months(counters: pa.Table, known: pa.Table, today: int) -> pa.Table:
    """The local days of every month from the first known day to today."""
    ends = [
        pc.min_max(column).as_py()
        for column in (known.column("first_day"), counters.column("day"))
        if len(column)
    ]
    first_day = min([each["min"] for each in ends], default=today)
    last_day = max([each["max"] for each in ends], default=today)
    first = date.fromordinal(_EPOCH.toordinal() + first_day).replace(day=1)
    rows = []
    while (starts := first.toordinal() - _EPOCH.toordinal()) <= last_day:
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        rows.append(
            {
                "period": first.strftime("%Y-%m"),
                "starts_day": starts,
                "ends_day": after.toordinal() - _EPOCH.toordinal(),
            }
        )
        first = after
    return pa.Table.from_pylist(rows)


def _known_first_days() -> pa.Table:
    rows = people.list_creators().filter(first_live_at__isnull=False)
    found = [
        (pk, _local_day(at)) for pk, at in rows.values_list("pk", "first_live_at") if at is not None
    ]
    ids, days = zip(*found, strict=True) if found else ((), ())
    return pa.table(
        {"creator_id": pa.array(ids, pa.int64()), "first_day": pa.array(days, pa.int64())}
    )


def _local_day(at: datetime) -> int:
    local = at.astimezone(ZoneInfo(settings.OPERATOR_ZONE)).date()
    return local.toordinal() - _EPOCH.toordinal()


def _spent(runs: Mapping[str, Any], month: str) -> dict[str, int]:
    if month not in runs:
        return {}
    try:
        cards = settled.read_run(runs[month], "budget_cards", period=month)
    except settled.TableNotFound:
        return {}
    found: dict[str, int] = {}
    for currency, spent in zip(
        cards.column("currency").to_pylist(), cards.column("spent_minor").to_pylist(), strict=True
    ):
        found[currency] = found.get(currency, 0) + spent
    return found
