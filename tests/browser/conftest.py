"""One browser for all browser tests, and the site it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser import browser_kit
from browser.browser_kit import Look
from worlds import cast
from worlds.fair import START
from worlds.payday import sandbox_rails

Open = Callable[..., AbstractContextManager[Page]]
Visit = Callable[[str, datetime], AbstractContextManager[Page]]


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


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Any]:
    """A clock that the test moves, from the fair's beginning on; beside it the sandbox's bank."""
    with sandbox_rails(tmp_path / "bank"), time_machine.travel(START) as hand:
        yield hand


@pytest.fixture
def visit(clock: Any, world: cast.World, open_page: Open, live_server: LiveServer) -> Visit:
    """`with visit("ada", at) as page:` somebody's browser at a moment, a second factor shown."""

    @contextmanager
    def opened(name: str, at: datetime) -> Iterator[Page]:
        clock.move_to(at)
        with open_page() as page:
            browser_kit.sign_in(page, getattr(world, name), address=live_server.url)
            browser_kit.show_factor(page)
            yield page

    return opened
