"""The catalog by API: versions on edits, rights of keys, foreign shops."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from wavepool.domains.catalog.api import READ, WRITE
from wavepool.plumbing import clock, keys
from worlds.shelf import DAY, Shelf

SHOP = "/shops/bao-tea"


def call(
    shelf: Shelf,
    method: str,
    address: str,
    body: Any = None,
    *,
    scopes: tuple[str, ...] = (READ, WRITE),
    of: str = "bao",
    **headers: str,
) -> Any:
    """Call as a program with a live key of one of the cast."""
    world = shelf.world
    made = keys.make_key(
        account_id=getattr(world, of).pk,
        name="till",
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


class TestItems:
    def test_are_listed_and_narrowed(self, shelf: Shelf) -> None:
        rows = call(shelf, "GET", f"{SHOP}/items").json()["results"]
        assert [row["code"] for row in rows] == ["KET", "CUP", "LJ"]
        assert rows[1]["price_from"] == {"amount": "49.00", "currency": "CNY"}
        rows = call(shelf, "GET", f"{SHOP}/items?text=龙井").json()["results"]
        assert [row["code"] for row in rows] == ["LJ"]

    def test_are_added_then_changed_only_from_the_version_read(self, shelf: Shelf) -> None:
        said = {"title": "Pot", "category": "home"}
        added = call(shelf, "PUT", f"{SHOP}/items/POT", said)
        assert (added.status_code, added["ETag"]) == (201, '"1"')
        blind = call(shelf, "PUT", f"{SHOP}/items/POT", said)
        assert blind.status_code == 428
        changed = call(shelf, "PUT", f"{SHOP}/items/POT", said, **{"if-match": '"1"'})
        assert (changed.status_code, changed["ETag"]) == (200, '"2"')
        late = call(shelf, "PUT", f"{SHOP}/items/POT", said, **{"if-match": '"1"'})
        assert late.status_code == 412
        read = call(shelf, "GET", f"{SHOP}/items/POT")
        assert (read.json()["version"], read["ETag"]) == (2, '"2"')

    def test_name_the_rule_that_refused_them(self, shelf: Shelf) -> None:
        answer = call(shelf, "PUT", f"{SHOP}/items/POT", {"title": " ", "category": "home"})
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert "bad_text" in answer.json()["type"]


class TestStock:
    def test_changes_and_never_falls_below_zero(self, shelf: Shelf) -> None:
        path = f"{SHOP}/variants/CUP-1/stock"
        assert call(shelf, "POST", path, {"change": -10}).json()["stock"] == 0
        refused = call(shelf, "POST", path, {"change": -1})
        assert (refused.status_code, "stock_too_low" in refused.json()["type"]) == (409, True)


class TestPlans:
    def test_show_what_they_pay_now_and_next(self, shelf: Shelf) -> None:
        opened = shelf.open("shop", 100_000, at=clock.now() - DAY)
        shelf.change(opened.plan, 80_000, at=clock.now())
        (plan,) = call(shelf, "GET", f"{SHOP}/plans").json()["results"]
        assert (plan["kind"], plan["rate_ppm"], plan["next_rate_ppm"]) == ("shop", 100_000, 80_000)


class TestAKey:
    def test_without_the_scope_changes_nothing(self, shelf: Shelf) -> None:
        path = f"{SHOP}/variants/CUP-1/stock"
        assert call(shelf, "POST", path, {"change": 1}, scopes=(READ,)).status_code == 403
        assert call(shelf, "GET", f"{SHOP}/items", scopes=(WRITE,)).status_code == 403

    def test_of_somebody_else_finds_no_shop(self, shelf: Shelf) -> None:
        for address in ("items", "items/CUP", "plans"):
            assert call(shelf, "GET", f"{SHOP}/{address}", of="dong").status_code == 404
