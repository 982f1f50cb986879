"""The front page: who is on air, who comes next, what is new, and why it stands there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.live import operations as live
from wavepool.domains.people import operations as people
from wavepool.plumbing import clock
from worlds.newsroom import HOUR, NOON, Newsroom, make_newsroom


@pytest.fixture
def newsroom(world: Any) -> Newsroom:
    return make_newsroom(world)


@pytest.fixture(autouse=True)
def afternoon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + 10 * HOUR)


def plan(newsroom: Newsroom, title: str, *, begins: Any) -> Any:
    """A session of Ada's in some hours."""
    facts = live.SessionFacts(
        piece=newsroom.facts(title, format="live"), scheduled_at=begins, planned_minutes=60
    )
    actor = newsroom.world.actor("ada")
    return live.plan_session(creator_id=newsroom.creator_id, facts=facts, actor=actor, as_of=NOON)


def page_of(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def cards(page: str, heading: str) -> list[str]:
    """Titles of the cards below a heading."""
    part = page[page.index(heading) :]
    part = part[: part.index("</section>")]
    found = re.findall(r'class="(?:feed__title|schedule__title)".*?>(?:<a.*?>)?(.*?)</', part)
    return [each.strip() for each in found]


def guest_of(newsroom: Newsroom, name: str) -> Client:
    client = Client()
    client.force_login(getattr(newsroom.world, name))
    return client


class TestTheFrontPage:
    def test_shows_the_newest_first_and_says_why(self, newsroom: Newsroom) -> None:
        newsroom.publish("First cup", at=NOON)
        newsroom.publish("Second cup", at=NOON + HOUR)
        newsroom.draft("Not yet", at=NOON)
        page = page_of(Client())
        assert cards(page, "To watch and to read") == ["Second cup", "First cup"]
        assert "Not yet" not in page
        assert page.count("It is new") == 2
        assert "Why you see this:" in page

    def test_shows_who_is_on_air_and_who_comes_next(self, newsroom: Newsroom) -> None:
        now = plan(newsroom, "Tea on air", begins=NOON + HOUR)
        plan(newsroom, "Tea tomorrow", begins=NOON + 30 * HOUR)
        plan(newsroom, "Tea tonight", begins=NOON + 12 * HOUR)
        live.start_session(
            public_id=now.public_id,
            creator_id=newsroom.creator_id,
            actor=newsroom.world.actor("ada"),
            as_of=NOON + HOUR,
        )
        page = page_of(Client())
        assert cards(page, "Live now") == ["Tea on air"]
        assert cards(page, "Coming up") == ["Tea tonight", "Tea tomorrow"]
        assert f"/live/{now.public_id}/" in page

    def test_says_what_ties_its_maker_to_a_piece(self, newsroom: Newsroom) -> None:
        newsroom.publish("Paid cup", disclosure="paid")
        newsroom.publish("Free word")
        page = page_of(Client())
        assert page.count('class="feed__tie"') == 1
        assert "Paid partnership" in page

    def test_goes_on_by_cursor_and_loses_none(
        self, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("wavepool.domains.insights.views.home.FEED_SIZE", 2)
        for number in range(5):
            newsroom.publish(f"Cup {number}", at=NOON + number * timedelta(minutes=1))
        client, address, seen = Client(), "/", []
        for _turn in range(3):
            page = page_of(client, address)
            seen += cards(page, "To watch and to read")
            found = re.search(r'rel="next" href="(.*?)"', page)
            address = "/" + found[1].replace("&amp;", "&") if found else ""
        assert seen == ["Cup 4", "Cup 3", "Cup 2", "Cup 1", "Cup 0"]
        assert address == ""

    def test_refuses_a_cursor_that_it_did_not_give(self, newsroom: Newsroom) -> None:
        assert Client().get("/?cursor=bad").status_code == 400

    def test_tells_a_guest_what_this_is(self, world: Any) -> None:
        page = page_of(Client())
        assert "Creators, shops and agencies, paid to the cent" in page
        assert "What holds for everybody" in page
        assert "Nothing was published yet" in page

    def test_shows_people_with_workspaces_their_doors(self, newsroom: Newsroom) -> None:
        page = page_of(guest_of(newsroom, "ada"))
        assert "Your workspaces" in page
        assert "paid to the cent" not in page

    def test_speaks_chinese(self, newsroom: Newsroom) -> None:
        newsroom.publish()
        client = Client()
        client.cookies["wavepool_language"] = "zh-hans"
        page = page_of(client)
        for words in ("看内容", "最新", "关注", "展示原因:"):
            assert words in page

    @pytest.mark.parametrize("name", ["", "dong", "ada"])
    def test_asks_the_same_for_few_and_many(self, newsroom: Newsroom, name: str) -> None:
        newsroom.publish("One", at=NOON)
        client = guest_of(newsroom, name) if name else Client()
        page_of(client)
        with CaptureQueriesContext(connection) as few:
            page_of(client)
        for number in range(12):
            newsroom.publish(f"Cup {number}", at=NOON + number * timedelta(minutes=1))
        with CaptureQueriesContext(connection) as many:
            page_of(client)
        assert len(few) == len(many)
        assert name or len(many) == 3  # on air, coming up, the feed


class TestFollowed:
    def test_shows_only_whom_one_follows(self, newsroom: Newsroom) -> None:
        newsroom.publish("Ada's cup")
        dong = guest_of(newsroom, "dong")
        assert "Nothing from whom you follow" in page_of(dong, "/?feed=followed")
        people.follow(handle="ada", actor=newsroom.world.actor("dong"), as_of=NOON)
        page = page_of(dong, "/?feed=followed")
        assert cards(page, "To watch and to read") == ["Ada&#x27;s cup"]
        assert "You follow Ada&#x27;s kitchen" in page

    def test_asks_a_guest_to_sign_in(self, newsroom: Newsroom) -> None:
        newsroom.publish("A cup")
        page = page_of(Client(), "/?feed=followed")
        assert "Sign in to see whom you follow" in page
        assert "A cup" not in page
