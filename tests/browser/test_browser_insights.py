"""Boards, the dictionary and the front page with something on them, wide and narrow, day and night."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, axe_faults, load_axe, opened, sign_in, wide_by
from domains.insights.small_day import DAY, MORNING, ZONE, small_facts
from wavepool.domains.insights import operations
from worlds.cast import World, make_cast
from worlds.newsroom import HOUR, NOON, make_newsroom

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]

PAGES = {
    "eve": (
        f"/staff/board/?day={DAY}",
        f"/staff/board/?day={DAY}&window=d28",
        f"/staff/board/paths/?day={DAY}&window=d28",
        "/staff/",
    ),
    "ada": ("/studio/ada/",),
    "": ("/", "/?feed=followed", "/metrics-dictionary/", "/metrics-dictionary/gpm_pv/"),
}
LOOKS = (Look(320, "dark", "zh-hans"), Look(1280, "light", "en"))


def make_market() -> World:
    """The small day's board, and pieces to look at."""
    world = make_cast()
    newsroom = make_newsroom(world)
    for number in range(4):
        newsroom.publish(f"Tea cup {number}", at=NOON + number * HOUR, disclosure="sample")
    facts = small_facts(ada=world.creator.pk, fen=world.creator.pk + 1)
    operations.build_board(day=DAY, read=lambda _first, _end: facts, zone=ZONE, as_of=MORNING)
    return world


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_are_accessible_and_fit(browser: Browser, live_server: LiveServer, look: Any) -> None:
    world = make_market()
    faults = []
    for reader, paths in PAGES.items():
        with opened(browser, address=live_server.url, look=look) as page:
            if reader:
                sign_in(page, getattr(world, reader), address=live_server.url)
            for path in paths:
                page.goto(path)
                load_axe(page)
                faults += [f"{path} {each}" for each in axe_faults(page)]
                if wide_by(page) > 0:
                    faults.append(f"{path} is {wide_by(page)} px wider than its window")
    assert "\n".join(faults) == ""


def test_draw_their_charts(browser: Browser, live_server: LiveServer) -> None:
    world = make_market()
    with opened(browser, address=live_server.url, look=LOOKS[1]) as page:
        sign_in(page, world.eve, address=live_server.url)
        page.goto(f"/staff/board/?day={DAY}")
        page.locator(".chart__canvas svg").first.wait_for()
        assert page.locator(".chart__canvas svg").count() == 2
        page.get_by_role("link", name="Transactions, gross (paid GMV)").first.click()
        assert page.url.endswith("/metrics-dictionary/gmv_paid/")
        assert "later refunds are not taken off" in page.inner_text("main")
