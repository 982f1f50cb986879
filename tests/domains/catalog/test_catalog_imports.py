"""Files in and out: previewed, applied row by row, given back where wrong, never lossy."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wavepool.domains.catalog import operations, queries
from wavepool.domains.catalog.models import ImportBatch, Item, PriceChange, Variant
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.sheets import FORMATS, read_sheet
from worlds.cast import make_cast
from worlds.shelf import DAY, NOON, Shelf, make_shelf

HEADER = "item,title,category,sku,price,stock,state\n"


def stage(
    shop: Any, text: str | bytes, *, subject: str = "goods", encoding: str = ""
) -> ImportBatch:
    return operations.stage_file(
        shop_id=shop.pk,
        subject=subject,
        name="goods.csv",
        data=text if isinstance(text, bytes) else text.encode(),
        encoding=encoding,
        actor=MACHINE,
        as_of=NOON,
    )


def apply(batch: ImportBatch) -> ImportBatch:
    return operations.apply_import(
        public_id=batch.public_id, shop_id=batch.shop_id, actor=MACHINE, as_of=NOON + DAY
    )


def export(shop: Any, *, subject: str = "goods", **options: Any) -> bytes:
    asked = {"format": "csv", "encoding": "utf-8"} | options
    return operations.export_file(
        shop_id=shop.pk, subject=subject, actor=MACHINE, as_of=NOON, **asked
    )


class TestAPreview:
    def test_counts_and_shows_what_would_change_and_writes_nothing(self, shelf: Shelf) -> None:
        batch = stage(
            shelf.world.shop,
            HEADER
            + "CUP,Tea cup,cups,CUP-1,49.00,10,draft\n"
            + "KET,Kettle,home,KET-1,209.00,10,draft\n"
            + "POT,Pot,home,POT-1,99.00,3,on_sale\n"
            + "X,X,nowhere,X-1,1,1,draft\n",
        )
        counts = {"new": 1, "changed": 1, "unchanged": 1, "wrong": 1}
        assert queries.count_effects(batch) == counts
        (changed,) = queries.list_rows(batch, effect="changed")
        assert (changed.number, changed.before) == (3, {"price": "199.00"})
        assert Variant.objects.get(sku="KET-1").price_minor == 19_900
        assert not Item.objects.filter(code="POT").exists()

    def test_asks_the_same_number_of_queries_for_any_number_of_rows(self, shelf: Shelf) -> None:
        counted = []
        for rows in (2, 50):
            text = HEADER + "".join(f"N{n},N,home,N{n},1.00,1,draft\n" for n in range(rows))
            with CaptureQueriesContext(
                connection,
            ) as caught:
                stage(shelf.world.shop, text)
            counted.append(len(caught))
        assert counted[0] == counted[1]

    @pytest.mark.parametrize(
        ("row", "rule", "field"),
        [
            ("A,A,home,,1.00,1,draft", "catalog.cell_empty", "sku"),
            ("A,,home,A-1,1.00,1,draft", "catalog.bad_text", "title"),
            ("A,A,nowhere,A-1,1.00,1,draft", "catalog.no_such_category", "category"),
            ("A,A,home,A-1,1.005,1,draft", "catalog.price_unreadable", "price"),
            ("A,A,home,A-1,-1,1,draft", "catalog.number_out_of_range", "price"),
            ("A,A,home,A-1,1.00,1.5,draft", "catalog.stock_unreadable", "stock"),
            ("A,A,home,A-1,1.00,1,sold", "catalog.no_such_state", "state"),
            ("A,A,tea,A-1,1.00,1,on_sale", "catalog.permit_missing", "state"),
            ("A,A,home,CUP-1,1.00,1,draft", "catalog.sku_elsewhere", "sku"),
        ],
    )
    def test_names_the_rule_and_the_field(
        self, shelf: Shelf, row: str, rule: str, field: str
    ) -> None:
        batch = stage(shelf.world.shop, f"{HEADER}{row}\n")
        (wrong,) = queries.list_rows(batch, effect="wrong")
        assert (wrong.number, wrong.rule, wrong.field) == (2, rule, field)
        assert wrong.message

    def test_sees_rows_that_contradict_each_other(self, shelf: Shelf) -> None:
        batch = stage(
            shelf.world.shop,
            HEADER
            + "A,One,home,A-1,1.00,1,draft\n"
            + "A,Two,home,A-2,1.00,1,draft\n"
            + "A,One,home,A-1,2.00,1,draft\n",
        )
        rules = [row.rule for row in queries.list_rows(batch, effect="wrong")]
        assert rules == ["catalog.item_said_twice", "catalog.sku_twice"]

    def test_is_refused_without_the_column_that_tells_rows_apart(self, shelf: Shelf) -> None:
        with pytest.raises(operations.ColumnsMissing) as refused:
            stage(shelf.world.shop, "title,price\nA,1\n")
        assert refused.value.missing == ["sku"]


class TestApplying:
    def test_writes_right_rows_and_gives_wrong_ones_back(self, shelf: Shelf) -> None:
        batch = stage(
            shelf.world.shop,
            HEADER + "POT,壶 Pot,home,POT-1,99.00,3,on_sale\n" + "X,=X,nowhere,X-1,1,1,draft\n",
        )
        apply(batch)
        pot = Item.objects.get(code="POT")
        assert (pot.title, pot.state, pot.price_minor, pot.stock) == ("壶 Pot", "on_sale", 9_900, 3)
        found = queries.with_words(queries.items_on_sale(), "pot")
        assert [item.code for item in found] == ["POT"]
        data = operations.wrong_rows_file(batch, format="csv")
        (row,) = read_sheet(data).rows
        assert (row["row"], row["rule"], row["value"]) == (
            "3",
            "catalog.no_such_category",
            "nowhere",
        )
        assert row["title"] == "=X"
        again = stage(shelf.world.shop, data.replace(b"nowhere", b"home"))
        assert queries.count_effects(again)["new"] == 1

    def test_keeps_what_the_file_does_not_mention(self, shelf: Shelf) -> None:
        apply(stage(shelf.world.shop, "sku,price\nCUP-1,59.00\n"))
        cup = Item.objects.get(code="CUP")
        assert (cup.title, cup.price_minor, cup.stock, cup.version) == ("Tea cup", 5_900, 10, 3)
        prices = PriceChange.objects.filter(variant__sku="CUP-1").order_by("pk")
        assert [each.price_minor for each in prices] == [4_900, 5_900]

    def test_judges_again_what_changed_since_the_preview(self, shelf: Shelf) -> None:
        permit = shelf.permit()
        batch = stage(shelf.world.shop, "sku,state\nLJ-1,on_sale\n")
        operations.revoke_permit(public_id=permit, why="forged", actor=MACHINE, as_of=NOON)
        apply(batch)
        (wrong,) = queries.list_rows(batch, effect="wrong")
        assert wrong.rule == "catalog.permit_missing"
        assert Item.objects.get(code="LJ").state == "draft"

    def test_happens_once(self, shelf: Shelf) -> None:
        batch = apply(stage(shelf.world.shop, "sku,price\nCUP-1,59.00\n"))
        for decide in (operations.apply_import, operations.discard_import):
            with pytest.raises(operations.ImportDecided):
                decide(public_id=batch.public_id, shop_id=batch.shop_id, actor=MACHINE, as_of=NOON)

    def test_does_not_reach_another_shop(self, shelf: Shelf) -> None:
        other = type(shelf.world.shop).objects.create(slug="other", name="Other")
        batch = stage(other, HEADER + "CUP,Theirs,cups,CUP-1,1.00,1,draft\n")
        apply(batch)
        assert Item.objects.get(code="CUP", shop=shelf.world.shop).title == "Tea cup"
        with pytest.raises(operations.ImportDecided):
            apply(batch)


class TestPlansInAFile:
    def test_open_change_and_come_back_with_their_rule(self, shelf: Shelf) -> None:
        shelf.open("shop", 100_000)
        text = (
            "kind,item,category,creator,rate\n"
            "shop,,,,12\n"
            "item,CUP,,,15%\n"
            "targeted_item,CUP,,ada,15\n"
            "item,GONE,,,15\n"
        )
        batch = stage(shelf.world.shop, text, subject="plans")
        assert queries.count_effects(batch) == {"new": 1, "changed": 1, "unchanged": 0, "wrong": 2}
        assert queries.winning_plan(shelf.cup, creator_id=None, at=NOON).rate_ppm == 100_000  # type: ignore[union-attr]
        apply(batch)
        assert queries.winning_plan(shelf.cup, creator_id=None, at=NOON + DAY).rate_ppm == 150_000  # type: ignore[union-attr]
        rules = [row.rule for row in queries.list_rows(batch, effect="wrong")]
        assert rules == ["catalog.targeted_rate_too_low", "catalog.item_of_another_shop"]

    def test_go_out_and_in_again_unchanged(self, shelf: Shelf) -> None:
        shelf.open("shop", 100_001)
        shelf.open("category", 120_000, category="home", ends_at=NOON + 90 * DAY)
        shelf.open("campaign", 130_000, item=shelf.cup)
        shelf.open("exclusive", 300_000, item=shelf.cup, creator="ada")
        for each in FORMATS:
            data = export(shelf.world.shop, subject="plans", format=each)
            batch = stage(shelf.world.shop, data, subject="plans")
            assert queries.count_effects(batch)["unchanged"] == 4


characters = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)
lines = (
    st.text(characters | st.sampled_from("=+-@'\"龙井茶,"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
goods = st.lists(
    st.tuples(
        lines,  # title
        st.text(characters | st.sampled_from("\n\t"), max_size=12),  # description
        st.sampled_from(["cups", "home", "green-tea"]),
        lines,  # variant
        st.integers(0, 10**12),
        st.integers(0, 10**12),
    ),
    max_size=4,
)


class TestARoundTrip(TestCase):
    """Any goods, out of one shop and into another."""

    @classmethod
    def setUpTestData(cls) -> None:
        world = make_cast()
        make_shelf(world)
        cls.shop = world.shop  # type: ignore[attr-defined]
        cls.empty = type(world.shop).objects.create(slug="empty", name="Empty")  # type: ignore[attr-defined]

    @settings(max_examples=25, deadline=None)
    @given(drawn=goods, codes=st.lists(lines, min_size=8, max_size=8, unique=True))
    def test_loses_nothing_in_any_format(self, drawn: list[Any], codes: list[str]) -> None:
        shop, empty = self.shop, self.empty  # type: ignore[attr-defined]
        for number, (title, description, category, variant, price_minor, stock) in enumerate(drawn):
            item = operations.add_item(
                shop_id=shop.pk,
                facts=operations.ItemFacts(
                    code=codes[2 * number], title=title, description=description, category=category
                ),
                actor=MACHINE,
                as_of=NOON,
            )
            operations.add_variant(
                item_id=item.public_id,
                shop_id=shop.pk,
                facts=operations.VariantFacts(
                    sku=codes[2 * number + 1], name=variant, price_minor=price_minor, stock=stock
                ),
                actor=MACHINE,
                as_of=NOON,
            )
        total = len(drawn) + 3
        out = export(shop)
        for each in FORMATS:
            same = stage(shop, export(shop, format=each))
            assert queries.count_effects(same)["unchanged"] == total
        chinese = export(shop, encoding="gb18030")
        apply(stage(empty, chinese, encoding="gb18030"))
        assert export(empty) == out
