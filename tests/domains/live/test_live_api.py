"""Live sessions by API: planned, changed from the version read, run."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from wavepool.domains.live.api import READ, WRITE
from wavepool.plumbing import clock, keys
from worlds.newsroom import Newsroom
from worlds.shelf import DAY

SESSIONS = "/creators/ada/sessions"


def call(
    newsroom: Newsroom,
    method: str,
    address: str,
    body: Any = None,
    *,
    scopes: tuple[str, ...] = (READ, WRITE),
    of: str = "ada",
    **headers: str,
) -> Any:
    """Call as a program with a live key of one of the cast."""
    world = newsroom.world
    made = keys.make_key(
        account_id=getattr(world, of).pk,
        name="camera",
        scopes=scopes,
        is_live=True,
        actor=world.actor(of),
        at=clock.now(),
    )
    return Client().generic(
        method,
        f"/api/v1{address}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"authorization": f"Bearer {made.token}", **headers},
    )


def said(newsroom: Newsroom, **more: Any) -> dict[str, Any]:
    return {
        "account": newsroom.account.pk,
        "category": "cups",
        "title": "Tea at noon",
        "scheduled_at": f"{clock.now() + DAY:%Y-%m-%dT%H:%M:%S}",
        **more,
    }


class TestSessions:
    def test_are_planned_changed_and_run(self, newsroom: Newsroom) -> None:
        cup = newsroom.on_sale(newsroom.shelf.cup).public_id
        added = call(newsroom, "POST", SESSIONS, said(newsroom, items=[cup]))
        assert (added.status_code, added["ETag"]) == (201, '"1"')
        assert (added.json()["state"], added.json()["items"]) == ("scheduled", [cup])
        path = f"{SESSIONS}/{added.json()['id']}"
        draft = said(newsroom, scheduled_at=None)
        assert call(newsroom, "PUT", path, draft).status_code == 428
        changed = call(newsroom, "PUT", path, draft, **{"if-match": '"1"'})
        assert (changed.json()["state"], changed["ETag"]) == ("draft", '"2"')
        assert call(newsroom, "PUT", path, draft, **{"if-match": '"1"'}).status_code == 412
        states = [
            call(newsroom, "POST", f"{path}/{deed}").json()["state"]
            for deed in ("start", "pause", "resume", "end")
        ]
        assert states == ["live", "paused", "live", "ended"]
        late = call(newsroom, "POST", f"{path}/start")
        assert (late.status_code, "session_elsewhere" in late.json()["type"]) == (409, True)
        rows = call(newsroom, "GET", f"{SESSIONS}?state=ended").json()["results"]
        assert [row["title"] for row in rows] == ["Tea at noon"]
        assert call(newsroom, "GET", path).json()["effective_ms"] == 0


class TestAKey:
    def test_without_the_scope_changes_nothing(self, newsroom: Newsroom) -> None:
        body = said(newsroom)
        assert call(newsroom, "POST", SESSIONS, body, scopes=(READ,)).status_code == 403
        assert call(newsroom, "GET", SESSIONS, scopes=(WRITE,)).status_code == 403

    def test_of_somebody_else_finds_no_studio(self, newsroom: Newsroom) -> None:
        assert call(newsroom, "GET", SESSIONS, of="dong").status_code == 404
        assert call(newsroom, "POST", SESSIONS, said(newsroom), of="bao").status_code == 404
