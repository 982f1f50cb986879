"""One browser for all browser tests, and the site it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser import browser_kit
from browser.browser_kit import Look
from worlds import cast

Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with browser_kit.chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Open:
    """`with open_page(Look(...)) as page:` a fresh visitor of the running site."""

    def opened(look: Look | None = None) -> AbstractContextManager[Page]:
        return browser_kit.opened(browser, address=live_server.url, look=look or Look())

    return opened


@pytest.fixture
def world(transactional_db: None) -> cast.World:
    """The cast, in a store that the running site reads too."""
    return cast.make_cast()
