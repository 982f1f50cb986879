"""Levels, tiers and restrictions; introductions with one winner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from wavepool.domains.people import operations, queries
from wavepool.domains.people.models import (
    Agency,
    Creator,
    CreatorPayee,
    Introduction,
    Membership,
    Payee,
    Person,
    Standing,
)
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound

DAY = timedelta(days=1)
JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)


def set_level(world: Any, level: int, *, at: datetime) -> Standing:
    return operations.set_level(
        creator_id=world.creator.pk,
        level=level,
        reason="Growth value 240.",
        actor=MACHINE,
        as_of=at,
    )


class TestALevel:
    def test_keeps_its_history(self, world: Any) -> None:
        set_level(world, 2, at=JUNE)
        set_level(world, 3, at=JUNE + 7 * DAY)
        key = world.creator.pk
        assert [queries.level_as_of(key, at=JUNE + n * DAY) for n in (-1, 0, 6, 7)] == [0, 2, 2, 3]
        assert Creator.objects.get(handle="ada").level == 3

    def test_set_again_changes_nothing(self, world: Any) -> None:
        assert set_level(world, 2, at=JUNE) == set_level(world, 2, at=JUNE + DAY)

    def test_cannot_change_in_the_past(self, world: Any) -> None:
        set_level(world, 2, at=JUNE)
        with pytest.raises(operations.StandingOverlaps):
            set_level(world, 3, at=JUNE - DAY)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Standing.objects.create(
                creator=world.creator,
                kind="level",
                value="9",
                valid_from=JUNE + DAY,
                valid_to=JUNE + 2 * DAY,
            )

    @pytest.mark.parametrize("level", [-1, 10])
    def test_goes_from_0_to_9(self, world: Any, level: int) -> None:
        with pytest.raises(operations.NoSuchLevel):
            set_level(world, level, at=JUNE)

    def test_is_not_the_creators_to_set(self, world: Any) -> None:
        with pytest.raises(NotFound):
            operations.set_level(
                creator_id=world.creator.pk,
                level=9,
                reason="I am good.",
                actor=world.actor("ada"),
                as_of=JUNE,
            )

    def test_is_no_tier(self, world: Any) -> None:
        operations.set_tier(
            creator_id=world.creator.pk, tier="mid", reason="Sales.", actor=MACHINE, as_of=JUNE
        )
        ada = Creator.objects.get(handle="ada")
        assert (ada.level, ada.tier) == (0, "mid")


class TestARestriction:
    def test_holds_until_its_end(self, world: Any) -> None:
        key = world.creator.pk
        operations.restrict(
            creator_id=key,
            scope="live",
            reason="Three idle streams.",
            until_at=JUNE + 7 * DAY,
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        found = [queries.is_restricted(key, scope="live", at=JUNE + n * DAY) for n in (-1, 0, 6, 7)]
        assert found == [False, True, True, False]
        assert not queries.is_restricted(key, scope="pay_out", at=JUNE)

    def test_of_pay_holds_who_was_paid_when_it_began_and_whoever_is_since(self, world: Any) -> None:
        key = world.creator.pk
        before, first, second = (
            Payee.objects.create(
                kind="company", name=name, licence_hash=name, holder=world.ada, created_at=JUNE
            )
            for name in ("before", "first", "second")
        )
        spans = (
            (before, JUNE - 9 * DAY, JUNE),
            (first, JUNE, JUNE + 2 * DAY),
            (second, JUNE + 2 * DAY, None),
        )
        for payee, since, to in spans:
            CreatorPayee.objects.create(
                creator=world.creator, payee=payee, valid_from=since, valid_to=to
            )
        row = operations.restrict(
            creator_id=key, scope="pay_out", reason="Under review.", until_at=JUNE + 9 * DAY,
            actor=world.actor("eve"), as_of=JUNE + DAY,
        )  # fmt: skip
        ids = [before.pk, first.pk, second.pk]

        def held(days: int) -> set[int]:
            return set(queries.restrictions_on_pay(ids, at=JUNE + days * DAY))

        assert held(1) == {first.pk}
        assert held(2) == held(8) == {first.pk, second.pk}
        assert held(9) == set()
        operations.lift_restriction(
            restriction_id=row.pk, reason="Cleared.", actor=world.actor("fay"), as_of=JUNE + 5 * DAY
        )
        assert held(5) == set()

    def test_of_everything_is_one_of_each(self, world: Any) -> None:
        key = world.creator.pk
        row = operations.restrict(
            creator_id=key,
            scope="everything",
            reason="Under review.",
            until_at=None,
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        assert queries.is_restricted(key, scope="pay_out", at=JUNE + 900 * DAY)
        lift = {"restriction_id": row.pk, "reason": "Cleared.", "actor": world.actor("fay")}
        operations.lift_restriction(**lift, as_of=JUNE + DAY)
        assert not queries.is_restricted(key, scope="live", at=JUNE + DAY)
        with pytest.raises(operations.RestrictionOver):
            operations.lift_restriction(**lift, as_of=JUNE + DAY)


def rival(world: Any) -> Agency:
    agency = Agency.objects.create(slug="rival", name="Rival Talents")
    Membership.objects.create(account=world.dong, agency=agency, role="owner")
    return agency


def claim(
    world: Any, *, agency: Agency | None = None, by: str = "chen", creator: Any = None
) -> Any:
    return operations.claim_introduction(
        agency_id=(agency or world.agency).pk,
        creator_id=(creator or world.creator).pk,
        evidence="A training record of May.",
        introduced_at=JUNE - 30 * DAY,
        actor=world.actor(by),
        as_of=JUNE,
    )


def confirm(world: Any, found: Introduction, *, creator: Any = None) -> Introduction:
    return operations.confirm_introduction(
        introduction_id=found.pk,
        creator_id=(creator or world.creator).pk,
        actor=world.actor("ada"),
        as_of=JUNE,
    )


class TestAnIntroduction:
    def test_has_one_winner_per_anchor(self, world: Any) -> None:
        first = claim(world)
        second = claim(world, agency=rival(world), by="dong")
        assert confirm(world, first).state == "won"
        with pytest.raises(operations.IntroductionTaken):
            confirm(world, second)
        with pytest.raises(IntegrityError), transaction.atomic():
            Introduction.objects.filter(pk=second.pk).update(state="won")

    def test_counts_once_for_a_person_of_two_names(self, world: Any) -> None:
        person = Person.objects.create(legal_name="Ada", document_hash="x", verified_at=JUNE)
        second = Creator.objects.create(handle="second", name="Second", person=person)
        Membership.objects.create(account=world.ada, creator=second, role="owner")
        Creator.objects.filter(pk=world.creator.pk).update(person=person)
        confirm(world, claim(world))
        other = claim(world, agency=rival(world), by="dong", creator=second)
        with pytest.raises(operations.IntroductionTaken):
            confirm(world, other, creator=second)

    def test_goes_to_staff_when_another_agency_contests_it(self, world: Any) -> None:
        first = confirm(world, claim(world))
        other = rival(world)
        operations.contest_introduction(
            agency_id=other.pk,
            creator_id=world.creator.pk,
            reason="She trained with us.",
            actor=world.actor("dong"),
            as_of=JUNE,
        )
        second = claim(world, agency=other, by="dong")
        decided = operations.decide_introduction(
            introduction_id=first.pk,
            outcome="refused",
            reason="The record is of another person.",
            actor=world.actor("eve"),
            as_of=JUNE,
        )
        assert decided.state == "refused"
        assert confirm(world, second).state == "won"

    def test_is_the_anchors_to_confirm(self, world: Any) -> None:
        found = claim(world)
        with pytest.raises(NotFound):
            operations.confirm_introduction(
                introduction_id=found.pk,
                creator_id=world.creator.pk,
                actor=world.actor("chen"),
                as_of=JUNE,
            )

    def test_cannot_lie_in_the_future(self, world: Any) -> None:
        with pytest.raises(operations.IntroductionNotValid):
            operations.claim_introduction(
                agency_id=world.agency.pk,
                creator_id=world.creator.pk,
                evidence="Soon.",
                introduced_at=JUNE + DAY,
                actor=world.actor("chen"),
                as_of=JUNE,
            )
