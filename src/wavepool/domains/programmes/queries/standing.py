"""Levels and tiers: what the rules ask for, what a creator has, and what is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from wavepool.domains.content import queries as content
from wavepool.domains.credits import queries as credits
from wavepool.domains.policies import queries as policies
from wavepool.domains.programmes.models import StandingReview
from wavepool.domains.programmes.tables import counters_of
from wavepool.domains.scores import queries as scores


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """What one level asks for inside the window; both must be reached."""

    number: int
    id: str
    name_zh: str
    name_en: str
    effective_days: int
    received_minor: int

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRules:
    """The level policy in force: levels from the lowest, numbered from 1."""

    version: int
    window_days: int
    keep_days: int
    levels: tuple[LevelRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRules:
    """The tier policy in force."""

    version: int
    head_from_minor: int
    mid_from_minor: int
    newcomer_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a creator did in a window.

    Attributes:
        effective_days: local days with an effective session or a piece that was published.
        sales_minor: sales whose goods were received, less refunds.
    """

    effective_days: int
    sales_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The run that standings are computed from.

    Attributes:
        run: the run.
        month: its month that holds the counters up to now.
        zone: whose days count.
        currency: of the amounts.
    """

    run: Any
    month: str
    zone: ZoneInfo
    currency: str


NO_FACTS: Final = Facts(effective_days=0, sales_minor=0)


def level_rules(*, at: datetime) -> LevelRules:
    """The level policy in force at a moment.

    Raises:
        NoPolicyInForce: there was none.
    """
    version = policies.policy_in_force("level", at=at)
    body = tomllib.loads(version.text)
    return LevelRules(
        version=version.number,
        window_days=body["review"]["window_days"],
        keep_days=body["review"]["keep_days"],
        levels=tuple(
            LevelRule(number=place, **each) for place, each in enumerate(body["levels"], start=1)
        ),
    )


def tier_rules(*, at: datetime) -> TierRules:
    """The tier policy in force at a moment.

    Raises:
        NoPolicyInForce: there was none.
    """
    version = policies.policy_in_force("tier", at=at)
    return TierRules(version=version.number, **tomllib.loads(version.text)["tiers"])


def level_reached(rules: LevelRules, facts: Facts) -> int:
    """The highest level whose every condition is met; 0 where not even the first is."""
    met = (
        each.number
        for each in rules.levels
        if facts.effective_days >= each.effective_days and facts.sales_minor >= each.received_minor
    )
    return max(met, default=0)


def tier_reached(
    rules: TierRules, *, sales_minor: int, first_live_at: datetime | None, at: datetime
) -> str:
    """The tier by the sales of a month; who sells little is a newcomer for a while, then tail."""
    if sales_minor >= rules.head_from_minor:
        return "head"
    if sales_minor >= rules.mid_from_minor:
        return "mid"
    is_new = first_live_at is None or at < first_live_at + timedelta(days=rules.newcomer_days)
    return "newcomer" if is_new else "tail"


def find_source() -> Source | None:
    """The run that the pages show; None before the first."""
    run = credits.latest_run() or credits.find_last_final()
    if run is None:
        return None
    taken = scores.run_of(run.public_id)
    if not taken.months:
        return None
    policy = taken.tables.policy
    return Source(
        run=run, month=taken.months[-1], zone=ZoneInfo(policy.zone), currency=policy.currency
    )


def facts_of(
    source: Source, creator_ids: Collection[int], *, first: date, end: date
) -> dict[int, Facts]:
    """What some creators did on the local days [first, end): one table and one query."""
    ids = sorted(creator_ids)
    if not ids:
        return {}
    rows = credits.read_run(
        source.run,
        "state/counters",
        period=source.month,
        where=f"creator_id in ({', '.join('?' * len(ids))})",
        params=ids,
    )
    counted = counters_of(rows, first=first, end=end)
    days = {creator: set(each.live_days) for creator, each in counted.items()}
    since, until = (datetime.combine(each, time(), source.zone) for each in (first, end))
    for creator, moment in content.publications_of(ids, since=since, until=until):
        days.setdefault(creator, set()).add(moment.astimezone(source.zone).date())
    return {
        creator: Facts(
            effective_days=len(days.get(creator, ())),
            sales_minor=counted[creator].received_minor if creator in counted else 0,
        )
        for creator in ids
    }


def month_sales(source: Source, creator_ids: Collection[int], *, month: str) -> dict[int, int]:
    """What was sold through some creators and paid in a month, by the run that settled it."""
    ids = sorted(creator_ids)
    run = run_with(source, month)
    if run is None or not ids:
        return {}
    rows = credits.read_run(
        run,
        "credits",
        period=month,
        where=f"creator_id in ({', '.join('?' * len(ids))}) group by creator_id",
        params=ids,
        columns="creator_id, cast(sum(paid_minor) as bigint) as paid_minor",
    )
    return dict(zip(rows["creator_id"].to_pylist(), rows["paid_minor"].to_pylist(), strict=True))


def run_with(source: Source, month: str) -> Any:
    """The run that pages show, if it has the month; else the final one of that month."""
    if month in source.run.periods:
        return source.run
    final = credits.find_last_final()
    while final is not None and final.period > month:
        final = credits.find_last_final(before=final.period)
    return final if final is not None and final.period == month else None


def find_review(creator_id: int, *, kind: str) -> StandingReview | None:
    """The last review of a creator's level or tier."""
    return StandingReview.objects.filter(creator_id=creator_id, kind=kind).first()
