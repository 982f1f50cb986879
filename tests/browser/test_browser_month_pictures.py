"""The README's pictures of money: why a line has its amount, and a close with one blocked step.

`WAVEPOOL_SHOTS=docs/pictures python -m pytest tests/browser -k pictures` takes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, check_axe, opened, sign_in
from browser.test_browser_pictures import BYTES_MAX, SHARP, keep
from wavepool.domains.people.models import Shop
from wavepool.domains.statements import operations
from worlds.cast import World
from worlds.dressed import dress
from worlds.month_end import HOUR, OCTOBER, SEPTEMBER, MonthEnd, make_month_end, settled_at

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]
WHY = "/studio/ada/statements/2026-09/lines/C.1.{}/why/"
LOOKS = (
    (Look(1280, scale=SHARP), "why-this-amount", "How I brew Longjing", "Longjing, spring harvest"),
    (
        Look(1280, "dark", "zh-hans", scale=SHARP),
        "why-this-amount-zh",
        "龙井怎么泡才好喝",
        "明前龙井 100 克",
    ),
)


@pytest.fixture
def months(
    world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MonthEnd]:
    made = make_month_end(world, settings, tmp_path, monkeypatch)
    Shop.objects.filter(pk=world.shop.pk).update(name="Bao Tea House")
    with time_machine.travel(settled_at(SEPTEMBER)):
        yield made


class TestThePictures:
    @pytest.mark.parametrize(("look", "name", "title", "goods"), LOOKS, ids=[x[1] for x in LOOKS])
    def test_pictures_show_why_a_commission_is_what_it_is(
        self,
        months: MonthEnd,
        browser: Browser,
        live_server: LiveServer,
        tmp_path: Path,
        look: Look,
        name: str,
        title: str,
        goods: str,
    ) -> None:
        dress(months.fair, title=title, goods=goods)
        months.close(SEPTEMBER)
        with opened(browser, address=live_server.url, look=look) as page:
            sign_in(page, months.fair.world.ada, address=live_server.url)
            answer = page.goto(WHY.format(months.fair.world.creator.pk))
            assert answer is not None
            assert answer.ok, page.inner_text("main")
            page.set_viewport_size({"width": 1280, "height": 1130})
            assert "¥3.20" in page.locator(".why__sentence").inner_text()
            check_axe(page)
            path = keep(page, name, folder=tmp_path)
        assert 20_000 < path.stat().st_size < BYTES_MAX

    def test_pictures_show_what_blocks_a_close(
        self, months: MonthEnd, browser: Browser, live_server: LiveServer, tmp_path: Path
    ) -> None:
        months.close(SEPTEMBER)
        months.settle(OCTOBER)
        at = settled_at(OCTOBER) + HOUR
        # One order line says another amount than the run counted.
        months.fair.facts["order_lines"][9]["paid_minor"] += 1
        with pytest.raises(operations.DoesNotReconcile):
            months.prepare(OCTOBER)
        look = Look(1280, scale=SHARP)
        with (
            time_machine.travel(at + HOUR),
            opened(browser, address=live_server.url, look=look) as page,
        ):
            sign_in(page, months.fair.world.eve, address=live_server.url)
            page.goto(f"/staff/close/?period={OCTOBER}")
            page.set_viewport_size({"width": 1280, "height": 940})
            page.get_by_text("differ").first.wait_for()
            check_axe(page)
            path = keep(page, "month-close", folder=tmp_path)
        assert 20_000 < path.stat().st_size < BYTES_MAX
