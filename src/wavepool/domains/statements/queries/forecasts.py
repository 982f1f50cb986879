"""A creator's lines that are not final yet: when the money of each leaves, and how much on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from wavepool.domains.credits import queries as credits
from wavepool.domains.statements.models import Close
from wavepool.domains.statements.queries.months import Month, next_period
from wavepool.domains.statements.queries.paydays import (
    Payday,
    PaydayRules,
    payday_from,
    payday_rules,
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What paydays of lines follow from at a moment."""

    rules: PaydayRules
    open_period: str
    at: datetime

    def of(self, settles_at: datetime | None) -> Payday:
        """The payday of one line."""
        return payday_from(settles_at, rules=self.rules, at=self.at, open_period=self.open_period)


@dataclass(frozen=True, slots=True)
class PaydaySum:
    """What lines bring on one payday in one currency, before refunds."""

    payday: Payday
    currency: str
    amount_minor: int
    lines: int


def forecast_at(at: datetime) -> Forecast:
    """What paydays follow from at a moment.

    Raises:
        NoPolicyInForce: a policy is not in force.
    """
    return Forecast(payday_rules(at=at), first_open_period(), at)


def first_open_period() -> str:
    """The month after the last one that was closed; "" while none was."""
    closed = Close.objects.filter(locked_at__isnull=False)
    last = closed.order_by("-period").values_list("period", flat=True).first()
    return next_period(last) if last else ""


def lines_to_come(creator_id: int) -> QuerySet[Any]:
    """The lines of a creator that no final run counted."""
    return credits.lines_of_creator(creator_id).exclude(state="final")


def sums_by_payday(creator_id: int, forecast: Forecast) -> list[PaydaySum]:
    """What the lines to come bring on each payday, the earliest first, the unknown last.

    Two queries for any number of lines.
    """
    rows = lines_to_come(creator_id).order_by()
    span = rows.aggregate(first=Min("settle_at"), last=Max("settle_at"))
    months = _months(forecast.rules, span["first"], span["last"])
    parts = {"none": Q(settle_at=None)} | {
        f"month_{place}": Q(settle_at__gte=month.starts_at, settle_at__lt=month.ends_at)
        for place, month in enumerate(months)
    }
    asked: dict[str, Any] = {}
    for name, part in parts.items():
        asked[f"{name}_sum"] = Sum("kept_minor", filter=part, default=0)
        asked[f"{name}_count"] = Count("pk", filter=part)
    sums: dict[tuple[Any, str], tuple[Payday, int, int]] = {}
    for row in rows.values("currency").annotate(**asked).order_by("currency"):
        for place, name in enumerate(parts):
            lines = int(row[f"{name}_count"])
            if not lines:
                continue
            payday = forecast.of(months[place - 1].starts_at if place else None)
            key = (payday.pays_at, row["currency"])
            _payday, amount_minor, count = sums.get(key, (payday, 0, 0))
            sums[key] = (payday, amount_minor + int(row[f"{name}_sum"]), count + lines)
    found = [
        PaydaySum(payday, currency, amount_minor, lines)
        for (_pays_at, currency), (payday, amount_minor, lines) in sums.items()
    ]
    late = datetime.max.replace(tzinfo=forecast.at.tzinfo)
    return sorted(found, key=lambda each: (each.payday.pays_at or late, each.currency))


def _months(rules: PaydayRules, first: datetime | None, last: datetime | None) -> list[Month]:
    """The months in which lines settle, in order."""
    if first is None or last is None:
        return []
    found = [rules.month_at(first)]
    while found[-1].ends_at <= last:
        found.append(rules.month_at(found[-1].ends_at))
    return found
