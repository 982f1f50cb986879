"""The stories of the platform's ground in a real browser, with pointer and scripts, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, check_width, opened, show_factor, sign_in
from wavepool.domains.people.models import Account, Contract, Introduction
from wavepool.domains.policies.models import PolicyVersion
from wavepool.plumbing import clock
from worlds.cast import World
from worlds.policy_desk import make_desk
from worlds.shelf import make_shelf

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]

GOODS = "item,title,category,sku,price,stock,state\nPOT,Clay pot,home,POT-1,99.00,12,on_sale\n"


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Any:
    """`with visit(account) as page:` the browser of somebody who is signed in."""

    @contextmanager
    def visiting(account: Account, look: Look | None = None) -> Iterator[Page]:
        with opened(browser, address=live_server.url, look=look or Look()) as page:
            sign_in(page, account, address=live_server.url)
            yield page

    return visiting


def press(page: Page, name: str) -> None:
    """Press the button of this name in the question that is open, or on the page."""
    question = page.locator("dialog[open]")
    place = question if question.count() else page.locator("main")
    place.get_by_role("button", name=name, exact=True).first.click()


def fill(page: Page, **fields: str) -> None:
    """Write into fields by their names."""
    for name, value in fields.items():
        box = page.locator(f"main [name={name}]")
        if box.first.evaluate("it => it.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


class TestACreatorOnAPhone:
    def test_is_known_signed_and_introduced(self, world: World, visit: Any, tmp_path: Path) -> None:
        card = tmp_path / "card.png"
        Image.new("RGB", (64, 40), "white").save(card)
        phone = Look(390)
        with visit(world.dong, phone) as dong, visit(world.eve) as eve, visit(world.chen) as chen:
            dong.goto("/become-a-creator/new/")
            fill(dong, name="Dong's garden", handle="dong-garden", role="gardener")
            press(dong, "Open my studio")
            dong.wait_for_url("**/studio/dong-garden/start/")

            dong.goto("/studio/dong-garden/identity/new/")
            fill(dong, legal_name="Dong Mei", document="national_id", number="110105199001018828")
            dong.locator("[name=scan]").set_input_files(card)
            press(dong, "Send for review")
            eve.goto("/staff/verifications/?state=submitted")
            eve.get_by_role("link", name="Dong Mei").click()
            eve.locator("#approve-why").fill("Face and document agree.")
            press(eve, "Approve")
            dong.goto("/studio/dong-garden/payee/")
            dong.locator("[name=payee]").first.check()
            press(dong, "Set the payee")
            assert dong.get_by_text("The payee is set.").is_visible()

            chen.goto("/agency/chen-mcn/contracts/new/")
            fill(chen, handle="dong-garden", direct="30", pool="25")
            press(chen, "Propose")
            chen.get_by_text("Nothing applies yet.").wait_for()
            dong.goto("/studio/dong-garden/contracts/")
            dong.get_by_role("link", name="Chen Talents").click()
            check_width(dong)
            press(dong, "Agree")
            press(dong, "Agree")
            dong.locator(".page-head").get_by_text("In force").wait_for()

            chen.goto("/agency/chen-mcn/introductions/new/")
            today = clock.now().date().isoformat()
            fill(chen, handle="dong-garden", introduced_date=today, evidence="Trained in June.")
            press(chen, "Report it")
            dong.goto("/studio/dong-garden/contracts/")
            dong.get_by_role("button", name="Confirm Chen Talents").click()
            dong.get_by_text("Trained in June.").wait_for()
        assert Contract.objects.get().state == "in_force"
        assert Introduction.objects.get().state == "won"


class TestAMerchant:
    def test_fills_a_shop_by_file_and_sees_which_plan_wins(
        self, world: World, visit: Any, tmp_path: Path
    ) -> None:
        make_shelf(world)
        file = tmp_path / "goods.csv"
        file.write_text(GOODS, encoding="utf-8")
        with visit(world.bao) as bao, visit(world.eve) as eve:
            bao.goto("/merchant/bao-tea/permits/new/")
            until = (clock.now() + timedelta(days=400)).date().isoformat()
            fill(bao, kind="food", number="JY-2026-1", expires_date=until)
            press(bao, "Hand in")
            eve.goto("/staff/permits/")
            eve.get_by_role("link", name="Food licence").click()
            press(eve, "Approve")

            bao.goto("/merchant/bao-tea/imports/new/")
            fill(bao, subject="goods")
            bao.locator("[name=file]").set_input_files(file)
            press(bao, "Look at it")
            press(bao, "Apply")
            for kind, rate, item, creator in (
                ("shop", "10", "", ""),
                ("exclusive", "18", "POT", "ada"),
            ):
                bao.goto("/merchant/bao-tea/plans/new/")
                fill(bao, kind=kind, rate=rate, item=item, creator=creator)
                press(bao, "See what it does")
                press(bao, "Open this plan")
            bao.goto("/merchant/bao-tea/goods/?q=Clay")
            bao.get_by_role("link", name="Clay pot").click()
            wins = bao.locator("tr.is-first")
            assert wins.locator(".figure").inner_text() == "10%"
            fill(bao, creator="ada")
            press(bao, "Show")
            bao.wait_for_url("**creator=ada**")
            assert wins.locator(".figure").inner_text() == "18%"


class TestTwoOfStaffInChinese:
    def test_bring_a_policy_from_a_draft_into_force(self, world: World, visit: Any) -> None:
        make_desk(world)
        chinese = Look(language="zh-hans", theme="dark")
        with visit(world.eve, chinese) as eve, visit(world.fay, chinese) as fay:
            eve.goto("/staff/policies/commission/")
            press(eve, "新建草稿")
            text = eve.locator("textarea[name=text]")
            text.fill(text.input_value().replace("fee_ppm = 100000", "fee_ppm = 120000"))
            eve.locator("#check").get_by_text("12%").first.wait_for()
            fill(eve, summary="平台多收两个点。")
            press(eve, "保存草稿")
            press(eve, "请第二人审批")
            show_factor(fay)
            fay.goto("/staff/policies/commission/v2/")
            press(fay, "同意")
            eve.reload()
            press(eve, "公示")
            eve.goto("/policies/commission/v2/diff/")
            assert eve.locator("del").first.inner_text() == "10%"
            assert eve.locator("ins").first.inner_text() == "12%"
            assert PolicyVersion.objects.get(kind="commission", number=2).stage == "notice"
            with time_machine.travel(clock.now() + timedelta(days=9)):
                eve.goto("/policies/commission/")
                assert eve.get_by_text("第 2 版生效").is_visible()
