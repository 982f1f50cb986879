"""The face of the site: accessible, whole at every width, usable without a pointer."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from browser.browser_kit import Look, check_axe, shoot, wide_by
from browser.conftest import Open

pytestmark = [pytest.mark.must_run, pytest.mark.django_db(transaction=True)]

LOOKS = list(itertools.product(("light", "dark"), ("en", "zh-hans")))
PAGES = ("/design/", "/", "/accounts/login/")
MORE_PAGES = ("/design/console/", "/design/console/why/", "/help/")


class TestEveryPageOfTheSite:
    @pytest.mark.parametrize(("theme", "language"), LOOKS)
    def test_has_no_violation_and_fits_a_desk_and_a_small_phone(
        self, open_page: Open, theme: str, language: str
    ) -> None:
        with open_page(Look(theme=theme, language=language)) as page:
            more = (theme, language) in {("light", "en"), ("dark", "zh-hans")}
            for path in (*PAGES, *(MORE_PAGES if more else ())):
                page.set_viewport_size({"width": 1280, "height": 900})
                page.goto(path)
                page.wait_for_load_state("networkidle")
                for width in (1280, 320):
                    page.set_viewport_size({"width": width, "height": 900})
                    assert wide_by(page) <= 0, f"{path} at {width}"
                    check_axe(page)
                    name = path.strip("/").replace("/", "-") or "home"
                    shoot(page, f"{name}-{width}-{theme}-{language}")

    def test_has_the_same_structure_in_both_languages(self, open_page: Open) -> None:
        shape = "[...document.querySelectorAll('main :not(svg, svg *)')].map((it) => it.tagName)"
        seen = []
        for language in ("en", "zh-hans"):
            with open_page(Look(language=language)) as page:
                page.goto("/help/")
                seen.append(page.evaluate(shape))
        assert seen[0] == seen[1]
        assert len(seen[0]) > 30


class TestTheKeyboard:
    def test_skips_to_the_content_first(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/design/console/")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('main') !== null")

    def test_opens_a_menu_and_comes_back_from_it(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/design/")
            menu = page.locator(".bar details.menu").first
            menu.locator("summary").focus()
            page.keyboard.press("Enter")
            menu.locator("button").first.wait_for()
            page.keyboard.press("Tab")
            page.keyboard.press("Escape")
            assert menu.get_attribute("open") is None
            assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    def test_stays_inside_a_question_and_returns_to_its_button(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/design/")
            button = page.locator('button[aria-haspopup="dialog"]')
            button.focus()
            page.keyboard.press("Enter")
            inside = "document.activeElement.closest('dialog') !== null"
            page_itself = "document.activeElement === document.body"
            for _press in range(6):
                assert page.evaluate(f"{inside} || {page_itself}")
                page.keyboard.press("Tab")
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.getAttribute('aria-haspopup')") == "dialog"

    def test_leaves_a_sheet_with_escape(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/design/console/why/")
            expect(page.locator(".sheet__title")).to_be_focused()
            page.keyboard.press("Escape")
            page.wait_for_url("**/design/console/")

    @pytest.mark.parametrize("width", [1280, 390])
    def test_never_loses_the_focus_under_a_bar(self, open_page: Open, width: int) -> None:
        hidden = """() => {
          const it = document.activeElement, box = it.getBoundingClientRect();
          if (it === document.body || !box.width || it.closest('.bar, .rail, .skip')) return '';
          const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2);
          const covered = [box.top + 2, box.bottom - 2].every((y) => {
            const top = document.elementFromPoint(x, y);
            return !top || top.closest('.bar, .rail') !== null;
          });
          return covered ? it.outerHTML.slice(0, 120) : '';
        }"""
        with open_page(Look(width=width)) as page:
            page.goto("/design/console/")
            page.wait_for_load_state("networkidle")
            for key in ("Tab", "Shift+Tab"):
                for _press in range(45):
                    page.keyboard.press(key)
                    assert page.evaluate(hidden) == ""


class TestWithoutScripts:
    def test_a_chart_is_its_table_and_a_question_opens_in_place(self, open_page: Open) -> None:
        with open_page() as page:
            page.route(
                "**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript")
            )
            page.goto("/design/")
            assert page.locator(".chart__twin table").first.is_visible()
            page.locator("details.ask summary").click()
            page.locator(".ask__body").wait_for(state="visible")
            page.locator(".bar details.menu summary").first.click()
            page.get_by_role("button", name="Dark", exact=True).click()
            assert page.locator("html").get_attribute("data-theme") == "dark"


class TestTheSwitches:
    def test_turn_the_page_dark_at_once_and_stay(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/help/")
            page.locator(".bar details.menu summary").first.click()
            with page.expect_response("**/preferences/"):
                page.get_by_role("button", name="Dark", exact=True).click()
            assert page.locator("html").get_attribute("data-theme") == "dark"
            page.reload()
            assert page.locator("html").get_attribute("data-theme") == "dark"

    def test_change_the_language_and_come_back_to_the_page(self, open_page: Open) -> None:
        with open_page() as page:
            page.goto("/help/?from=here")
            page.get_by_role("button", name="简体中文").click()
            page.wait_for_url("**/help/?from=here")
            assert page.locator("html").get_attribute("lang") == "zh-hans"
