"""Journeys by keyboard alone: the focus is always seen, and everything is in reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import Look, opened, show_factor, sign_in
from browser.conftest import Open
from browser.keys import Keys
from wavepool.domains.people.models import Account, Contract, Membership, Role
from wavepool.domains.policies.models import PolicyVersion
from wavepool.plumbing import clock
from worlds.cast import World
from worlds.people import propose
from worlds.policy_desk import make_desk
from worlds.shelf import make_shelf

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]

WORDS = "three short words"
SIZES = pytest.mark.parametrize("width", [1280, 390])


@contextmanager
def keys_of(
    account: Account, browser: Browser, live_server: LiveServer, *, look: Look | None = None
) -> Iterator[Keys]:
    """The keyboard of somebody who is signed in."""
    with opened(browser, address=live_server.url, look=look or Look()) as page:
        sign_in(page, account, address=live_server.url)
        yield Keys(page)


def named(page: Page, role: Any, name: str) -> Any:
    """What has a role and exactly this name."""
    return page.get_by_role(role, name=name, exact=True)


class TestAnybody:
    def test_signs_in_skips_to_the_content_and_finds_the_other_workspace(
        self, world: World, open_page: Open
    ) -> None:
        world.ada.set_password(WORDS)
        world.ada.save()
        EmailAddress.objects.create(
            user=world.ada, email="ada@example.com", verified=True, primary=True
        )
        Membership.objects.create(account=world.ada, shop=world.shop, role=Role.OPERATOR)
        with open_page() as page:
            keys = Keys(page)
            page.goto("/accounts/login/?next=/studio/ada/")
            keys.write(page.get_by_label("Email"), "ada@example.com")
            keys.write(page.locator("input[name=password]"), WORDS)
            with page.expect_navigation(url="**/studio/ada/"):
                page.keyboard.press("Enter")

            keys.press("Tab")
            assert keys.has_focus(page.locator("a.skip"))
            keys.press("Enter", "Tab")
            assert page.evaluate("document.activeElement.closest('main') !== null")

            keys.reach(page.locator(".bar details.menu--start summary"), by="Shift+Tab")
            keys.press("Enter")
            keys.go(page.get_by_role("link", name="Bao Tea"), to="**/merchant/bao-tea/")
            keys.go(named(page, "link", "Goods"), to="**/merchant/bao-tea/goods/")
            assert page.locator("h1").inner_text() == "Goods"

    @SIZES
    def test_never_loses_the_focus_on_a_long_page(
        self, world: World, browser: Browser, live_server: LiveServer, width: int
    ) -> None:
        make_shelf(world)
        with keys_of(world.bao, browser, live_server, look=Look(width)) as keys:
            for address in ("goods/", "team/", "plans/new/"):
                keys.page.goto(f"/merchant/bao-tea/{address}")
                for key in ("Tab", "Shift+Tab"):
                    assert keys.stops(key, presses=40) > 10, f"{address} {key}"

    def test_sees_where_the_check_would_not(self, open_page: Open) -> None:
        with open_page() as page:
            keys = Keys(page)
            page.goto("/design/console/")
            keys.press(*["Tab"] * 30)
            rule = "*:focus-visible { outline: none !important }"
            page.evaluate(
                "(rule) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rule);"
                " document.adoptedStyleSheets = [sheet]; }",
                rule,
            )
            with pytest.raises(AssertionError, match="no ring"):
                keys.press("Tab")
            page.evaluate("document.adoptedStyleSheets[0].replaceSync('')")
            page.evaluate(
                "() => document.adoptedStyleSheets[0].replaceSync("
                "'.bar { position: fixed !important; inset: 0 !important; height: auto !important }')"
            )
            with pytest.raises(AssertionError, match="under bar"):
                keys.press("Tab")


class TestAList:
    def test_is_narrowed_when_its_reader_says_so_and_sorted(
        self, world: World, browser: Browser, live_server: LiveServer
    ) -> None:
        shelf = make_shelf(world)
        shelf.sell(shelf.cup)
        with keys_of(world.bao, browser, live_server) as keys:
            page = keys.page
            page.goto("/merchant/bao-tea/goods/")
            assert page.locator("tbody tr").count() == 3
            keys.choose(page.get_by_label("State", exact=True), "on_sale")
            assert page.url.endswith("/goods/")
            keys.go(named(page, "button", "Apply"), to="**state=on_sale**")
            assert page.locator("tbody tr").count() == 1
            keys.go(named(page, "link", "Clear filters"), to="**/goods/")
            keys.go(named(page, "link", "Price from"), to="**sort=-price")
            assert page.locator("th[aria-sort=descending]").inner_text().startswith("Price from")
            prices = page.locator("tbody td[data-label='Price from']").all_inner_texts()
            assert [each.strip("CN¥") for each in prices] == ["199.00", "128.00", "49.00"]


class TestASheet:
    def test_opens_keeps_the_focus_and_gives_it_back(self, open_page: Open) -> None:
        with open_page() as page:
            keys = Keys(page)
            page.goto("/design/console/")
            why = named(page, "link", "Why this amount?")
            keys.go(why, to="**/design/console/why/")
            expect(page.locator(".sheet__title")).to_be_focused()
            for _press in range(8):
                keys.press("Tab")
                inside = "document.activeElement.closest('.sheet') !== null"
                assert page.evaluate(f"{inside} || document.activeElement === document.body")
            keys.reach(page.locator(".sheet [data-close]"))
            with page.expect_navigation(url="**/design/console/"):
                page.keyboard.press("Escape")
            expect(why).to_be_focused()


class TestACreator:
    @SIZES
    def test_answers_a_contract(
        self, world: World, browser: Browser, live_server: LiveServer, width: int
    ) -> None:
        propose(world, as_of=clock.now())
        with keys_of(world.ada, browser, live_server, look=Look(width)) as keys:
            page = keys.page
            page.goto("/studio/ada/contracts/")
            keys.go(named(page, "link", "Chen Talents"), to="**/contracts/ctr_*/")
            agree = named(page, "button", "Agree").first
            keys.reach(agree)
            keys.press("Enter")
            page.get_by_role("dialog", name="Agree to these terms?").wait_for()
            keys.press("Escape")
            assert keys.has_focus(agree)
            assert Contract.objects.get().state == "proposed"
            keys.press("Enter")
            question = page.get_by_role("dialog", name="Agree to these terms?")
            keys.go(question.get_by_role("button", name="Agree"), to="**/contracts/ctr_*/")
            assert page.locator(".page-head .badge").inner_text() == "In force"
        assert Contract.objects.get().state == "in_force"


class TestAMerchant:
    def test_prices_goods(self, world: World, browser: Browser, live_server: LiveServer) -> None:
        shelf = make_shelf(world)
        with keys_of(world.bao, browser, live_server) as keys:
            page = keys.page
            page.goto("/merchant/bao-tea/goods/")
            keys.go(named(page, "link", "Tea cup"), to=f"**/goods/{shelf.cup.public_id}/")
            for written in ("not a price", "52.50"):
                keys.reach(named(page, "button", "Price"))
                keys.press("Enter")
                question = page.get_by_role("dialog", name="Price of CUP-1")
                keys.write(question.locator("input[name$=price]"), written)
                keys.go(named(question, "button", "Set price"), to="**/goods/itm_*/")
                refused = page.get_by_text("Write the price as a number like 12.50.")
                assert refused.count() == (1 if written == "not a price" else 0)
            assert (
                page.locator("tbody tr").first.locator("td.figure").first.inner_text() == "CN¥52.50"
            )


class TestTwoOfStaff:
    def test_publish_a_policy(
        self, world: World, browser: Browser, live_server: LiveServer
    ) -> None:
        make_desk(world)
        here = "**/staff/policies/commission/v2/"
        with keys_of(world.eve, browser, live_server) as eve:
            page = eve.page
            page.goto("/staff/policies/")
            eve.go(named(page, "link", "Commission"), to="**/staff/policies/commission/")
            eve.go(named(page, "button", "New draft"), to=f"{here}edit/")
            text = page.locator("textarea[name=text]")
            eve.write(text, text.input_value().replace("fee_ppm = 100000", "fee_ppm = 120000"))
            eve.write(page.locator("[name=summary]"), "The platform keeps more.")
            eve.go(named(page, "button", "Save draft"), to=here)
            assert "12%" in page.locator("main").inner_text()
            eve.go(named(page, "button", "Ask a second person"), to=here)
            with keys_of(world.fay, browser, live_server) as fay:
                show_factor(fay.page)
                fay.page.goto("/staff/policies/commission/v2/")
                fay.go(named(fay.page, "button", "Agree"), to=here)
            page.reload()
            eve.go(named(page, "button", "Announce"), to=here)
            assert page.locator("main .badge").first.inner_text().startswith("Announced")
        assert PolicyVersion.objects.get(kind="commission", number=2).stage == "notice"
