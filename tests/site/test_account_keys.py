"""The page of an account's API keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.plumbing import keys

FORM = {"name": "shop sync", "mode": "live", "scopes": ["jobs:read"], "days": "90"}


@pytest.fixture
def bao(world: Any) -> Client:
    client = Client()
    client.force_login(world.bao)
    return client


def shown(answer: HttpResponse) -> str:
    found = re.search(r"wp_(?:live|test)_[0-9A-Za-z]{49}", answer.content.decode())
    return found.group() if found else ""


class TestThePageOfKeys:
    def test_asks_for_sign_in(self, db: None) -> None:
        assert Client().get("/account/keys/").status_code == 302

    def test_shows_a_new_key_once(self, bao: Client, world: Any) -> None:
        made = bao.post("/account/keys/", FORM)
        token = shown(made)
        assert keys.is_well_formed(token)
        assert made["Cache-Control"].startswith("max-age=0")
        again = bao.get("/account/keys/")
        assert token not in again.content.decode()
        assert token[:14] in again.content.decode()

    def test_keeps_what_was_typed_when_something_is_missing(self, bao: Client) -> None:
        answer = bao.post("/account/keys/", {**FORM, "name": ""})
        assert answer.status_code == 422
        assert shown(answer) == ""

    def test_rotates_and_revokes(self, bao: Client, world: Any) -> None:
        bao.post("/account/keys/", FORM)
        first = keys.list_keys(world.bao.pk).get()
        assert shown(bao.post(f"/account/keys/{first.public_id}/rotate/"))
        answer = bao.post(f"/account/keys/{first.public_id}/revoke/")
        assert (answer.status_code, answer["Location"]) == (302, "/account/keys/")
        first.refresh_from_db()
        assert first.revoked_at is not None

    def test_takes_no_order_by_link(self, bao: Client, world: Any) -> None:
        bao.post("/account/keys/", FORM)
        key = keys.list_keys(world.bao.pk).get()
        assert bao.get(f"/account/keys/{key.public_id}/revoke/").status_code == 405

    def test_hides_keys_of_others(self, bao: Client, world: Any) -> None:
        bao.post("/account/keys/", FORM)
        key = keys.list_keys(world.bao.pk).get()
        dong = Client()
        dong.force_login(world.dong)
        assert key.public_id not in dong.get("/account/keys/").content.decode()
        for verb in ("rotate", "revoke"):
            path = f"/account/keys/{key.public_id}/{verb}/"
            missing = f"/account/keys/key_missing/{verb}/"
            assert dong.post(path).status_code == dong.post(missing).status_code == 404
        key.refresh_from_db()
        assert key.revoked_at is None

    def test_costs_the_same_whatever_the_keys(self, bao: Client) -> None:
        counts = []
        for _ in range(2):
            bao.post("/account/keys/", FORM)
            with CaptureQueriesContext(connection) as asked:
                bao.get("/account/keys/")
            counts.append(len(asked))
        assert counts[0] == counts[1]
