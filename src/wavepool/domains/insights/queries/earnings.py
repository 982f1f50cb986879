"""Who earned in a month: how many, who for the first time, by tier, and how unequal it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
from django.conf import settings

from wavepool.domains.credits import queries as settled
from wavepool.domains.insights.queries.inequality import gini_ppm
from wavepool.domains.insights.queries.spend import part_ppm, runs_of_months
from wavepool.domains.people import queries as people

#: Below this many people a part is not published: it would name them.
FEW: Final = 5
TIERS: Final = ("head", "mid", "tail", "newcomer")


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPart:
    """One tier's part of what a month brought."""

    tier: str
    impact_earners: int
    impact_income: int
    whole_minor: int

    @property
    def impact_share(self) -> int | None:
        """Its part of all income, in ppm."""
        return part_ppm(self.impact_income, self.whole_minor)

    @property
    def is_few(self) -> bool:
        """Whether it is too small to be published."""
        return 0 < self.impact_earners < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEarnings:
    """What creators' payees had of a month, in one currency; fields bear the ids of metrics.

    Attributes:
        is_final: whether the month's own final run says so.
    """

    month: str
    currency: str
    is_final: bool
    impact_earners: int
    impact_first_earners: int
    impact_income: int
    impact_gini: int | None
    tiers: tuple[TierPart, ...]


def withheld_tiers(tiers: Sequence[TierPart]) -> frozenset[str]:
    """The tiers that are not published: those of few people, and as many beside as hide them.

    One tier left out alone would follow from the whole less the others, so the smallest others go
    with it until `FEW` people stand behind what is missing.
    """
    rising = sorted((each for each in tiers if each.impact_earners), key=_size)
    hidden = [each for each in rising if each.is_few]
    for each in rising:
        if not hidden or sum(map(_size, hidden)) >= FEW:
            break
        if each not in hidden:
            hidden.append(each)
    return frozenset(each.tier for each in hidden)


def _size(part: TierPart) -> int:
    return part.impact_earners


def earnings_by_month(*, at: datetime) -> tuple[MonthEarnings, ...]:
    """Every settled or drafted month, the latest first: five queries, however many months."""
    runs = runs_of_months()
    months = sorted(runs)
    ends = [min(at, month_end(month)) for month in months]
    tiers = people.payee_tiers(ends)
    known: set[int] = set()
    found: list[MonthEarnings] = []
    for month, tier_of in zip(months, tiers, strict=True):
        incomes = incomes_of(runs[month], month)
        earning: set[int] = set()
        for currency in sorted({currency for _payee, currency in incomes}):
            mine = {
                payee: minor
                for (payee, name), minor in incomes.items()
                if name == currency and minor > 0 and payee in tier_of
            }
            earning |= mine.keys()
            if mine:
                is_final = runs[month].kind == "final"
                found.append(_month(month, currency, mine, tier_of, known, is_final=is_final))
        known |= earning
    return tuple(reversed(found))


def incomes_of(run: Any, month: str) -> Mapping[tuple[int, str], int]:
    """What a month brings each payee in each currency, held lines out, in minor units."""
    return _read_incomes(settled.run_folder(run), month)


def month_end(month: str) -> datetime:
    """The first moment after a month, in the operator's zone."""
    year, number = map(int, month.split("-"))
    return datetime(
        year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(settings.OPERATOR_ZONE)
    )


@lru_cache(maxsize=64)
def _read_incomes(folder: Path, month: str) -> Mapping[tuple[int, str], int]:
    # What a finished run wrote never changes.
    rows = pq.read_table(
        folder / month / "statements.parquet", columns=["payee_id", "currency", "lines_minor"]
    )
    keys = zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True)
    return dict(zip(keys, rows.column(2).to_pylist(), strict=True))


def _month(
    month: str,
    currency: str,
    incomes: Mapping[int, int],
    tier_of: Mapping[int, str],
    known: set[int],
    *,
    is_final: bool,
) -> MonthEarnings:
    whole = sum(incomes.values())
    return MonthEarnings(
        month=month,
        currency=currency,
        is_final=is_final,
        impact_earners=len(incomes),
        impact_first_earners=len(incomes.keys() - known),
        impact_income=whole,
        impact_gini=gini_ppm(incomes.values()),
        tiers=tuple(_tier(tier, incomes, tier_of, whole) for tier in TIERS),
    )


def _tier(
    tier: str, incomes: Mapping[int, int], tier_of: Mapping[int, str], whole: int
) -> TierPart:
    mine: Sequence[int] = [minor for payee, minor in incomes.items() if tier_of[payee] == tier]
    return TierPart(tier=tier, impact_earners=len(mine), impact_income=sum(mine), whole_minor=whole)
