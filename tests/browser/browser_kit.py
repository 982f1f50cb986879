"""A browser for tests: real Chromium, the site on loopback, and what a page is checked for.

Fixtures stand in `conftest.py`. A test opens a page as a `Look` (width, theme,
language), works with Playwright's `Page`, and calls `check_axe`, `check_width`
and, where a picture helps a person, `shoot`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from wavepool.plumbing import clock

CHROMIUM: Final = os.environ.get("WAVEPOOL_CHROMIUM", "/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The one rule of WCAG 2.2 that axe has; it is off unless asked for.
RULES: Final = {"target-size": {"enabled": True}}
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
#: Tenths of a second that a chart has to follow its window.
_TRIES: Final = 50


@dataclass(frozen=True)
class Look:
    """How a page is seen; `scale` is how many points of a picture make one of the page."""

    width: int = 1280
    theme: str = "light"
    language: str = "en"
    scale: int = 1

    @property
    def name(self) -> str:
        """For file names: "1280-light-en"."""
        return f"{self.width}-{self.theme}-{self.language}"


def find_chromium() -> str:
    """The browser's program; without it the test skips, and in CI fails."""
    found = shutil.which(CHROMIUM)
    if found is None:
        pytest.skip(f"Chromium is missing: {CHROMIUM}")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; it reaches loopback only, as everything in the tests."""
    program = find_chromium()
    # Playwright keeps an event loop in this thread; the store is still used by one test at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def opened(
    browser: Browser, *, address: str, look: Look, javascript: bool = True
) -> Iterator[Page]:
    """A fresh page of a fresh visitor; any fault in its scripts or of its policy fails the test."""
    visitor = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": 900},
        device_scale_factor=look.scale,
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="zh-CN" if look.language == "zh-hans" else "en-US",
        reduced_motion="reduce",
        java_script_enabled=javascript,
    )
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": look.language, "url": address}
    visitor.add_cookies([language])  # type: ignore[list-item]
    page = visitor.new_page()
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(_said(said)) if said.type == "error" else None)
    try:
        yield page
    finally:
        visitor.close()
    assert not faults, faults


def _said(message: ConsoleMessage) -> str:
    return f"{message.text} {message.location.get('url', '')}"


def sign_in(page: Page, account: Any, *, address: str) -> None:
    """Put an account's session into the browser, without a form and without a password."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    assert session.session_key
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def show_factor(page: Page) -> None:
    """Note in the session of who is signed in that a second factor was shown a moment ago."""
    cookies = {each.get("name"): each.get("value") for each in page.context.cookies()}
    session = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
    at = clock.now().timestamp()
    session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
    session.save()


def load_axe(page: Page) -> None:
    """Put the checker into the open page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_script())


def check_axe(page: Page) -> None:
    """Refuse every violation of WCAG 2.2 AA that a machine can see."""
    load_axe(page)
    assert list(axe_faults(page)) == []


def axe_faults(page: Page, *, only: tuple[str, ...] = ()) -> list[str]:
    """Violations in words; of all rules of WCAG 2.2 AA, or of some alone."""
    what: dict[str, Any] = {"type": "tag", "values": list(TAGS)}
    options = {"runOnly": what, "rules": RULES, "resultTypes": ["violations"], "preload": False}
    if only:
        options = {**options, "runOnly": {"type": "rule", "values": list(only)}, "rules": {}}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [_told(each) for each in found]


def wide_by(page: Page) -> int:
    """By how many pixels the page is wider than its window, once its charts had time to follow."""
    wide = _wider_than_window(page)
    # A function that the page waits for itself would be eval, which its policy forbids.
    for _try in range(_TRIES):
        if wide <= 0:
            break
        page.wait_for_timeout(100)
        wide = _wider_than_window(page)
    return wide


def _wider_than_window(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def check_width(page: Page) -> None:
    """Refuse a page that scrolls sideways."""
    wide = wide_by(page)
    assert wide <= 0, f"{page.url} is {wide} px wider than its window"


def shoot(page: Page, name: str) -> Path | None:
    """Keep a picture of the whole page where `WAVEPOOL_SHOTS` names a folder."""
    folder = os.environ.get("WAVEPOOL_SHOTS")
    if not folder:
        return None
    path = Path(folder, f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path


@cache
def _axe_script() -> str:
    return str(Axe().axe_script)


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:5])
    first = violation["nodes"][0]
    reasons = "; ".join(each["message"] for each in (*first["any"], *first["all"], *first["none"]))
    return f"{violation['id']}: {violation['help']} ({places}): {reasons}"
