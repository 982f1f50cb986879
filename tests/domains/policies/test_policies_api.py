"""Policies by API and as periodic work."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.test import Client

from wavepool.domains.policies import tasks
from wavepool.domains.policies.api import READ_POLICIES
from wavepool.domains.policies.models import PolicyVersion
from wavepool.plumbing import clock, keys
from wavepool.site.api import READ_JOBS
from worlds.policy_desk import Desk

FEE = ("fee_ppm = 100000", "fee_ppm = 120000")


def ask(desk: Desk, address: str, *, scopes: tuple[str, ...] = (READ_POLICIES,)) -> Any:
    """Ask as Bao's program, which has a key of its own."""
    token = _token(desk, scopes)
    return Client().get(f"/api/v1/policies{address}", headers={"authorization": f"Bearer {token}"})


class TestTheApi:
    def test_lists_what_is_in_force(self, desk: Desk) -> None:
        rows = ask(desk, "").json()
        assert (len(rows), {row["number"] for row in rows}) == (10, {1})

    def test_gives_each_document_and_what_it_changed(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        version = ask(desk, "/commission/2").json()
        (change,) = ask(desk, "/commission/2/diff").json()
        assert "fee_ppm = 120000" in version["text"]
        assert (change["section"], change["key"], change["before"], change["after"]) == (
            "commission",
            "fee_ppm",
            "10%",
            "12%",
        )

    def test_shows_no_draft(self, desk: Desk) -> None:
        desk.draft("commission", *FEE)
        answer = ask(desk, "/commission/2")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    def test_asks_for_the_scope(self, desk: Desk) -> None:
        assert ask(desk, "", scopes=(READ_JOBS,)).status_code == 403
        assert Client().get("/api/v1/policies").status_code == 401


class TestPeriodicWork:
    def test_brings_announced_versions_into_force_by_the_stores_clock(self, desk: Desk) -> None:
        desk.announce("commission", *FEE)
        assert tasks.activate_due(None) == ["commission v2"]
        assert tasks.activate_due(None) == []

    def test_runs_at_the_terminal_too(self, desk: Desk, capsys: Any) -> None:
        desk.announce("commission", *FEE)
        call_command("policies", "activate")
        call_command("policies", "install")
        assert capsys.readouterr().out.splitlines() == ["in force: commission v2", "installed 0"]
        assert PolicyVersion.objects.get(kind="commission", number=2).stage == "in_force"


def _token(desk: Desk, scopes: tuple[str, ...]) -> str:
    made = keys.make_key(
        account_id=desk.world.bao.pk,
        name="A program of Bao's",
        scopes=scopes,
        is_live=True,
        actor=desk.world.actor("bao"),
        at=clock.now(),
    )
    return made.token
