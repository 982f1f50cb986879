"""Who is told of decided permits and of rates that fall, and who is not."""

from __future__ import annotations

from typing import Any

from wavepool.domains.catalog import operations
from wavepool.domains.people.models import Membership
from wavepool.plumbing.actor import MACHINE
from worlds.shelf import DAY, NOON, Shelf
from worlds.told import told_to


class TestADecidedPermit:
    def test_is_told_to_the_people_who_work_in_the_shop(self, shelf: Shelf, world: Any) -> None:
        Membership.objects.create(account=world.dong, shop=world.shop, role="operator")
        Membership.objects.create(account=world.fay, shop=world.shop, role="finance")
        public_id = shelf.permit()
        operations.revoke_permit(
            public_id=public_id, why="It was lent.", actor=MACHINE, as_of=NOON + DAY
        )
        said = [
            ("Permit accepted: Food licence JY-20261101", "/merchant/bao-tea/permits/"),
            ("Permit revoked: Food licence JY-20261101", "/merchant/bao-tea/permits/"),
        ]
        assert told_to(world.bao) == said
        assert told_to(world.dong) == said
        assert told_to(world.fay) == []


class TestARateThatFalls:
    def test_is_told_to_the_creator_whom_the_plan_names(self, shelf: Shelf, world: Any) -> None:
        version = shelf.open("targeted_item", 150_000, item=shelf.cup, creator="ada")
        shelf.change(version.plan, 120_000)
        assert told_to(world.ada) == [("Bao Tea will pay 12% instead of 15%", "/studio/ada/goods/")]
        assert told_to(world.bao) == []

    def test_is_told_to_nobody_where_it_rises_or_names_nobody(
        self, shelf: Shelf, world: Any
    ) -> None:
        named = shelf.open("targeted_item", 150_000, item=shelf.cup, creator="ada")
        shelf.change(named.plan, 160_000)
        shelf.change(shelf.open("shop", 100_000).plan, 90_000)
        assert told_to(world.ada) == []

    def test_is_told_where_the_plan_ends(self, shelf: Shelf, world: Any) -> None:
        version = shelf.open("targeted_item", 150_000, item=shelf.cup, creator="ada")
        shelf.end(version.plan)
        assert told_to(world.ada) == [
            ("A plan of Bao Tea for you ends on 1 Dec 2026, 20:00", "/studio/ada/goods/")
        ]

    def test_is_not_told_of_a_plan_that_never_began(self, shelf: Shelf, world: Any) -> None:
        version = shelf.open(
            "targeted_item", 150_000, item=shelf.cup, creator="ada", starts_at=NOON + DAY
        )
        shelf.end(version.plan)
        assert told_to(world.ada) == []
