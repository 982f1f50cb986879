"""What events point at is found many at a time, however it is named."""

from __future__ import annotations

from typing import Any

import pytest

from wavepool.domains.events.queries.places import ItemFacts, PieceFacts, PlacesInStore
from worlds.newsroom import HOMEPAGE, make_newsroom

pytestmark = pytest.mark.django_db
PLACES = PlacesInStore()


class TestPieces:
    def test_are_found_by_number_and_by_name(self, world: Any) -> None:
        newsroom = make_newsroom(world)
        first, second = newsroom.draft("Cup one"), newsroom.draft("Cup two")
        known = PieceFacts(first.pk, newsroom.account.pk, HOMEPAGE)
        assert PLACES.find_pieces({first.pk, first.public_id, "pc_none", 999_999}) == {
            first.pk: known,
            first.public_id: known,
        }
        other = PieceFacts(second.pk, newsroom.account.pk, HOMEPAGE)
        assert PLACES.find_pieces([second.public_id]) == {second.public_id: other}

    @pytest.mark.parametrize("count", [1, 12])
    def test_cost_two_queries_for_few_and_many(
        self, world: Any, django_assert_num_queries: Any, count: int
    ) -> None:
        newsroom = make_newsroom(world)
        pieces = [newsroom.draft(f"Cup {number}") for number in range(count)]
        keys = {each.public_id for each in pieces} | {each.pk for each in pieces}
        with django_assert_num_queries(2):
            assert len(PLACES.find_pieces(keys)) == 2 * count
        with django_assert_num_queries(0):
            assert PLACES.find_pieces(set()) == {}


class TestItems:
    def test_are_found_by_number_and_by_name(self, world: Any) -> None:
        cup = make_newsroom(world).shelf.cup
        known = ItemFacts(cup.pk, world.shop.pk)
        assert PLACES.find_items({cup.pk, cup.public_id, "itm_none"}) == {
            cup.pk: known,
            cup.public_id: known,
        }
