"""March 2022 under the shipped rules: newcomers with counters, evaluated by the engine itself.

Ada went live on 5 March, so her thirty days end with 3 April. The engine's own `evaluate` and
`measure_programmes` stand in for a settled run, nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.people.models import (
    Agency,
    Creator,
    CreatorPayee,
    Membership,
    Payee,
    Person,
    Role,
)
from wavepool.domains.policies import operations as policies
from wavepool.domains.programmes import operations
from wavepool.domains.programmes.models import Take
from wavepool.engine import incentives
from wavepool.engine.incentives import Period, Programmes, load_programmes
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.cast import World

MARCH: Final = "2022-03"
APRIL: Final = "2022-04"
FIRST: Final = "2022-03-05"
#: A night near the end of March: 28 March, 9 o'clock in Shanghai.
AT: Final = datetime(2022, 3, 28, 1, tzinfo=UTC)
#: After March ended and its final run came.
FINAL: Final = datetime(2022, 4, 11, 16, tzinfo=UTC)
RULES_SINCE: Final = datetime(2021, 11, 1, tzinfo=UTC)
PLENTY: Final = 10**9
_EPOCH: Final = date(1970, 1, 1)
_SHANGHAI_MS: Final = 8 * 3_600_000
_DAY_MS: Final = 86_400_000
_COUNTERS: Final = ("sessions", "effective_sessions", "effective_ms", "received_minor", "fans")


def day(text: str) -> int:
    """Days since 1970-01-01."""
    return (date.fromisoformat(text) - _EPOCH).days


def month(name: str) -> Period:
    """A month in Shanghai."""
    first = date.fromisoformat(f"{name}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    begins, ends = (first - _EPOCH).days, (after - _EPOCH).days
    return Period(
        name=name,
        starts_at=begins * _DAY_MS - _SHANGHAI_MS,
        ends_at=ends * _DAY_MS - _SHANGHAI_MS,
        first_day=begins,
        last_day_exclusive=ends,
    )


@dataclass
class Season:
    """Facts as a run reads them; months are evaluated in order, each opening from the last."""

    creators: list[dict[str, Any]] = field(default_factory=list)
    payees: list[dict[str, Any]] = field(default_factory=list)
    agencies: list[dict[str, Any]] = field(default_factory=list)
    introductions: list[dict[str, Any]] = field(default_factory=list)
    contracts: list[dict[str, Any]] = field(default_factory=list)
    counters: list[dict[str, Any]] = field(default_factory=list)
    budgets: list[dict[str, Any]] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    document: Programmes = field(default_factory=lambda: load_programmes("incentives_2022"))
    policy_number: int = 1
    before: str = ""

    def read(self, table: str, *, period: str) -> pa.Table:
        """A table of the month's results."""
        return getattr(self._evaluate(period), table)

    def measure(self, period: str) -> pa.Table:
        """How far everyone is at the month's end."""
        given = self._inputs()
        for name in ("contracts_as_of", "budgets", "held_creators"):
            given.pop(name)
        lifetime = self._evaluate(period).lifetime_awards
        return incentives.measure_programmes(
            self.document,
            **given,
            lifetime_awards=lifetime,
            period=month(period),
            currency="CNY",
        )

    def _evaluate(self, period: str) -> incentives.AwardsResult:
        lifetime = None
        if self.before and self.before < period:
            lifetime = self._one(self.before, None).lifetime_awards
        return self._one(period, lifetime)

    def _one(self, period: str, lifetime: pa.Table | None) -> incentives.AwardsResult:
        return incentives.evaluate(
            self.document,
            **self._inputs(),
            lifetime_awards=lifetime,
            period=month(period),
            currency="CNY",
        )

    def _inputs(self) -> dict[str, Any]:
        whole, text = pa.int64(), pa.string()
        counters = dict.fromkeys(("creator_id", "day", *_COUNTERS), whole)
        pair = {"creator_id": whole, "agency_id": whole}
        return {
            "creators": _table(
                self.creators,
                {"creator_id": whole, "kind": text, "person_id": whole, "first_live_at": whole},
            ),
            "creator_payees_as_of": _table(self.payees, {"creator_id": whole, "payee_id": whole}),
            "agencies": _table(self.agencies, {"agency_id": whole, "payee_id": whole}),
            "introductions": _table(self.introductions, {**pair, "introduced_at": whole}),
            "contracts_as_of": _table(self.contracts, pair),
            "counters": _table(self.counters, counters),
            "budgets": pa.Table.from_pylist(self.budgets, schema=incentives.BUDGETS_SCHEMA),
            "held_creators": self.held,
        }


def _table(rows: list[dict[str, Any]], types: dict[str, pa.DataType]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(types))


@dataclass
class Stage:
    """The cast in March 2022, and the season that knows of them."""

    world: World
    season: Season

    def join(
        self,
        creator: Creator,
        *,
        person: Person | None,
        first_live: str = FIRST,
    ) -> Payee | None:
        """Name a creator's person and first live day; it is paid as that person."""
        noon = day(first_live) * _DAY_MS - _SHANGHAI_MS + _DAY_MS // 2
        creator.person = person
        creator.first_live_at = datetime.fromtimestamp(noon // 1_000, UTC)
        creator.save(update_fields=["person", "first_live_at"])
        self.season.creators.append(
            {
                "creator_id": creator.pk,
                "kind": creator.kind,
                "person_id": None if person is None else person.pk,
                "first_live_at": noon,
            }
        )
        if person is None:
            return None
        payee, _is_new = Payee.objects.get_or_create(
            person=person,
            defaults={"kind": "person", "name": person.legal_name, "created_at": RULES_SINCE},
        )
        CreatorPayee.objects.create(creator=creator, payee=payee, valid_from=RULES_SINCE)
        self.season.payees.append({"creator_id": creator.pk, "payee_id": payee.pk})
        return payee

    def live(
        self,
        creator: Creator,
        *,
        days: int,
        received: int,
        first: str = FIRST,
        hours: int = 2,
    ) -> None:
        """Some days in a row with one long session each; sales are received on the first."""
        for place in range(days):
            self.season.counters.append(
                {
                    "creator_id": creator.pk,
                    "day": day(first) + place,
                    "sessions": 1,
                    "effective_sessions": 1,
                    "effective_ms": hours * 3_600_000,
                    "received_minor": received if place == 0 else 0,
                    "fans": 3,
                }
            )

    def budget(
        self, programme: str, minor: int = PLENTY, *, period: str = MARCH, units: int = PLENTY
    ) -> None:
        """Money and traffic of a month, as the season has it."""
        self.season.budgets.append(
            {
                "programme_id": programme,
                "period": period,
                "currency": "CNY",
                "budget_minor": minor,
                "traffic_units": units,
            }
        )

    def introduce(self, agency: Agency, creator: Creator) -> None:
        """An introduction and a contract, from before the first session."""
        payee = Payee.objects.create(
            kind="agency", name=agency.name, agency=agency, created_at=RULES_SINCE
        )
        pair = {"creator_id": creator.pk, "agency_id": agency.pk}
        self.season.agencies.append({"agency_id": agency.pk, "payee_id": payee.pk})
        self.season.introductions.append({**pair, "introduced_at": day("2022-03-01") * _DAY_MS})
        self.season.contracts.append(pair)

    def take(
        self,
        run: str = "run_1",
        *,
        period: str = MARCH,
        at: datetime = AT,
        is_final: bool = False,
        **more: Any,
    ) -> Take:
        """Take a run's month in, as the job does."""
        return operations.take_in(
            self.season,
            run_id=run,
            period=period,
            as_of=at,
            today_date=(at + timedelta(hours=8)).date(),
            is_final=is_final,
            actor=MACHINE,
            **more,
        )

    def with_factor(self, name: str, *, at: datetime = AT) -> Actor:
        """One of the cast with a second factor shown a minute ago."""
        return replace(self.world.actor(name), mfa_at=at - timedelta(minutes=1))


def make_stage(world: World) -> Stage:
    """The cast with the shipped rules in force; nobody has joined."""
    policies.install_defaults(actor=MACHINE, as_of=RULES_SINCE)
    return Stage(world, Season())


def new_person(name: str) -> Person:
    """A verified person."""
    return Person.objects.create(
        legal_name=name, document_hash=f"hash of {name}", verified_at=RULES_SINCE
    )


def new_creator(handle: str, *, owner: Any = None) -> Creator:
    """Another talent, with an owner if somebody is named."""
    creator = Creator.objects.create(handle=handle, name=handle.title())
    if owner is not None:
        Membership.objects.create(account=owner, creator=creator, role=Role.OWNER)
    return creator
