"""The afternoon in a real browser: watch, click, buy, the estimated line, the next day's draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from browser.browser_kit import shoot, sign_in
from browser.conftest import Open
from wavepool.domains.credits.models import EstimatedLine, Run
from worlds.afternoon import Market, make_market, sandbox, work
from worlds.cast import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.must_run]


@pytest.fixture
def market(world: World, settings: Any, tmp_path: Path) -> Iterator[Market]:
    settings.DATA_DIR = tmp_path / "data"
    with sandbox(tmp_path / "sandbox"):
        yield make_market(world)


class TestOneAfternoon:
    def test_leads_from_a_look_to_the_next_days_draft(
        self, market: Market, open_page: Open, live_server: LiveServer
    ) -> None:
        with open_page() as page:
            sign_in(page, market.world.dong, address=live_server.url)
            with page.expect_response("**/ingest/v1/page"):
                page.goto(f"/v/{market.piece.public_id}/")
            shoot(page, "afternoon-piece")
            # The answer may come when the page that asked is gone; the asking is seen.
            with page.expect_request("**/ingest/v1/page"):
                page.get_by_role("link", name="Tea cup").click()
            page.get_by_role("button", name="Add to cart").click()
            page.get_by_role("link", name="Check out").click()
            for label in ("Recipient", "Phone", "Street and number", "City"):
                page.get_by_label(label).fill(label)
            page.get_by_role("button", name="Go on").click()
            page.get_by_role("button", name="Order").click()
            page.get_by_role("button", name="Pay").click()
            page.get_by_text("Paid. Thank you.").wait_for()
        now = datetime.now(UTC)
        work(now + timedelta(seconds=1))
        assert EstimatedLine.objects.get().direct_minor == 196
        work(now + timedelta(days=1))
        assert {run.state for run in Run.objects.all()} == {Run.State.DONE}
        with open_page() as page:
            sign_in(page, market.world.ada, address=live_server.url)
            page.goto("/studio/ada/lines/")
            page.get_by_text("Tea cup").first.wait_for()
            shoot(page, "afternoon-lines")
            page.goto("/studio/ada/value/")
            page.get_by_role("heading", name="Value", exact=True).wait_for()
            page.get_by_text("Headlines").first.wait_for()
            shoot(page, "afternoon-value")
