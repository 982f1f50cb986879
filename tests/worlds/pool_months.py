"""Two months of pools: the hand-made season's June and July, taken in as a run's drafts.

June 2024 ends on the 30th at 16:00 UTC, its draft is published from 3 July 16:00 on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wavepool.domains.people.models import CreatorPayee, Payee, Person
from wavepool.domains.pools import operations
from wavepool.domains.pools.models import PeriodDraft
from wavepool.domains.scores import operations as scores
from wavepool.domains.scores.queries import RunTables
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.cast import World
from worlds.settled import JUNE, Renamed, settled_market

DURING = datetime(2024, 6, 20, 1, tzinfo=UTC)
JUNE_ENDS = datetime(2024, 6, 30, 16, tzinfo=UTC)
#: From then on June may be published.
PUBLISH = JUNE_ENDS + timedelta(days=3)
#: From then on it may be closed, if it was published at once.
CLOSE = PUBLISH + timedelta(days=7)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Months:
    """Ada is creator 1 of the season, her payee payee 1; everybody else is nobody's."""

    world: World
    payee: Payee
    source: RunTables

    def take(
        self,
        run: str = "run_1",
        *,
        period: str = JUNE,
        at: datetime = DURING,
        source: RunTables | None = None,
    ) -> PeriodDraft:
        """Scores and pools of a run's month, as the jobs take them in."""
        given: dict[str, Any] = {"run_id": run, "period": period, "as_of": at, "actor": MACHINE}
        scores.take_in_draft(source or self.source, **given)
        return operations.take_in_draft(source or self.source, **given)

    def publish(self, at: datetime = PUBLISH) -> None:
        """A draft from after the month's end, published."""
        self.take("run_after", at=at)
        operations.publish_period(period=JUNE, actor=MACHINE, as_of=at)

    def object(self, text: str = "A refund is counted twice.", at: datetime = PUBLISH) -> Any:
        """Ada objects."""
        return operations.raise_objection(
            creator_id=self.world.creator.pk,
            period=JUNE,
            pool_id="big",
            text=text,
            actor=self.world.actor("ada"),
            as_of=at,
        )

    def answer(self, objection: Any, *, outcome: str = "rejected", at: datetime = PUBLISH) -> Any:
        """Eve answers."""
        return operations.answer_objection(
            public_id=objection.public_id,
            outcome=outcome,
            answer="It is counted once; see line 2.",
            actor=self.world.actor("eve"),
            as_of=at,
        )

    def with_factor(self, name: str, *, at: datetime) -> Actor:
        """One of the cast with a second factor shown a minute ago."""
        return replace(self.world.actor(name), mfa_at=at - timedelta(minutes=1))


def make_months(world: World) -> Months:
    """Give Ada a payee, and the season's first creator and payee their names."""
    person = Person.objects.create(legal_name="Ada", document_hash="ada", verified_at=DURING)
    payee = Payee.objects.create(kind="person", name="Ada", person=person, created_at=DURING)
    CreatorPayee.objects.create(
        creator=world.creator, payee=payee, valid_from=DURING - timedelta(days=365)
    )
    # Ids far from the store's own, so that nobody is named by chance.
    others = {number: 10_000_000 + number for number in (2, 3, 4, 5)}
    source = Renamed(
        settled_market(),
        creators={**others, 1: world.creator.pk},
        payees={**others, 1: payee.pk},
    )
    return Months(world, payee, source)
