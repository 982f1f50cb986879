"""Homes tell the same numbers as the board, with their course."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domains.insights.small_day import DAY, MORNING, ZONE
from domains.insights.test_insights_building import Small
from wavepool.domains.credits.models import EstimatedLine
from wavepool.domains.insights import queries
from wavepool.domains.live import operations as live
from wavepool.domains.people.models import Membership
from wavepool.plumbing import clock
from worlds.cast import World
from worlds.newsroom import HOUR, NOON, make_newsroom
from worlds.shelf import make_shelf


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.OPERATOR_ZONE = ZONE
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def small(world: World) -> Small:
    return Small(world)


def home(world: World, name: str, address: str) -> str:
    client = Client()
    client.force_login(getattr(world, name))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def tiles(page: str) -> dict[str, str]:
    """What each tile says, by its label."""
    found = {}
    for each in re.findall(r'<article class="kpi".*?</article>', page, re.DOTALL):
        label = re.search(r'class="kpi__label">(.*?)</h3>', each, re.DOTALL)
        value = re.search(r'class="kpi__value">(.*?)</p>', each, re.DOTALL)
        assert label
        assert value
        plain = re.search(r'value="(.*?)"', value[1])
        said = plain[1] if plain else re.sub("<.*?>", "", value[1]).strip()
        found[re.sub("<.*?>", "", label[1]).strip()] = said
    return found


class TestACreatorsHome:
    def test_tells_28_days_of_its_own_content(self, small: Small, world: World) -> None:
        small.build()
        page = home(world, "ada", "/studio/ada/")
        assert tiles(page) == {
            "Traffic (views)": "2",
            "Duration watched": "70 s",
            "Follows": "1",
            "Guided GMV": "CNY 30.00",
            "Orders paid": "1",
        }
        assert page.count('class="sparkline"') == 5
        assert "/metrics-dictionary/gmv_guided/" in page
        assert "28 days up to 2026-11-10" in page

    def test_agrees_with_the_board(self, small: Small, world: World) -> None:
        small.build()
        board = queries.get_board(DAY, window="day")
        part = board.read("gmv_guided", dimension="tier", part="head")
        assert tiles(home(world, "ada", "/studio/ada/"))["Guided GMV"] == "CNY 30.00"
        assert (part.value, part.currency) == (3_000, "CNY")

    def test_of_a_platform_without_boards_has_no_empty_tiles(self, world: World) -> None:
        assert tiles(home(world, "ada", "/studio/ada/")) == {}

    def test_asks_the_same_for_one_day_and_for_many(self, small: Small, world: World) -> None:
        small.build()
        client = Client()
        client.force_login(world.ada)
        client.get("/studio/ada/")
        with CaptureQueriesContext(connection) as few:
            client.get("/studio/ada/")
        for day in small.late():
            small.build(day)
        with CaptureQueriesContext(connection) as many:
            client.get("/studio/ada/")
        assert len(many) == len(few)
        assert len([each for each in many if "insights_" in each["sql"]]) == 2


class TestTheHomeOfStaff:
    def test_tells_yesterday(self, small: Small, world: World) -> None:
        small.build()
        found = tiles(home(world, "eve", "/staff/"))
        assert found["Daily active viewers (DAU)"] == "3"
        assert found["Traffic (views)"] == "4"
        assert found["Transactions, gross (paid GMV)"] == "CNY 200.00"
        assert found["Net after refunds (net GMV)"] == "CNY 110.00"


class TestSectionsOfAStudio:
    def test_show_the_next_sessions(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        newsroom = make_newsroom(world)
        monkeypatch.setattr(clock, "now", lambda: NOON)
        assert "Nothing is planned" in home(world, "ada", "/studio/ada/")
        live.plan_session(
            creator_id=newsroom.creator_id,
            facts=live.SessionFacts(
                piece=newsroom.facts("Tea tonight", format="live"), scheduled_at=NOON + 8 * HOUR
            ),
            actor=world.actor("ada"),
            as_of=NOON,
        )
        page = home(world, "ada", "/studio/ada/")
        assert "Tea tonight" in page
        assert "Nothing is planned" not in page

    def line(self, world: World, number: int, item: Any) -> None:
        """An order line that brings Ada 4.00 and some."""
        EstimatedLine.objects.create(
            line_id=number, order_id=number, shop=world.shop, item=item, creator=world.creator,
            payee_id=1, period="2026-11", outcome="direct", scene_id="open", currency="CNY",
            paid_minor=10_000, commission_minor=400 + number, direct_minor=400 + number,
            agency_minor=0, kept_minor=400 + number, fee_minor=0, pool_minor=0,
            paid_at=NOON + number * HOUR, facts={}, touches=[], estimated_at=NOON,
        )  # fmt: skip

    def test_show_the_newest_lines_to_whom_may_see_money(self, world: World) -> None:
        item = make_shelf(world).cup
        for number in range(1, 8):
            self.line(world, number, item)
        page = home(world, "ada", "/studio/ada/")
        part = page[page.index("Newest lines") :]
        assert re.findall(r'value="CNY ([\d.]+)"', part) == ["4.07", "4.06", "4.05", "4.04", "4.03"]
        assert "/studio/ada/lines/7/" in part
        Membership.objects.create(account=world.dong, creator=world.creator, role="viewer")
        assert "Newest lines" not in home(world, "dong", "/studio/ada/")

    def test_ask_the_same_for_few_and_many(self, world: World) -> None:
        client, item = Client(), make_shelf(world).cup
        client.force_login(world.ada)
        self.line(world, 1, item)
        client.get("/studio/ada/")
        with CaptureQueriesContext(connection) as few:
            client.get("/studio/ada/")
        for number in range(2, 9):
            self.line(world, number, item)
        with CaptureQueriesContext(connection) as many:
            client.get("/studio/ada/")
        assert len(few) == len(many)
