"""The pages of boards and of the dictionary: the same numbers, their definitions one click away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from domains.insights.small_day import DAY, MORNING, ZONE
from domains.insights.test_insights_building import Small
from wavepool.domains.insights import queries
from wavepool.domains.insights.models import BoardFigure
from wavepool.domains.insights.views import board as board_pages
from wavepool.domains.insights.views import drawings
from wavepool.plumbing import clock
from worlds.cast import World

BOARD = f"/staff/board/?day={DAY}"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Every page opens at 06:00 of the next day, in Shanghai."""
    settings.OPERATOR_ZONE = ZONE
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def small(world: World) -> Small:
    return Small(world)


@pytest.fixture
def eve(world: World) -> Client:
    client = Client()
    client.force_login(world.eve)
    return client


def shown(client: Client, address: str, *, language: str = "en") -> str:
    client.cookies["wavepool_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def tiles(page: str) -> dict[str, str]:
    """What each tile says, by the metric that it leads to."""
    found = re.findall(r'<article class="kpi".*?</article>', page, re.DOTALL)
    values = {}
    for each in found:
        metric = re.search(r"/metrics-dictionary/(\w+)/", each)
        value = re.search(r'class="kpi__value">(.*?)</p>', each, re.DOTALL)
        assert metric, each
        assert value, each
        plain = re.search(r'value="(.*?)"', value[1])
        values[metric[1]] = plain[1] if plain else re.sub("<.*?>", "", value[1]).strip()
    return values


class TestTheBoard:
    def test_shows_the_day_as_it_was_counted(self, small: Small, eve: Client) -> None:
        small.build()
        assert tiles(shown(eve, BOARD)) == {
            "dau": "3",
            "views_pv": "4",
            "watch_ms": "105 s",
            "watch_per_viewer_ms": "35 s",
            "live_viewers_uv": "2",
            "live_effective_sessions": "1",
            "gmv_live": "CNY 30.00",
            "arpu_live": "CNY 30.00",
            "gmv_paid": "CNY 200.00",
            "gmv_refunded": "CNY 90.00",
            "gmv_net": "CNY 110.00",
            "gmv_received": "CNY 90.00",
            "orders": "3",
            "buyers": "3",
            "conversion_viewed": "1000000",
            "conversion_clicked": "1500000",
            "gpm_pv": "CNY 45000.00",
            "uv_value": "CNY 60.00",
        }

    def test_shows_the_change_with_arrow_and_sign(self, small: Small, eve: Client) -> None:
        small.build()
        page = shown(eve, BOARD)
        views = next(
            each for each in page.split("<article") if "/metrics-dictionary/views_pv/" in each
        )
        assert 'data-direction="rise"' in views
        assert "+100%" in views
        assert "against the day before" in views

    def test_shows_the_parts_of_a_dimension_and_their_whole(
        self, small: Small, eve: Client
    ) -> None:
        small.build()
        page = shown(eve, BOARD)
        table = page[page.index("By tier") :]
        table = table[: table.index("</table>")]
        assert re.findall(r'<th scope="row".*?>(.*?)</th>', table) == [
            "Head", "Mid-tier", "Organic", "All",
        ]  # fmt: skip
        rows = table[table.index("<tbody") :].split("<tr")[1:]
        gross = [re.findall(r'value="CNY ([\d.]+)"', row)[0] for row in rows]
        assert gross == ["30.00", "150.00", "20.00", "200.00"]
        assert "not known" in rows[2]  # nobody watched what is organic

    def test_opens_another_window_and_another_currency(self, small: Small, eve: Client) -> None:
        small.build()
        week = tiles(shown(eve, f"{BOARD}&window=week&currency=USD"))
        assert (week["viewers_uv"], week["views_pv"], week["gmv_paid"]) == ("4", "7", "USD 7.00")
        assert "dau" not in week

    def test_opens_the_newest_day_and_says_how_fresh_it_is(
        self, small: Small, eve: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small.build()
        assert "Up to date" in shown(eve, "/staff/board/")
        monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(days=3, hours=3))
        page = shown(eve, "/staff/board/")
        assert "Stale" in page
        assert tiles(page)["dau"] == "3"

    @pytest.mark.parametrize("asked", ["2026-11-09", "2031-01-01", "0001-01-01", "x", ""])
    def test_of_a_day_without_one_shows_no_zeros(
        self, small: Small, eve: Client, asked: str
    ) -> None:
        small.build()
        page = shown(eve, f"/staff/board/?day={asked}&window=none&currency=%00")
        assert ("This day was not counted" in page) == (asked == "2026-11-09")

    def test_of_an_empty_platform_says_so(self, world: World, eve: Client) -> None:
        page = shown(eve, "/staff/board/")
        assert "This day was not counted" in page
        assert "Being counted" in page

    def test_is_for_staff(self, world: World) -> None:
        client = Client()
        client.force_login(world.ada)
        assert client.get("/staff/board/").status_code == 404

    def test_asks_as_many_queries_for_many_days_as_for_one(self, small: Small, eve: Client) -> None:
        small.build()
        shown(eve, BOARD)
        with CaptureQueriesContext(
            connection,
        ) as few:
            shown(eve, BOARD)
        for number in range(1, 8):
            small.build(DAY - timedelta(days=number))
        with CaptureQueriesContext(connection) as many:
            shown(eve, BOARD)
        assert len(few) == len(many)
        ours = [each for each in many if "insights_" in each["sql"]]
        assert len(ours) == 5

    def test_speaks_chinese(self, small: Small, eve: Client) -> None:
        small.build()
        page = shown(eve, BOARD, language="zh-hans")
        for words in ("看板", "日活跃观众(DAU)", "较前一天", "自然成交", "腰部"):
            assert words in page


class TestPaths:
    def test_are_charts_with_their_tables(self, small: Small, eve: Client) -> None:
        small.build()
        page = shown(eve, f"/staff/board/paths/?day={DAY}&window=d28")
        rows = re.findall(
            r'<tr><th scope="row">(.*?)</th><td class="figure">(.*?)</td><td class="figure">(.*?)</td>',
            page,
        )
        assert [(name, now) for name, now, _before in rows if now != "0"] == [
            ("none (organic)", "1"),
            ("1", "1"),
            ("2", "1"),
            ("3", "1"),
            ("no touch (organic)", "1"),
            ("1 to 6 hours", "1"),
            ("6 to 24 hours", "1"),
            ("7 to 15 days", "1"),
        ]
        assert "/metrics-dictionary/path_orders/" in page


class TestEveryNumber:
    """A number of a board names an entry of the dictionary, or the page does not open."""

    def test_of_a_tile_or_column_is_in_the_dictionary(self) -> None:
        for names in (
            board_pages.PEOPLE,
            board_pages.LIVE,
            board_pages.MONEY,
            board_pages.VALUE,
            board_pages.COLUMNS,
            drawings.COURSE_METRICS,
        ):
            for name in names:
                assert queries.find_metric(name), name

    def test_leads_to_its_definition(self, small: Small, eve: Client) -> None:
        small.build()
        pages = shown(eve, BOARD) + shown(eve, f"/staff/board/paths/?day={DAY}")
        linked = set(re.findall(r'href="/metrics-dictionary/(\w+)/"', pages))
        assert linked >= {*board_pages.COLUMNS, *board_pages.MONEY, *drawings.COURSE_METRICS}
        for name in linked:
            assert Client().get(reverse("insights.metric", args=[name])).status_code == 200
        for table in re.findall(r"<table.*?</table>", pages, re.DOTALL):
            figures = table.count('scope="col" role="columnheader" class="figure"')
            is_twin = table.count("/metrics-dictionary/") == 0
            assert is_twin or table.count("/metrics-dictionary/") == figures
        assert pages.count('<figure class="chart">') == pages.count('class="definitions"')

    def test_that_the_store_holds_is_in_the_dictionary(self, small: Small) -> None:
        small.build()
        held = set(BoardFigure.objects.values_list("metric", flat=True))
        assert held == {each.id for each in queries.board_metrics()}

    def test_that_nobody_defined_is_seen(self) -> None:
        """Sabotage: a board that names an unknown metric does not open."""
        shown_board = queries.Board(
            day=DAY, window="day", currency="", currencies=(), built_at=MORNING, figures={}
        )
        with pytest.raises(Exception, match="no such metric"):
            shown_board.read("gmv_whatever")


def _definitions() -> Iterator[str]:
    yield from queries.get_dictionary()


class TestTheDictionary:
    def test_is_open_to_everybody(self, db: None) -> None:
        page = shown(Client(), "/metrics-dictionary/")
        for name in _definitions():
            assert f"/metrics-dictionary/{name}/" in page

    @pytest.mark.parametrize("name", list(_definitions()))
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_has_a_page_for_each_metric(self, db: None, name: str, language: str) -> None:
        metric = queries.get_metric(name)
        page = shown(Client(), f"/metrics-dictionary/{name}/", language=language)
        formula = metric.formula.zh if language == "zh-hans" else metric.formula.en
        assert escape(formula) in page
        assert (f"as {name}" in page) == bool(queries.metric_sql(metric))

    def test_shows_what_is_easily_mistaken(self, db: None) -> None:
        page = shown(Client(), "/metrics-dictionary/gpm_pv/")
        assert "/metrics-dictionary/gpm_uv/" in page
        assert "/metrics-dictionary/views_pv/" in page

    def test_does_not_know_what_is_not_there(self, db: None) -> None:
        assert Client().get("/metrics-dictionary/nothing/").status_code == 404
