"""Commission plans: what may stand beside what, and when a change begins."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.catalog import operations, queries
from wavepool.domains.catalog.models import Plan, PlanVersion
from worlds.shelf import DAY, NOON, Shelf, make_item


def spans(version: PlanVersion) -> list[tuple[int, int, int | None, bool]]:
    """Versions of a plan: rate, first and last day counted from noon, withdrawn or not."""
    return [
        (
            each.rate_ppm,
            (each.valid_from - NOON).days,
            (each.valid_to - NOON).days if each.valid_to else None,
            each.withdrawn_at is not None,
        )
        for each in queries.list_history(version.plan)
    ]


class TestAPlanIsRefused:
    def test_above_the_cap_and_at_nothing(self, shelf: Shelf) -> None:
        shelf.open("shop", 800_000)
        for rate_ppm in (800_001, 0):
            with pytest.raises(operations.RateOutOfRange) as refused:
                shelf.open("item", rate_ppm, item=shelf.cup)
            assert (refused.value.cap_ppm, refused.value.status) == (800_000, 422)

    def test_for_an_item_of_another_shop_as_if_there_were_none(
        self, shelf: Shelf, world: Any
    ) -> None:
        other = type(world.shop).objects.create(slug="other", name="Other")
        foreign = make_item(other, "X", "Foreign", "cups", price_minor=100)
        for item in (foreign.public_id, "itm_none"):
            with pytest.raises(operations.ItemOfAnotherShop) as refused:
                shelf.open("item", 100_000, item=item)
            assert (refused.value.status, refused.value.pointer) == (404, "/item")

    def test_that_names_too_much_or_too_little(self, shelf: Shelf) -> None:
        with pytest.raises(operations.ScopeMissing) as refused:
            shelf.open("targeted_item", 100_000, item=shelf.cup)
        assert refused.value.pointer == "/creator"
        with pytest.raises(operations.ScopeMissing) as refused:
            shelf.open("shop", 100_000, category="tea")
        assert refused.value.pointer == "/category"

    def test_where_one_like_it_holds(self, shelf: Shelf) -> None:
        first = shelf.open("item", 100_000, item=shelf.cup, ends_at=NOON + 10 * DAY)
        with pytest.raises(operations.PlanOverlaps) as refused:
            shelf.open("item", 120_000, item=shelf.cup, starts_at=NOON + 9 * DAY)
        assert refused.value.other == first.plan
        shelf.open("item", 120_000, item=shelf.cup, starts_at=NOON + 10 * DAY)

    def test_as_a_second_exclusive_of_an_item(self, shelf: Shelf, world: Any) -> None:
        type(world.creator).objects.create(handle="xin", name="Xin")
        shelf.open("exclusive", 300_000, item=shelf.cup, creator="ada")
        with pytest.raises(operations.ExclusiveTaken):
            shelf.open("exclusive", 310_000, item=shelf.cup, creator="xin")
        shelf.open("exclusive", 310_000, item=shelf.kettle, creator="xin")

    def test_for_a_category_above_or_below_another(self, shelf: Shelf) -> None:
        shelf.open("category", 100_000, category="tea")
        for category in ("food", "green-tea"):
            with pytest.raises(operations.CategoryPlanConflicts):
                shelf.open("category", 100_000, category=category)
        shelf.open("category", 100_000, category="home")

    def test_when_one_creator_would_get_no_more_than_everybody(self, shelf: Shelf) -> None:
        shelf.open("category", 100_000, category="food")
        with pytest.raises(operations.TargetedRateTooLow) as refused:
            shelf.open("targeted_item", 100_000, item=shelf.longjing, creator="ada")
        assert (refused.value.targeted_ppm, refused.value.general_ppm) == (100_000, 100_000)
        targeted = shelf.open("targeted_item", 150_000, item=shelf.longjing, creator="ada")
        with pytest.raises(operations.TargetedRateTooLow):
            shelf.open("item", 150_000, item=shelf.longjing)
        general = shelf.open("item", 140_000, item=shelf.longjing)
        with pytest.raises(operations.TargetedRateTooLow):
            shelf.change(general.plan, 150_000)
        with pytest.raises(operations.TargetedRateTooLow):
            shelf.change(targeted.plan, 140_000)

    def test_that_begins_in_the_past_or_ends_first(self, shelf: Shelf) -> None:
        with pytest.raises(operations.SpanBackwards):
            shelf.open("shop", 100_000, starts_at=NOON - DAY)
        with pytest.raises(operations.SpanBackwards):
            shelf.open("shop", 100_000, ends_at=NOON)

    def test_by_the_database_too_where_its_kind_names_something_else(self, shelf: Shelf) -> None:
        plan = shelf.open("shop", 100_000).plan
        for wrong in ({"item": shelf.cup}, {"link_id": "lnk_1"}, {"precedence": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Plan.objects.filter(pk=plan.pk).update(**wrong)


class TestARate:
    def test_rises_at_once(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000)
        shelf.change(version.plan, 120_000, at=NOON + DAY)
        assert spans(version) == [(100_000, 0, 1, False), (120_000, 1, None, False)]

    def test_falls_after_thirty_days(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000)
        shelf.change(version.plan, 80_000, at=NOON + DAY)
        assert spans(version) == [(100_000, 0, 31, False), (80_000, 31, None, False)]
        (plan,) = queries.plans_of_shop(version.plan.shop_id)
        state = queries.plan_state(plan, at=NOON + 2 * DAY)
        assert (state.name, state.until) == ("changing", NOON + 31 * DAY)

    def test_that_changes_again_withdraws_what_was_announced(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000)
        shelf.change(version.plan, 80_000, at=NOON + DAY)
        shelf.change(version.plan, 90_000, at=NOON + 2 * DAY)
        shelf.change(version.plan, 110_000, at=NOON + 3 * DAY)
        assert spans(version) == [
            (100_000, 0, 3, False),
            (80_000, 31, None, True),
            (90_000, 32, None, True),
            (110_000, 3, None, False),
        ]

    def test_goes_back_to_what_it_was_without_a_gap(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000)
        shelf.change(version.plan, 80_000, at=NOON + DAY)
        shelf.change(version.plan, 100_000, at=NOON + 2 * DAY)
        assert spans(version) == [(100_000, 0, None, False), (80_000, 31, None, True)]
        with pytest.raises(operations.RateUnchanged):
            shelf.change(version.plan, 100_000, at=NOON + 3 * DAY)

    def test_cannot_be_cut_by_a_new_plan_that_outranks_it(self, shelf: Shelf) -> None:
        shelf.open("shop", 100_000)
        lower = shelf.open("item", 50_000, item=shelf.cup)
        assert lower.valid_from == NOON + 30 * DAY
        higher = shelf.open("item", 110_000, item=shelf.kettle)
        assert higher.valid_from == NOON

    def test_cannot_be_cut_by_filing_the_item_elsewhere(self, shelf: Shelf) -> None:
        shelf.open("category", 100_000, category="cups")
        shelf.open("category", 40_000, category="food")
        facts = operations.ItemFacts(code="CUP", title="Cup", description="", category="home")
        with pytest.raises(operations.RateWouldFall) as refused:
            operations.edit_item(
                public_id=shelf.cup.public_id,
                shop_id=shelf.cup.shop_id,
                facts=facts,
                version=shelf.cup.version,
                actor=shelf.world.actor("bao"),
                as_of=NOON,
            )
        assert (refused.value.before_ppm, refused.value.after_ppm) == (100_000, 0)


class TestEnding:
    def test_waits_like_a_cut(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000)
        shelf.end(version.plan, at=NOON + DAY)
        assert spans(version) == [(100_000, 0, 31, False)]
        with pytest.raises(operations.EndsBeforeCut):
            shelf.change(version.plan, 90_000, at=NOON + 2 * DAY)
        with pytest.raises(operations.PlanEnded):
            shelf.end(version.plan, at=NOON + 31 * DAY)

    def test_comes_no_later_than_the_end_agreed(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000, ends_at=NOON + 5 * DAY)
        shelf.end(version.plan)
        assert spans(version) == [(100_000, 0, 5, False)]

    def test_of_a_plan_not_begun_withdraws_it(self, shelf: Shelf) -> None:
        version = shelf.open("shop", 100_000, starts_at=NOON + 5 * DAY)
        shelf.end(version.plan)
        assert spans(version) == [(100_000, 5, None, True)]
