"""Pages of programmes: what creators and staff see and do, and by how many queries."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import queries
from wavepool.domains.programmes.models import Budget, BudgetChange
from wavepool.plumbing import clock, keys
from wavepool.plumbing.homes import cards_of, todos_of
from worlds.programme_stage import AT, FINAL, Stage, new_creator, new_person

pytestmark = pytest.mark.django_db
TASKS = "/studio/ada/tasks/"
LISTS = ("subjects", "awards")


@pytest.fixture(autouse=True)
def hand(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The pages' clock; a test moves its hand."""
    hands = [AT + timedelta(hours=1)]
    monkeypatch.setattr(clock, "now", lambda: hands[0])
    return hands


def client_of(stage: Stage, name: str) -> Client:
    client = Client()
    client.force_login(getattr(stage.world, name))
    return client


def text_of(client: Client, address: str, **headers: Any) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def join_ada(stage: Stage, *, days: int = 11, received: int = 269_280) -> None:
    stage.join(stage.world.creator, person=new_person("Ada"))
    stage.live(stage.world.creator, days=days, received=received)
    stage.budget("new_anchor_cash")


class TestTheTasksPage:
    def test_says_what_is_open_before_the_first_session(self, stage: Stage) -> None:
        page = text_of(client_of(stage, "ada"), TASKS)
        assert "Verify to take part" in page
        assert "The days that count begin with your first live session." in page
        assert "Begins in the month after New anchor cash was granted." in page
        assert "Village anchors" not in page

    def test_has_each_condition_with_what_is_missing_and_until_when(self, stage: Stage) -> None:
        join_ada(stage)
        stage.take()
        page = text_of(client_of(stage, "ada"), TASKS)
        assert "Verify to take part" not in page
        assert "days with a session of 30 minutes or more" in page
        assert "11 of 10" in page
        words = " ".join(re.sub("<[^>]*>", "", page).split())
        assert "CN¥307.20 still missing, until 3 Apr 2022." in words
        assert "Only CN¥307.20 is missing: received sales, until 3 Apr 2022." in words
        assert "One step away" in page
        assert "7 days are left." in page
        assert "3,000 visits of traffic" in page

    def test_says_why_a_second_account_is_not_entitled(self, stage: Stage) -> None:
        join_ada(stage, days=12, received=400_000)
        second = new_creator("ada-two", owner=stage.world.ada)
        stage.join(second, person=stage.world.creator.person)
        stage.live(second, days=12, received=350_000)
        stage.take()
        page = text_of(client_of(stage, "ada"), "/studio/ada-two/tasks/")
        assert "Not entitled" in page
        assert (
            "The person takes part with another account; only one account of a person is paid."
            in page
        )

    def test_lists_awards_with_their_sentence_and_what_was_cut(self, stage: Stage) -> None:
        stage.join(stage.world.creator, person=new_person("Ada"))
        stage.live(stage.world.creator, days=12, received=400_000)
        stage.budget("new_anchor_cash", 45_000, units=1_000)
        stage.take("run_final", at=FINAL, is_final=True)
        page = text_of(client_of(stage, "ada"), TASKS)
        assert "Approved" in page
        assert "effective days 12 of 10 ✓" in page
        assert "Scaled back from" in page

    def test_speaks_chinese(self, stage: Stage) -> None:
        join_ada(stage)
        stage.take()
        page = text_of(client_of(stage, "ada"), TASKS, headers={"accept-language": "zh-hans"})
        assert "新主播一次性现金" in page

    def test_is_closed_to_everybody_else(self, stage: Stage) -> None:
        for name in ("bao", "chen", "dong"):
            assert client_of(stage, name).get(TASKS).status_code == 404

    def test_asks_as_many_queries_for_many_rewards_as_for_one(
        self, stage: Stage, django_assert_num_queries: Any
    ) -> None:
        join_ada(stage)
        stage.take()
        ada = client_of(stage, "ada")
        text_of(ada, TASKS)
        few = _count(ada, TASKS)
        stage.season.budgets.clear()
        stage.budget("new_anchor_cash")
        stage.live(stage.world.creator, days=1, received=200_000, first="2022-03-25")
        stage.take("run_2", at=AT + timedelta(days=1))
        stage.take("run_final", at=FINAL, is_final=True)
        with django_assert_num_queries(few):
            ada.get(TASKS)


def _count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


class TestTheHome:
    def test_shows_the_next_reward_and_what_is_one_step_away(self, stage: Stage) -> None:
        join_ada(stage)
        stage.take()
        space = people.access_workspace(
            kind="studio", slug="ada", actor=stage.world.actor("ada"), to="view"
        )
        (card,) = [each for each in cards_of(space, at=AT) if each.label == "Next reward"]
        assert (card.value, card.href) == ((60_000, "CNY"), TASKS)
        assert card.hint == "96% of the conditions are there, 7 days are left"
        (todo,) = [each for each in todos_of(space, at=AT) if each.href == TASKS]
        assert todo.count == 1


class TestStaffPages:
    def test_open_before_anything_ran(self, stage: Stage) -> None:
        eve = client_of(stage, "eve")
        assert "None is approved: nothing is paid" in text_of(eve, "/staff/programmes/")
        for each in LISTS:
            text_of(eve, f"/staff/programmes/new_anchor_cash/{each}/")

    def test_show_one_card_for_cash_and_traffic(self, stage: Stage) -> None:
        join_ada(stage, days=12, received=400_000)
        stage.take("run_final", at=FINAL, is_final=True)
        page = text_of(client_of(stage, "eve"), "/staff/programmes/new_anchor_cash/")
        assert "1,000,000 visits" in page
        assert "Exposure granted" in page
        assert "nobody stayed long enough yet" in page
        assert "?state=approved" in page
        assert "/policies/programme/v1/" in page

    def test_say_that_the_budget_does_not_reach(self, stage: Stage) -> None:
        stage.join(stage.world.creator, person=new_person("Ada"))
        stage.live(stage.world.creator, days=12, received=400_000)
        stage.budget("new_anchor_cash", 45_000, units=1_000)
        stage.take()
        page = text_of(client_of(stage, "eve"), "/staff/programmes/new_anchor_cash/")
        assert "Claims exceed what is left" in page

    def test_look_missing_to_everybody_else(self, stage: Stage) -> None:
        for name in ("ada", "bao", "chen", "dong"):
            client = client_of(stage, name)
            for each in ("", "new_anchor_cash/", "new_anchor_cash/subjects/"):
                assert client.get(f"/staff/programmes/{each}").status_code == 404

    @pytest.mark.parametrize("name", LISTS)
    def test_ask_as_many_queries_for_many_rows_as_for_few(
        self, stage: Stage, name: str, django_assert_num_queries: Any
    ) -> None:
        eve = client_of(stage, "eve")
        address = f"/staff/programmes/new_anchor_cash/{name}/"
        join_ada(stage, days=12, received=400_000)
        stage.take("run_1")
        text_of(eve, address)
        few = _count(eve, address)
        for number in range(8):
            other = new_creator(f"other-{number}")
            stage.join(other, person=new_person(f"Other {number}"))
            stage.live(other, days=12, received=400_000)
        stage.take("run_2", at=AT + timedelta(days=1))
        with django_assert_num_queries(few):
            page = eve.get(address).content.decode()
        assert page.count("other-") == 8

    @pytest.mark.parametrize("name", LISTS)
    def test_are_files_too(self, stage: Stage, name: str) -> None:
        join_ada(stage, days=12, received=400_000)
        stage.take()
        eve = client_of(stage, "eve")
        address = f"/staff/programmes/new_anchor_cash/{name}"
        found = b"".join(eve.get(f"{address}.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert "ada" in found
        assert "met" in found
        assert eve.get(f"{address}.parquet").status_code == 200

    def test_narrow_subjects_to_a_state(self, stage: Stage) -> None:
        join_ada(stage, days=12, received=400_000)
        cai = new_creator("cai")
        stage.join(cai, person=new_person("Cai"))
        stage.live(cai, days=2, received=0)
        stage.take()
        eve = client_of(stage, "eve")
        page = text_of(eve, "/staff/programmes/new_anchor_cash/subjects/?state=in_progress")
        assert ">cai<" in page
        assert ">ada<" not in page
        assert "days with a session of 30 minutes or more: 8" in page

    def test_take_a_budget_through_two_persons(self, stage: Stage) -> None:
        page = "/staff/programmes/new_anchor_cash/"
        eve, fay = client_of(stage, "eve"), client_of(stage, "fay")
        form = {"month": "2022-03", "amount": "250000.00", "traffic": "5", "reason": "Spring."}
        answer = eve.post(f"{page}budgets/new/", form)
        assert answer.status_code == 422
        assert "The published rules plan less than that for a month." in answer.content.decode()
        assert eve.post(f"{page}budgets/new/", {**form, "amount": "1000.00"}).status_code == 302
        change = BudgetChange.objects.get()
        assert "You asked for it, so somebody else has to agree." in text_of(eve, page)
        assert "1 change waits" in text_of(eve, "/staff/programmes/")
        seen = {"seen_digest": change.digest}
        eve.post(f"{page}budgets/{change.public_id}/approve/", seen)
        assert not Budget.objects.exists()
        # Fay has shown no second factor.
        fay.post(f"{page}budgets/{change.public_id}/approve/", seen)
        assert not Budget.objects.exists()
        _show_factor(fay)
        fay.post(f"{page}budgets/{change.public_id}/approve/", seen)
        assert Budget.objects.get().budget_minor == 100_000
        other = "/staff/programmes/village_cohort/"
        assert fay.post(f"{other}budgets/{change.public_id}/reject/", seen).status_code == 404

    def test_take_a_refusal_with_its_reason(self, stage: Stage) -> None:
        page = "/staff/programmes/new_anchor_cash/"
        eve, fay = client_of(stage, "eve"), client_of(stage, "fay")
        form = {"month": "2022-03", "amount": "1000.00", "traffic": "5", "reason": "Spring."}
        eve.post(f"{page}budgets/new/", form)
        change = BudgetChange.objects.get()
        _show_factor(fay)
        address = f"{page}budgets/{change.public_id}/reject/"
        fay.post(address, {"seen_digest": change.digest})
        assert BudgetChange.objects.get().is_open
        fay.post(address, {"seen_digest": change.digest, "reason": "Not now."})
        assert BudgetChange.objects.get().state.why == "Not now."


def _show_factor(client: Client) -> None:
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": (AT + timedelta(minutes=55)).timestamp(), "type": "totp"}
    ]
    session.save()


class TestTheApi:
    def key(self, stage: Stage, name: str, *scopes: str) -> dict[str, str]:
        made = keys.make_key(
            account_id=getattr(stage.world, name).pk,
            name="mine",
            scopes=scopes,
            is_live=True,
            actor=stage.world.actor(name),
            at=AT,
        )
        return {"Authorization": f"Bearer {made.token}"}

    def test_gives_ones_own_progress_and_awards(self, stage: Stage) -> None:
        join_ada(stage)
        stage.take()
        ada = self.key(stage, "ada", "programmes:read")
        answer = Client().get("/api/v1/creators/ada/tasks", headers=ada)
        found = json.loads(answer.content)
        first = found["programmes"][0]
        assert (first["programme"], first["state"], first["rules_version"]) == (
            "new_anchor_cash",
            "in_force",
            1,
        )
        (way,) = first["ways"]
        assert (way["state"], way["last_date"]) == ("in_progress", "2022-04-03")
        assert way["conditions"][2] == {
            "counter": "received_minor",
            "have": 269_280,
            "need": 300_000,
            "missing": 30_720,
        }
        assert found["awards"] == []
        assert Client().get("/api/v1/creators/other/tasks", headers=ada).status_code == 404
        assert Client().get("/api/v1/staff/programmes", headers=ada).status_code == 403

    def test_gives_staff_the_cards(self, stage: Stage) -> None:
        join_ada(stage, days=12, received=400_000)
        stage.take()
        answer = Client().get(
            "/api/v1/staff/programmes", headers=self.key(stage, "eve", "programmes:staff")
        )
        cards = json.loads(answer.content)
        assert [each["programme"] for each in cards] == [
            "new_anchor_cash",
            "retention_cash",
            "agency_base",
            "agency_frame",
            "village_cohort",
        ]
        assert cards[0]["spent"] == {"amount": "600.00", "currency": "CNY"}
        assert cards[0]["subjects"] == {"met": 1}
        outsider = self.key(stage, "ada", "programmes:staff")
        assert Client().get("/api/v1/staff/programmes", headers=outsider).status_code == 404


def test_rules_are_told_apart_by_when_they_bind(stage: Stage) -> None:
    rules = queries.find_rules(at=AT)
    assert rules is not None
    states = {
        each.id: queries.state_of_programme(each, rules, at=moment).name
        for moment in (AT,)
        for each in rules.document.programmes
    }
    assert set(states.values()) == {"in_force"}
    frame = rules.document.get_programme("agency_frame")
    assert queries.state_of_programme(frame, rules, at=AT + timedelta(days=400)).name == "over"
    assert queries.state_of_programme(frame, rules, at=AT - timedelta(days=90)).name == "published"
    assert stage.world is not None
