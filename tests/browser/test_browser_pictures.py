"""The pictures of the README, taken from pages that run.

`WAVEPOOL_SHOTS=docs/pictures python -m pytest tests/browser -k pictures` takes them
anew; without the variable they are taken and thrown away.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, check_axe, opened, show_factor, sign_in
from wavepool.domains.catalog import operations as catalog
from wavepool.domains.people.models import Shop
from wavepool.domains.policies import operations as policies
from wavepool.plumbing.actor import MACHINE
from worlds.cast import World
from worlds.policy_desk import NOON, Desk, make_desk
from worlds.shelf import DAY, Shelf, make_shelf

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]

FOLDER: Final = os.environ.get("WAVEPOOL_SHOTS", "")
BYTES_MAX: Final = 200_000
AT: Final = datetime(2026, 12, 21, 2, tzinfo=UTC)
SHARP: Final = 2
PRICES: Final = ((44, 13_800), (31, 11_900), (19, 10_900), (9, 9_900), (3, 12_800))
NEW_RULES: Final = (
    ("window_days = 15", "window_days = 30"),
    ("dwell_min_ms = 5000", "dwell_min_ms = 3000"),
    ("half_life_hours = 72", "half_life_hours = 48"),
    ("last_share_ppm = 1000000", "last_share_ppm = 800000"),
)


def keep(page: Page, name: str, *, folder: Path) -> Path:
    """A picture of the window in 256 colours, small enough for a README."""
    path = (Path(FOLDER) if FOLDER else folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(page.screenshot())) as taken:
        few = taken.convert("RGB").quantize(
            256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(path, optimize=True)
    return path


class TestThePictures:
    def test_pictures_show_which_plan_wins(
        self, world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
    ) -> None:
        look = Look(1280, scale=SHARP)
        with time_machine.travel(AT), opened(browser, address=live_server.url, look=look) as page:
            shelf = fill_the_shelf(world)
            sign_in(page, world.bao, address=live_server.url)
            page.goto(f"/merchant/bao-tea/goods/{shelf.longjing.public_id}/?creator=ada&link=")
            page.set_viewport_size({"width": 1280, "height": 940})
            page.wait_for_load_state("networkidle")
            check_axe(page)
            page.locator("tr.is-first").get_by_text("It comes first").wait_for()
            page.locator(".card", has=page.locator(".chart")).evaluate("it => it.scrollIntoView()")
            path = keep(page, "which-plan-wins", folder=tmp_path)
        assert 20_000 < path.stat().st_size < BYTES_MAX

    def test_pictures_show_what_a_policy_changes(
        self, world: World, browser: Browser, live_server: LiveServer, tmp_path: Path
    ) -> None:
        look = Look(1280, "dark", "zh-hans", scale=SHARP)
        with time_machine.travel(AT), opened(browser, address=live_server.url, look=look) as page:
            ask_for_a_second_person(make_desk(world))
            sign_in(page, world.fay, address=live_server.url)
            show_factor(page)
            page.set_viewport_size({"width": 1280, "height": 750})
            page.goto("/staff/policies/attribution/v2/")
            check_axe(page)
            assert page.locator("ins").count() == len(NEW_RULES)
            path = keep(page, "what-a-policy-changes", folder=tmp_path)
        assert 20_000 < path.stat().st_size < BYTES_MAX


def fill_the_shelf(world: World) -> Shelf:
    """Longjing on sale with a course of prices and a plan of nearly every kind."""
    shelf = make_shelf(world)
    Shop.objects.filter(pk=world.shop.pk).update(name="Bao Tea House")
    start = AT - 90 * DAY
    shelf.permit(at=start, days=400)
    for days, price_minor in PRICES:
        catalog.change_price(
            sku="LJ-1",
            shop_id=world.shop.pk,
            price_minor=price_minor,
            actor=MACHINE,
            as_of=AT - timedelta(days=days),
        )
    shelf.sell(shelf.longjing, at=AT - 2 * DAY)
    shelf.open("shop", 80_000, at=start)
    shelf.open("category", 100_000, category="tea", at=start)
    shelf.open("item", 120_000, item=shelf.longjing, at=start + 20 * DAY)
    shelf.open("targeted_category", 150_000, category="tea", creator="ada", at=start + 50 * DAY)
    shelf.open("exclusive", 200_000, item=shelf.longjing, creator="ada", at=AT - 7 * DAY)
    return shelf


def ask_for_a_second_person(desk: Desk) -> None:
    """Eve wrote other rules of attribution and asks; Fay has not answered yet."""
    eve = desk.actor("eve")
    draft = policies.begin_draft(kind="attribution", actor=eve, as_of=NOON)
    text = draft.text
    for old, new in NEW_RULES:
        assert old in text
        text = text.replace(old, new, 1)
    draft = policies.save_draft(
        kind="attribution",
        number=draft.number,
        text=text,
        summary="归因窗口更长；最后触点让出两成，分给之前的触点。",
        first_date=None,
        seen_digest=draft.digest,
        actor=eve,
        as_of=NOON,
    )
    desk.ask(draft)
