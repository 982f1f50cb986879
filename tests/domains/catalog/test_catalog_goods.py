"""Goods: their facts, prices, stock, permits, and the words that find them."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wavepool.domains.catalog import operations, queries
from wavepool.domains.catalog.models import CategoryLink, Item, Permit, PriceChange, Variant
from wavepool.domains.catalog.operations import variants
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.shelf import DAY, NOON, Shelf, make_item, make_shelf


def take(shelf: Shelf, change: int, *, sku: str = "CUP-1") -> Variant:
    return operations.change_stock(
        sku=sku, shop_id=shelf.world.shop.pk, change=change, actor=MACHINE, as_of=NOON
    )


class TestThePriceOfAVariant:
    def test_keeps_every_earlier_one(self, shelf: Shelf) -> None:
        for price_minor in (5_900, 5_900, 4_900):
            operations.change_price(
                sku="CUP-1",
                shop_id=shelf.world.shop.pk,
                price_minor=price_minor,
                actor=MACHINE,
                as_of=NOON,
            )
        changes = queries.list_price_changes(shelf.cup)
        assert [each.price_minor for each in changes] == [4_900, 5_900, 4_900]

    def test_is_on_record_for_ever(self, shelf: Shelf) -> None:
        changes = PriceChange.objects.filter(variant__sku="CUP-1")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            changes.update(price_minor=1)

    def test_is_the_lowest_one_on_its_item(self, shelf: Shelf) -> None:
        facts = operations.VariantFacts(sku="CUP-2", name="Small", price_minor=2_900, stock=5)
        operations.add_variant(
            item_id=shelf.cup.public_id,
            shop_id=shelf.cup.shop_id,
            facts=facts,
            actor=MACHINE,
            as_of=NOON,
        )
        shelf.cup.refresh_from_db()
        assert (shelf.cup.price_minor, shelf.cup.stock) == (2_900, 15)

    @pytest.mark.parametrize("price_minor", [-1, 10**12 + 1])
    def test_stays_in_range(self, shelf: Shelf, price_minor: int) -> None:
        with pytest.raises(operations.NumberOutOfRange):
            operations.change_price(
                sku="CUP-1",
                shop_id=shelf.world.shop.pk,
                price_minor=price_minor,
                actor=MACHINE,
                as_of=NOON,
            )


class TestStock:
    def test_is_taken_down_to_nothing_and_not_below(self, shelf: Shelf) -> None:
        assert take(shelf, -10).stock == 0
        with pytest.raises(operations.StockTooLow) as refused:
            take(shelf, -1)
        assert (refused.value.sku, refused.value.asked) == ("CUP-1", 1)

    def test_is_guarded_by_the_database_too(self, shelf: Shelf) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(sku="CUP-1").update(stock=-1)

    def test_of_a_foreign_shop_is_missing(self, shelf: Shelf, world: Any) -> None:
        other = type(world.shop).objects.create(slug="other", name="Other")
        make_item(other, "X", "Foreign", "cups", price_minor=100)
        with pytest.raises(variants.NotFound):
            take(shelf, -1, sku="X-1")


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite is in memory and has one connection"
)
@pytest.mark.django_db(transaction=True)
class TestManyBuyersAtOnce:
    def test_never_take_the_same_piece(self) -> None:
        shelf = make_shelf(make_cast())
        taken: list[int] = []

        def buy() -> None:
            for _ in range(4):
                try:
                    take(shelf, -1)
                except operations.StockTooLow:
                    continue
                taken.append(1)
            connection.close()

        buyers = [threading.Thread(target=buy) for _ in range(4)]
        for each in buyers:
            each.start()
        for each in buyers:
            each.join()
        assert (len(taken), Variant.objects.get(sku="CUP-1").stock) == (10, 0)
        assert Item.objects.get(code="CUP").stock == 0


class TestAnItem:
    def test_needs_a_variant_to_be_sold(self, shelf: Shelf) -> None:
        facts = operations.ItemFacts(code="E", title="Empty", description="", category="home")
        item = operations.add_item(
            shop_id=shelf.world.shop.pk, facts=facts, actor=MACHINE, as_of=NOON
        )
        with pytest.raises(operations.NothingToSell):
            shelf.sell(item)

    @pytest.mark.parametrize("title", ["", "  ", "x" * 121, "a\x07b", "a\ufffe"])
    def test_refuses_a_title_that_nobody_can_read(self, shelf: Shelf, title: str) -> None:
        facts = operations.ItemFacts(code="E", title=title, description="", category="home")
        with pytest.raises(operations.BadText) as refused:
            operations.add_item(shop_id=shelf.world.shop.pk, facts=facts, actor=MACHINE, as_of=NOON)
        assert (refused.value.field, refused.value.value) == ("title", title.strip() or title)

    def test_is_found_by_words_in_both_scripts(self, shelf: Shelf) -> None:
        for text, found in (("LONGJING", ["LJ"]), ("龙井", ["LJ"]), ("tea", ["CUP"]), ("nine", [])):
            items = queries.with_words(queries.every_item(), text)
            assert [item.code for item in items] == found


class TestAPermit:
    def test_opens_the_sale_of_its_categories(self, shelf: Shelf) -> None:
        with pytest.raises(operations.PermitMissing) as refused:
            shelf.sell(shelf.longjing)
        assert refused.value.kinds == ["food"]
        shelf.permit()
        assert shelf.sell(shelf.longjing).state == "on_sale"

    def test_ends_the_sale_on_the_day_it_expires(self, shelf: Shelf) -> None:
        shelf.permit(days=10)
        shelf.sell(shelf.longjing)
        shelf.sell(shelf.cup)
        for days, stopped in ((9, 0), (10, 1), (11, 0)):
            at = NOON + days * DAY
            assert operations.close_expired_permits(actor=MACHINE, as_of=at) == stopped
        shelf.longjing.refresh_from_db()
        assert (shelf.longjing.state, shelf.longjing.state_why) == ("off_sale", "permit_food")
        with pytest.raises(operations.PermitMissing):
            shelf.sell(shelf.longjing, at=NOON + 10 * DAY)

    def test_that_was_renewed_keeps_the_sale(self, shelf: Shelf) -> None:
        shelf.permit(days=10)
        shelf.permit(at=NOON + DAY, days=100)
        shelf.sell(shelf.longjing)
        assert operations.close_expired_permits(actor=MACHINE, as_of=NOON + 10 * DAY) == 0

    def test_is_decided_once_and_refused_with_a_reason(self, shelf: Shelf) -> None:
        public_id = shelf.permit()
        decision = {"public_id": public_id, "actor": MACHINE, "as_of": NOON}
        with pytest.raises(operations.PermitDecided):
            operations.approve_permit(**decision)
        with pytest.raises(operations.BadText):
            operations.revoke_permit(why=" ", **decision)
        with pytest.raises(IntegrityError), transaction.atomic():
            Permit.objects.filter(public_id=public_id).update(state="revoked")

    def test_is_not_taken_twice_or_late(self, shelf: Shelf) -> None:
        shelf.permit()
        with pytest.raises(operations.PermitKnown):
            shelf.permit()
        with pytest.raises(operations.PermitExpired):
            shelf.permit(days=0)


class TestTheTree:
    def test_ties_each_category_to_all_above_it(self, shelf: Shelf) -> None:
        links = CategoryLink.objects.filter(descendant__slug="green-tea").order_by("steps")
        assert [link.ancestor.slug for link in links] == ["green-tea", "tea", "food"]
        assert [each.slug for each in queries.list_categories()] == [
            "food",
            "tea",
            "green-tea",
            "home",
            "cups",
        ]

    def test_is_no_deeper_than_six_levels(self, shelf: Shelf) -> None:
        said = {"name_zh": "", "required_permit": "", "actor": MACHINE, "as_of": NOON}
        parent = "green-tea"
        for number in range(3):
            parent = operations.add_category(
                slug=f"c{number}", name="C", parent=parent, **said
            ).slug
        with pytest.raises(operations.TreeTooDeep):
            operations.add_category(slug="c9", name="C", parent=parent, **said)
        with pytest.raises(operations.CategoryTaken):
            operations.add_category(slug="tea", name="C", parent="", **said)
