"""A small stage for incentive tests: months in Shanghai, creators, counters, one document.

Days are written as dates; `day("2022-01-03")` is the local day that counters use.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from wavepool.engine.incentives import (
    AwardsResult,
    Bracket,
    Condition,
    Eligibility,
    Frame,
    Grade,
    LumpSum,
    Milestone,
    PerAnchor,
    Period,
    Planned,
    Programme,
    Programmes,
    Schedule,
    Tiered,
    Window,
    evaluate,
)

DAY_MS = 86_400_000
SHANGHAI_MS = 8 * 3_600_000
HOUR_MS = 3_600_000
PLENTY = 10**12

EFFECTIVE_DAYS_3 = (Condition("effective_days", 3),)


def day(text: str) -> int:
    """Days since 1970-01-01."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def noon(text: str) -> int:
    """Noon of that date in Shanghai, in epoch milliseconds UTC."""
    return day(text) * DAY_MS - SHANGHAI_MS + 12 * HOUR_MS


def month(name: str) -> Period:
    """The month 'YYYY-MM' in Shanghai."""
    first = date.fromisoformat(f"{name}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    begins, ends = day(first.isoformat()), day(after.isoformat())
    return Period(
        name=name,
        starts_at=begins * DAY_MS - SHANGHAI_MS,
        ends_at=ends * DAY_MS - SHANGHAI_MS,
        first_day=begins,
        last_day_exclusive=ends,
    )


def document(*programmes: Programme) -> Programmes:
    return Programmes("stage", version=1, notice_days=0, programmes=programmes)


def programme(programme_id: str, schedule: Schedule, /, **changes: object) -> Programme:
    """A programme of 2022 in CNY, monthly, gated by a person, from the first live day on."""
    of_agency = isinstance(schedule, PerAnchor | Frame)
    whole = Programme(
        id=programme_id,
        name_zh="测试",
        name_en="Test",
        subject="agency" if of_agency else "creator",
        currency="CNY",
        from_day=day("2022-01-01"),
        to_day=day("2023-01-01"),
        evaluated="month",
        gate="person_for_life",
        lifetime_key=programme_id,
        near_ppm=500_000,
        eligibility=Eligibility(),
        window=Window("programme") if isinstance(schedule, Frame) else Window("first_live", 30),
        schedule=schedule,
        planned=Planned(minor=PLENTY),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def welcome(**changes: object) -> Programme:
    """¥100 and 50 visits for three effective days in the first thirty."""
    milestone = Milestone("start", 30, EFFECTIVE_DAYS_3, reward_minor=10_000, traffic_units=50)
    return programme("welcome", LumpSum((milestone,)), **changes)


def stay(**changes: object) -> Programme:
    """¥80 for two effective weeks of four after the welcome."""
    weeks = Condition("effective_weeks", 2, weeks=4, days_per_week=2)
    milestone = Milestone("stay", 30, (weeks,), reward_minor=8_000)
    window = Window("award", programme="welcome")
    return programme("stay", LumpSum((milestone,)), **{"window": window, **changes})


def tiers(**changes: object) -> Programme:
    """1 % of received sales, 2 % of what is above ¥1,000, over the programme's year."""
    brackets = (Bracket(0, 0, 10_000), Bracket(100_000, 1_000, 20_000))
    settings = {"gate": "none", "window": Window("programme"), **changes}
    return programme("tiers", Tiered("received_minor", brackets), **settings)


def base(**changes: object) -> Programme:
    """¥50 to the agency for each introduced anchor with three effective days."""
    return programme("base", PerAnchor(EFFECTIVE_DAYS_3, reward_minor=5_000), **changes)


FRAME = Frame(
    conditions=EFFECTIVE_DAYS_3,
    grades=(
        Grade("B", 1_000, (Bracket(0, 0, 100_000_000), Bracket(2, 200, 300_000_000))),
        Grade("A", 5_000, (Bracket(0, 0, 400_000_000), Bracket(2, 800, 900_000_000))),
    ),
)


def frame(**changes: object) -> Programme:
    """Grade B: 100 an anchor, 300 from the third on. Grade A: 400 and 900."""
    return programme("frame", FRAME, **{"evaluated": "quarter", **changes})


@dataclass
class Stage:
    """The input tables as rows; `close` evaluates one month and remembers what was awarded."""

    programmes: Programmes
    creators: list[dict[str, object]] = field(default_factory=list)
    payees: list[dict[str, object]] = field(default_factory=list)
    agencies: list[dict[str, object]] = field(default_factory=list)
    introductions: list[dict[str, object]] = field(default_factory=list)
    contracts: list[dict[str, object]] = field(default_factory=list)
    counters: list[dict[str, object]] = field(default_factory=list)
    budgets: list[dict[str, object]] | None = None
    lifetime: pa.Table | None = None
    held: set[object] = field(default_factory=set)

    def creator(
        self,
        creator_id: int,
        first_live: str | None = "2022-01-03",
        *,
        person: str | None = "",
        kind: str = "talent",
        payee: int | None = 0,
    ) -> None:
        """A creator who is its own person and payee unless said otherwise."""
        self.creators.append(
            {
                "creator_id": creator_id,
                "kind": kind,
                "person_id": f"person{creator_id}" if person == "" else person,
                "first_live_at": None if first_live is None else noon(first_live),
            }
        )
        if payee is not None:
            self.payees.append({"creator_id": creator_id, "payee_id": payee or 100 + creator_id})

    def live(
        self, creator_id: int, first: str, days: int = 3, *, received: int = 0, every: int = 1
    ) -> None:
        """Effective days in a row, or every so many days; sales are received on the first."""
        for place in range(days):
            self.counters.append(
                {
                    "creator_id": creator_id,
                    "day": day(first) + place * every,
                    "sessions": 1,
                    "effective_sessions": 1,
                    "effective_ms": HOUR_MS,
                    "received_minor": received if place == 0 else 0,
                    "fans": 1,
                }
            )

    def agency(self, agency_id: int, *, payee: int | None = 0) -> None:
        payee_id = None if payee is None else payee or 900 + agency_id
        self.agencies.append({"agency_id": agency_id, "payee_id": payee_id})

    def introduce(self, agency_id: int, creator_id: int, on: str = "2022-01-01") -> None:
        self.introductions.append(
            {
                "agency_id": agency_id,
                "creator_id": creator_id,
                "evidence": "signed",
                "introduced_at": noon(on),
            }
        )

    def budget(
        self, programme_id: str, period: str, minor: int, traffic: int = 0, currency: str = "CNY"
    ) -> None:
        self.budgets = self.budgets or []
        self.budgets.append(
            {
                "programme_id": programme_id,
                "period": period,
                "currency": currency,
                "budget_minor": minor,
                "traffic_units": traffic,
            }
        )

    def close(self, name: str) -> AwardsResult:
        """Evaluate a month with the awards of the months before; remember its own."""
        result = self.look(name)
        self.lifetime = result.lifetime_awards
        return result

    def look(self, name: str) -> AwardsResult:
        """Evaluate a month and remember nothing."""
        return evaluate(self.programmes, **self.inputs(name), period=month(name), currency="CNY")

    def inputs(self, name: str) -> dict[str, Any]:
        """The tables of a month, by the argument that takes them."""
        return {
            "creators": pa.Table.from_pylist(self.creators, schema=CREATORS),
            "creator_payees_as_of": pa.Table.from_pylist(self.payees, schema=PAYEES),
            "agencies": pa.Table.from_pylist(self.agencies, schema=AGENCIES),
            "introductions": pa.Table.from_pylist(self.introductions, schema=INTRODUCTIONS),
            "contracts_as_of": pa.Table.from_pylist(self.contracts, schema=CONTRACTS),
            "counters": pa.Table.from_pylist(self.counters, schema=COUNTERS),
            "budgets": self._budgets(name),
            "lifetime_awards": self.lifetime,
            "held_creators": self.held,
        }

    def _budgets(self, name: str) -> pa.Table:
        """The budgets named, or plenty for every programme."""
        rows = self.budgets
        if rows is None:
            rows = [
                {
                    "programme_id": each.id,
                    "period": name,
                    "currency": each.currency,
                    "budget_minor": PLENTY,
                    "traffic_units": PLENTY,
                }
                for each in self.programmes.programmes
            ]
        return pa.Table.from_pylist(rows, schema=BUDGETS)


def paid(result: AwardsResult) -> dict[object, int]:
    """Award by subject, in minor units."""
    totals: dict[object, int] = {}
    for row in result.awards.to_pylist():
        totals[row["subject_id"]] = totals.get(row["subject_id"], 0) + row["award_minor"]
    return totals


def refused(result: AwardsResult) -> set[tuple[object, str]]:
    """Subject and reason of every refusal."""
    return {(row["subject_id"], row["reason"]) for row in result.refusals.to_pylist()}


CREATORS = pa.schema(
    {
        "creator_id": pa.int64(),
        "kind": pa.string(),
        "person_id": pa.string(),
        "first_live_at": pa.int64(),
    }
)
PAYEES = pa.schema({"creator_id": pa.int64(), "payee_id": pa.int64()})
AGENCIES = pa.schema({"agency_id": pa.int64(), "payee_id": pa.int64()})
INTRODUCTIONS = pa.schema(
    {
        "agency_id": pa.int64(),
        "creator_id": pa.int64(),
        "evidence": pa.string(),
        "introduced_at": pa.int64(),
    }
)
CONTRACTS = pa.schema(
    {
        "creator_id": pa.int64(),
        "agency_id": pa.int64(),
        "income_type": pa.string(),
        "split_ppm": pa.int64(),
    }
)
COUNTERS = pa.schema(
    {
        name: pa.int64()
        for name in (
            "creator_id",
            "day",
            "sessions",
            "effective_sessions",
            "effective_ms",
            "received_minor",
            "fans",
        )
    }
)
BUDGETS = pa.schema(
    {
        "programme_id": pa.string(),
        "period": pa.string(),
        "currency": pa.string(),
        "budget_minor": pa.int64(),
        "traffic_units": pa.int64(),
    }
)
