"""Which plan wins: the pages, the list and the engine say the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wavepool.domains.catalog import queries, tables
from wavepool.domains.catalog.models import Item, Plan, PlanKind, PlanVersion
from wavepool.domains.catalog.models.plans import SCOPES
from wavepool.domains.catalog.queries import precedence
from wavepool.engine.commission import PLAN_KINDS, plan_kind_table
from wavepool.engine.relations import step_sql
from worlds.cast import make_cast
from worlds.shelf import DAY, NOON, Shelf, make_shelf

LINKS = ("lnk_a", "lnk_b")


class TestTheEightKinds:
    def test_stand_in_the_order_of_the_engine(self) -> None:
        assert (*PlanKind,) == PLAN_KINDS == (*SCOPES,)

    def test_win_in_their_order_whatever_the_rates(self, shelf: Shelf) -> None:
        shelf.open("shop", 10_000)
        shelf.open("category", 20_000, category="home")
        shelf.open("item", 30_000, item=shelf.cup)
        campaign = shelf.open("campaign", 5_000, item=shelf.cup)
        shelf.open("targeted_category", 50_000, category="home", creator="ada")
        shelf.open("targeted_item", 60_000, item=shelf.cup, creator="ada")
        shelf.open("task", 70_000, item=shelf.cup, creator="ada")
        shelf.open("exclusive", 80_000, item=shelf.cup, creator="ada")
        link, ada = campaign.plan.link_id, shelf.world.creator.pk
        told = queries.explain_plans(shelf.cup, creator_id=ada, link_id=link, at=NOON)
        assert [each.version.plan.kind for each in told] == list(PLAN_KINDS)
        assert [each.is_winner for each in told] == [True] + [False] * 7
        assert str(told[1].why) == "Exclusive comes before it."

    def test_reach_only_whom_they_name(self, shelf: Shelf) -> None:
        shelf.open("shop", 10_000)
        shelf.open("campaign", 90_000, item=shelf.cup)
        shelf.open("exclusive", 80_000, item=shelf.cup, creator="ada")
        later = shelf.open("category", 70_000, category="cups", starts_at=NOON + DAY)
        told = queries.explain_plans(shelf.cup, creator_id=None, at=NOON)
        assert [(each.version.plan.kind, str(each.why)) for each in told] == [
            ("shop", "It comes first in the order of plans."),
            ("exclusive", "It is for another creator."),
            ("campaign", "It pays only through its own link."),
            ("category", "It is not in force yet."),
        ]
        assert queries.winning_plan(shelf.cup, creator_id=None, at=NOON + DAY) == later


drawn_versions = st.lists(
    st.tuples(
        st.sampled_from(list(SCOPES)),
        st.sampled_from(["longjing", "cup", "kettle"]),
        st.sampled_from(["food", "tea", "green-tea", "home", "cups"]),
        st.sampled_from([0, 1]),  # which creator
        st.sampled_from([50_000, 100_000]),
        st.integers(-2, 1),  # first day
        st.integers(1, 3),  # days
    ),
    max_size=12,
)


def store(shelf: Shelf, drawn: list[Any], creators: list[Any]) -> None:
    """Put versions in as they are drawn, past every rule: precedence must hold for any."""
    for number, (kind, item, category, creator, rate_ppm, first, days) in enumerate(drawn):
        scope = SCOPES[kind]
        plan = Plan.objects.create(
            public_id=f"pln_{number:026d}",
            shop=shelf.world.shop,
            kind=kind,
            precedence=list(SCOPES).index(kind) + 1,
            item=getattr(shelf, item) if "item" in scope else None,
            category=shelf.categories[category] if "category" in scope else None,
            creator=creators[creator] if "creator" in scope else None,
            link_id=f"lnk_{number}" if "link" in scope else "",
            opened_at=NOON,
            opened_by="drawn",
        )
        PlanVersion.objects.create(
            plan=plan,
            rate_ppm=rate_ppm,
            valid_from=NOON + first * DAY,
            valid_to=NOON + (first + days) * DAY,
            announced_at=NOON,
            announced_by="drawn",
        )


def engine_winners(
    asked: list[tuple[Item, int, str]], at: datetime
) -> list[tuple[str, int] | None]:
    """What the engine's own step chooses for lines paid at a moment: plan id and rate."""
    at_ms = round(at.timestamp() * 1_000)
    plans = PlanVersion.objects.select_related("plan__shop", "plan__item", "plan__creator")
    given = {
        "plans": tables.plan_table(plans),
        "plan_kinds": plan_kind_table(),
        "items": tables.item_table(queries.every_item()),
        "period_lines": pa.table(
            {
                "line_id": list(range(len(asked))),
                "shop_id": [item.shop_id for item, _creator, _link in asked],
                "item_id": [item.pk for item, _creator, _link in asked],
                "paid_at": [at_ms] * len(asked),
            }
        ),
        "winners": pa.table(
            {
                "line_id": list(range(len(asked))),
                "creator_id": [creator for _item, creator, _link in asked],
                "link_id": pa.array([link or None for *_rest, link in asked], pa.string()),
                "touched_at": [at_ms] * len(asked),
            }
        ),
    }
    with duckdb.connect() as store:
        for name, table in given.items():
            store.register(name, table)
        sql = step_sql(
            "wavepool.engine.commission", "plan_choices", dialect="duckdb", rate_lock_ms=0
        )
        rows = store.execute(sql).fetchall()
    chosen = {line: (plan.partition(":")[0], rate) for line, plan, rate, _locked in rows}
    return [chosen.get(number) for number in range(len(asked))]


class TestOneRule(TestCase):
    """Drawn plans, past all rules about neighbours, asked of everybody."""

    @classmethod
    def setUpTestData(cls) -> None:
        world = make_cast()
        cls.shelf = make_shelf(world)  # type: ignore[attr-defined]
        second = type(world.creator).objects.create(handle="xin", name="Xin")
        cls.creators = [world.creator, second]  # type: ignore[attr-defined]

    @settings(max_examples=40, deadline=None)
    @given(drawn=drawn_versions)
    def test_gives_the_same_winner_to_a_page_a_list_and_the_engine(self, drawn: list[Any]) -> None:
        shelf, creators = self.shelf, self.creators  # type: ignore[attr-defined]
        store(shelf, drawn, creators)
        for at in (NOON, NOON + DAY):
            assert disagreements(shelf, creators, at=at) == []


def disagreements(shelf: Shelf, creators: list[Any], *, at: datetime) -> list[Any]:
    """Questions on which page, list and engine differ."""
    links = ("", *Plan.objects.exclude(link_id="").values_list("link_id", flat=True)[:2])
    asked = [
        (item, creator, link)
        for item in queries.items_of_shop(shelf.world.shop.pk)
        for creator in creators
        for link in links
    ]
    engine = engine_winners([(item, who.pk, link) for item, who, link in asked], at)
    listed = {
        who.pk: {
            item.pk: item.rate_ppm
            for item in queries.with_winning_rate(queries.every_item(), creator_id=who.pk, at=at)
        }
        for who in creators
    }
    found = []
    for (item, who, link), by_engine in zip(asked, engine, strict=True):
        version = queries.winning_plan(item, creator_id=who.pk, link_id=link, at=at)
        by_page = (version.plan.public_id, version.rate_ppm) if version else None
        by_list = listed[who.pk][item.pk]
        if by_page != by_engine or (not link and by_list != (by_page[1] if by_page else None)):
            found.append((item.code, who.handle, link, by_page, by_list, by_engine))
    return found


class TestTheCheck:
    def test_sees_a_page_that_lets_the_highest_rate_win(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf.open("shop", 90_000)
        shelf.open("item", 50_000, item=shelf.cup)
        at, creators = NOON + 31 * DAY, [shelf.world.creator]
        assert disagreements(shelf, creators, at=at) == []
        monkeypatch.setattr(precedence, "WINNING_ORDER", ("-rate_ppm", "plan__public_id"))
        assert [each[0] for each in disagreements(shelf, creators, at=at)] == ["CUP"]
