"""Preferences: an account's on every device, a guest's in its browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from wavepool.domains.people import operations
from wavepool.plumbing.actor import NOBODY

CHOSEN = {"language": "zh-hans", "theme": "dark", "gain": "green"}


def signed_in(account: Any) -> Client:
    """A device of somebody's on which nothing was chosen yet."""
    client = Client()
    client.force_login(account)
    return client


def shown(client: Client) -> str:
    """How a page begins: its language and its colours."""
    page = client.get("/help/").content.decode()
    return page[page.index("<html") :].partition(">")[0]


class TestAnAccountsChoice:
    def test_is_on_the_next_device_too(self, world: Any) -> None:
        answer = signed_in(world.ada).post("/preferences/", CHOSEN)
        assert answer.cookies == {}
        assert (
            shown(signed_in(world.ada))
            == '<html lang="zh-hans" data-theme="dark" data-gain="green"'
        )

    def test_goes_before_what_the_browser_remembers(self, world: Any) -> None:
        device = signed_in(world.ada)
        device.cookies.load({"wavepool_language": "zh-hans", "wavepool_theme": "dark"})
        assert 'lang="zh-hans" data-theme="dark"' in shown(device)
        device.post("/preferences/", {"language": "en", "theme": "light"})
        assert 'lang="en" data-theme="light"' in shown(device)

    def test_is_nobody_elses(self, world: Any) -> None:
        signed_in(world.ada).post("/preferences/", CHOSEN)
        for other in (signed_in(world.bao), Client()):
            assert shown(other) == '<html lang="en" data-gain="green"'

    def test_leaves_what_was_not_said(self, world: Any) -> None:
        device = signed_in(world.ada)
        device.post("/preferences/", CHOSEN)
        device.post("/preferences/", {"theme": "light", "gain": "<script>"})
        assert shown(device) == '<html lang="zh-hans" data-theme="light" data-gain="green"'

    def test_ends_with_the_request(self, world: Any) -> None:
        device = signed_in(world.ada)
        device.post("/preferences/", {"language": "zh-hans"})
        assert device.get("/help/")["Content-Language"] == "zh-hans"
        assert Client().get("/help/")["Content-Language"] == "en"

    def test_is_refused_where_it_does_not_exist(self, world: Any) -> None:
        for wrong in ({"theme": "neon"}, {"gain_colour": "blue"}, {"language": "x" * 17}):
            with pytest.raises(operations.PreferenceUnknown):
                operations.set_preferences(actor=world.actor("ada"), **wrong)

    def test_of_nobody_changes_nobody(self, world: Any) -> None:
        operations.set_preferences(theme="dark", actor=NOBODY)
        assert "data-theme" not in shown(signed_in(world.ada))


class TestAGuestsChoice:
    def test_stays_in_its_browser(self, db: None) -> None:
        guest = Client()
        guest.post("/preferences/", CHOSEN)
        assert shown(guest) == '<html lang="zh-hans" data-theme="dark" data-gain="green"'
        assert shown(Client()) == '<html lang="en" data-gain="green"'
