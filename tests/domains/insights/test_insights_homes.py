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
from wavepool.domains.insights import queries
from wavepool.plumbing import clock
from worlds.cast import World


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
