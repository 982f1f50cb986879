"""A page that is watched says so, under the pages' own policy."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from wavepool.domains.events import operations
from wavepool.domains.events.models import Watch
from worlds.capture import lake_table
from worlds.newsroom import make_newsroom

pytestmark = pytest.mark.must_run


class TestAPiece:
    def test_that_is_watched_and_clicked_becomes_touches(
        self,
        world: Any,
        open_page: Callable[..., AbstractContextManager[Page]],
        settings: Any,
        tmp_path: Path,
    ) -> None:
        settings.DATA_DIR = tmp_path
        newsroom = make_newsroom(world)
        item = newsroom.on_sale(newsroom.shelf.cup)
        piece = newsroom.publish(items=(item.public_id,))
        with open_page() as page:
            with page.expect_response("**/ingest/v1/page") as viewed:
                page.goto(f"/v/{piece.public_id}/")
            assert viewed.value.status == 204
            # The answer may come when the page that asked is gone; the lake tells it below.
            with page.expect_request("**/ingest/v1/page"):
                page.get_by_role("main").get_by_role("link", name=item.title).click()
            page.wait_for_url(f"**/p/{item.public_id}/**")
        until = time.monotonic() + 10
        while Watch.objects.count() < 2 and time.monotonic() < until:
            operations.compact_all(as_of=datetime.now(UTC))
            time.sleep(0.1)
        operations.compact_all(as_of=datetime.now(UTC) + timedelta(hours=1))
        rows = lake_table("touches").to_pylist()
        found = sorted((row["item_id"] or 0, row["is_clicked"], row["piece_id"]) for row in rows)
        assert found == [(0, False, piece.pk), (item.pk, True, piece.pk)]
        assert len({row["viewer_id"] for row in rows}) == 1
