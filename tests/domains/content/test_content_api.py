"""Content by API: versions on edits, rights of keys, foreign creators."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from wavepool.domains.content.api import READ, WRITE
from wavepool.plumbing import clock, keys
from worlds.newsroom import Newsroom

PIECES = "/creators/ada/pieces"


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
        name="desk",
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
        "channel": "8",
        "format": "post",
        "category": "cups",
        "title": "Two tea cups",
        **more,
    }


class TestPieces:
    def test_are_begun_changed_from_the_version_read_and_published(
        self, newsroom: Newsroom
    ) -> None:
        added = call(newsroom, "POST", PIECES, said(newsroom))
        assert (added.status_code, added["ETag"], added.json()["state"]) == (201, '"1"', "draft")
        path = f"{PIECES}/{added.json()['id']}"
        other = said(newsroom, title="Three tea cups")
        assert call(newsroom, "PUT", path, other).status_code == 428
        changed = call(newsroom, "PUT", path, other, **{"if-match": '"1"'})
        assert (changed.status_code, changed["ETag"]) == (200, '"2"')
        assert call(newsroom, "PUT", path, other, **{"if-match": '"1"'}).status_code == 412
        shown = call(newsroom, "POST", f"{path}/submit").json()
        assert (shown["state"], shown["scene"], shown["title"]) == (
            "published",
            "open",
            "Three tea cups",
        )
        assert call(newsroom, "POST", f"{path}/hide").json()["state"] == "hidden"
        assert call(newsroom, "POST", f"{path}/show").json()["state"] == "published"
        again = call(newsroom, "POST", f"{path}/submit")
        assert (again.status_code, "wrong_state" in again.json()["type"]) == (409, True)

    def test_are_listed_by_state_and_by_everybody_when_published(self, newsroom: Newsroom) -> None:
        newsroom.draft("Unborn cups")
        newsroom.publish()
        rows = call(newsroom, "GET", PIECES).json()["results"]
        assert [row["title"] for row in rows] == ["Two tea cups", "Unborn cups"]
        rows = call(newsroom, "GET", f"{PIECES}?state=draft").json()["results"]
        assert [row["title"] for row in rows] == ["Unborn cups"]
        rows = call(newsroom, "GET", "/pieces?creator=ada", of="dong").json()["results"]
        assert [(row["creator"], row["title"]) for row in rows] == [("ada", "Two tea cups")]

    def test_name_the_rule_that_refused_them(self, newsroom: Newsroom) -> None:
        live = call(newsroom, "POST", PIECES, said(newsroom, format="live"))
        assert (live.status_code, live.json()["errors"][0]["pointer"]) == (422, "/format")
        path = f"{PIECES}/{newsroom.draft(channel='1').public_id}/submit"
        refused = call(newsroom, "POST", path)
        assert (refused.status_code, "not_admitted" in refused.json()["type"]) == (403, True)


class TestAKey:
    def test_without_the_scope_changes_nothing(self, newsroom: Newsroom) -> None:
        assert call(newsroom, "POST", PIECES, said(newsroom), scopes=(READ,)).status_code == 403
        assert call(newsroom, "GET", PIECES, scopes=(WRITE,)).status_code == 403

    def test_of_somebody_else_finds_no_studio(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        for address in (PIECES, f"{PIECES}/{piece.public_id}"):
            assert call(newsroom, "GET", address, of="dong").status_code == 404
        assert call(newsroom, "POST", PIECES, said(newsroom), of="bao").status_code == 404
