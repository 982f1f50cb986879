"""Pages of pools and scores: what creators, staff and everybody see, and by how many queries."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.people.models import CreatorPayee
from wavepool.domains.policies import operations as policies
from wavepool.domains.pools import queries
from wavepool.domains.pools.models import Objection, Period
from wavepool.plumbing import clock, keys
from wavepool.plumbing.actor import MACHINE
from worlds.pool_months import CLOSE, DURING, PUBLISH, Months
from worlds.settled import JULY, settled_market

pytestmark = pytest.mark.django_db
VALUE = "/studio/ada/value/"
STAFF = ("pools/", "pools/2024-06/", "pools/2024-06/shares/big/", "scores/", "fund/")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The pages' clock; a test moves its hand."""
    hand = [DURING + timedelta(hours=1)]
    monkeypatch.setattr(clock, "now", lambda: hand[0])
    return hand


@pytest.fixture
def hand(_now: list[datetime]) -> list[datetime]:
    return _now


def client_of(months: Months, name: str) -> Client:
    client = Client()
    client.force_login(getattr(months.world, name))
    return client


@pytest.fixture
def ada(months: Months) -> Client:
    return client_of(months, "ada")


@pytest.fixture
def eve(months: Months) -> Client:
    policies.install_defaults(actor=MACHINE, as_of=DURING - timedelta(days=900))
    return client_of(months, "eve")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


class TestTheValuePage:
    def test_says_what_will_stand_there_before_the_first_draft(self, ada: Client) -> None:
        assert "The day after your first viewers" in text_of(ada, VALUE)

    def test_asks_for_an_identity_first(self, months: Months) -> None:
        CreatorPayee.objects.filter(creator=months.world.creator).delete()
        page = text_of(client_of(months, "ada"), VALUE)
        assert "Nobody is named to be paid yet" in page

    def test_shows_share_sales_alone_and_what_would_raise_it(
        self, months: Months, ada: Client
    ) -> None:
        months.take()
        page = text_of(ada, VALUE)
        assert 'value="CNY 330.02"' in page  # the draft share
        assert 'value="CNY 7.21"' in page  # sales alone
        assert "56.5061%" in page  # part of the pool's value
        assert "Carried to the next month" in page
        assert "418,323" in page
        assert "One more full viewer in Headlines" in page
        assert 'value="CNY 31.11"' in page
        assert "58,405,000,000" in page  # in and out
        assert "4.13" in page  # the month's value in full viewers

    def test_shows_yesterday_from_the_second_day(self, months: Months, ada: Client) -> None:
        months.take("run_1", at=DURING - timedelta(days=1))
        months.take("run_2")
        page = text_of(ada, VALUE)
        assert "Value of the last day" in page
        assert "0.00" in page

    def test_says_when_it_is_stale(self, months: Months, ada: Client, hand: list[datetime]) -> None:
        months.take()
        assert "older than a day and a half" not in text_of(ada, VALUE)
        hand[0] = DURING + timedelta(hours=37)
        assert "older than a day and a half" in text_of(ada, VALUE)

    def test_of_a_pool_without_evidence_says_that_it_rolls_forward(
        self, months: Months, eve: Client
    ) -> None:
        months.take(source=settled_market(without=("touches",)))
        page = text_of(eve, "/staff/pools/2024-06/")
        assert "It rolls forward whole" in page
        assert "50,000,000,000" in page

    def test_takes_an_objection_in_its_week(
        self, months: Months, ada: Client, hand: list[datetime]
    ) -> None:
        months.publish()
        hand[0] = PUBLISH + timedelta(hours=1)
        assert "Object to this share" in text_of(ada, VALUE)
        sent = ada.post(
            f"{VALUE}objections/new/",
            {"month": "2024-06", "pool": "big", "text": "Line 2 is missing."},
            follow=True,
        )
        assert "Line 2 is missing." in sent.content.decode()
        assert Objection.objects.get().payee_id == months.payee.pk
        hand[0] = CLOSE
        assert "Object to this share" not in text_of(ada, VALUE)
        ada.post(f"{VALUE}objections/new/", {"month": "2024-06", "pool": "big", "text": "Late."})
        assert Objection.objects.count() == 1

    def test_shows_the_month_that_is_asked_for(self, months: Months, ada: Client) -> None:
        months.take()
        months.take(period=JULY)
        assert 'value="CNY 174.82"' in text_of(ada, VALUE)
        assert 'value="CNY 330.02"' in text_of(ada, f"{VALUE}?month=2024-06")

    def test_is_closed_to_everybody_else(self, months: Months) -> None:
        months.take()
        for name in ("bao", "chen", "dong"):
            client = client_of(months, name)
            assert client.get(VALUE).status_code == 404
            assert client.get(f"{VALUE}factors/").status_code == 404
            assert client.post(f"{VALUE}objections/new/").status_code == 404

    def test_asks_as_many_queries_for_many_days_as_for_two(
        self,
        months: Months,
        ada: Client,
        django_assert_num_queries: Any,
        django_assert_max_num_queries: Any,
    ) -> None:
        for day in range(2):
            months.take(f"run_{day}", at=DURING + timedelta(days=day))
        text_of(ada, VALUE)
        with django_assert_max_num_queries(36) as seen:
            ada.get(VALUE)
        with django_assert_max_num_queries(30) as pieces:
            ada.get(f"{VALUE}factors/")
        for day in range(2, 9):
            months.take(f"run_{day}", at=DURING + timedelta(days=day))
        with django_assert_num_queries(len(seen)):
            ada.get(VALUE)
        with django_assert_num_queries(len(pieces)):
            ada.get(f"{VALUE}factors/")


class TestTheFactorsPage:
    def test_lists_each_piece_and_takes_it_along(self, months: Months, ada: Client) -> None:
        months.take()
        page = text_of(ada, f"{VALUE}factors/")
        assert "Piece without a title" in page
        assert "Places beside peers" in page
        rows = b"".join(ada.get(f"{VALUE}factors.csv").streaming_content).decode().splitlines()
        assert len(rows) == 4
        assert rows[0].startswith("piece,scene,viewers,value,gained,factor,originality")

    def test_is_empty_before_the_first_draft(self, ada: Client) -> None:
        assert "No values yet" in text_of(ada, f"{VALUE}factors/")


class TestStaffPages:
    def test_open_with_and_without_drafts(
        self, months: Months, eve: Client, hand: list[datetime]
    ) -> None:
        for name in ("pools/", "scores/", "fund/"):
            assert eve.get(f"/staff/{name}").status_code == 200
        assert eve.get("/staff/pools/2024-06/").status_code == 404
        months.publish()
        objection = months.object()
        hand[0] = PUBLISH + timedelta(days=1)
        for name in (*STAFF, f"pools/objections/{objection.public_id}/"):
            assert eve.get(f"/staff/{name}").status_code == 200, name

    def test_look_missing_to_everybody_else(self, months: Months) -> None:
        months.take()
        for name in ("ada", "bao", "chen", "dong"):
            client = client_of(months, name)
            for page in STAFF:
                assert client.get(f"/staff/{page}").status_code == 404

    def test_ask_as_many_queries_for_many_rows_as_for_few(
        self,
        months: Months,
        eve: Client,
        django_assert_num_queries: Any,
        django_assert_max_num_queries: Any,
    ) -> None:
        months.take()
        asked = {}
        for page in STAFF:
            with django_assert_max_num_queries(30) as seen:
                eve.get(f"/staff/{page}")
            asked[page] = len(seen)
        for day in range(1, 4):
            months.take(f"run_{day}", at=DURING + timedelta(days=day))
        months.take(period=JULY)
        for page in STAFF:
            with django_assert_num_queries(asked[page]):
                eve.get(f"/staff/{page}")

    def test_show_scores_by_scene_tier_and_name(self, months: Months, eve: Client) -> None:
        months.take()

        def rows(query: str) -> list[str]:
            answer = eve.get(f"/staff/scores.csv?{query}")
            return b"".join(answer.streaming_content).decode().splitlines()[1:]

        assert len(rows("")) == 5
        assert len(rows("scene=headlines")) == 2
        assert len(rows("tier=newcomer")) == 2
        assert len(rows("q=ada")) == 2
        assert rows("scene=headlines&q=ada")[0].startswith("Ada's kitchen,Newcomer,Headlines,5.04,")

    def test_move_a_month_from_draft_to_payment(
        self, months: Months, eve: Client, hand: list[datetime]
    ) -> None:
        months.take("run_after", at=PUBLISH)
        at = "/staff/pools/2024-06/"
        hand[0] = PUBLISH - timedelta(seconds=1)
        eve.post(f"{at}publish/")
        assert Period.objects.get().published_at is None
        hand[0] = PUBLISH
        eve.post(f"{at}publish/")
        objection = months.object()
        refused = eve.post(
            f"/staff/pools/objections/{objection.public_id}/answer/",
            {"outcome": "rejected", "answer": " "},
        )
        assert refused.status_code == 422
        hand[0] = CLOSE
        assert "1 objection waits" in eve.post(f"{at}close/", follow=True).content.decode()
        assert Period.objects.get().closed_at is None
        eve.post(
            f"/staff/pools/objections/{objection.public_id}/answer/",
            {"outcome": "rejected", "answer": "It is there."},
        )
        eve.post(f"{at}close/")
        eve.post(f"{at}pay/", {"reference": "batch 7"})
        page = text_of(eve, at)
        assert "batch 7" in page
        assert "It is there." in text_of(eve, f"/staff/pools/objections/{objection.public_id}/")


class TestTheFundPages:
    def test_take_two_persons_from_nothing_to_a_subsidy(
        self, months: Months, eve: Client, settings: Any
    ) -> None:
        settings.IS_DEMO = True  # no second factor is asked for in a demonstration
        fay = client_of(months, "fay")
        opened = eve.post(
            "/staff/fund/new/",
            {
                "name_en": "Ten billion",
                "name_zh": "百亿基金",
                "currency": "CNY",
                "first_year": 2024,
                "last_year": 2026,
            },
        )
        at = opened.headers["Location"]
        asked = eve.post(
            f"{at}changes/new/",
            {"year": 2024, "place": "big:short_video", "amount": "9000.00", "reason": "Announced."},
        )
        assert asked.status_code == 302
        (change,) = queries.list_changes(queries.get_fund(at.split("/")[3]))
        decide = f"{at}changes/{change.public_id}/approve/"
        eve.post(decide, {"seen_digest": change.digest})
        assert queries.list_lines(change.fund) == []
        fay.post(decide, {"seen_digest": change.digest})
        too_much = eve.post(
            f"{at}releases/new/",
            {"month": "2024-06", "place": "big:short_video", "amount": "9000.01"},
        )
        assert too_much.status_code == 422
        eve.post(
            f"{at}releases/new/",
            {"month": "2024-06", "place": "big:short_video", "amount": "1000.00"},
        )
        assert queries.subsidies_table().column("subsidy_minor").to_pylist() == [100_000]
        page = text_of(Client(), "/fund/")
        assert "Ten billion" in page
        assert 'value="CNY 9000.00"' in page
        assert 'value="CNY 1000.00"' in page
        assert text_of(eve, at).count("short_video") >= 2

    def test_say_that_there_is_none(self) -> None:
        assert "No fund is open" in text_of(Client(), "/fund/")


class TestTheHomeOfAStudio:
    def test_shows_the_share_of_the_month(self, months: Months, ada: Client) -> None:
        assert "Pool share of the month" not in text_of(ada, "/studio/ada/")
        months.take()
        home = text_of(ada, "/studio/ada/")
        card = home[home.index("Pool share of the month") :]
        assert 'value="CNY 330.02"' in card[:600]
        assert "Shares of all pools in 2024-06 before the agency" in card[:900]


class TestTheApi:
    def key(self, months: Months, *scopes: str) -> dict[str, str]:
        made = keys.make_key(
            account_id=months.world.ada.pk,
            name="mine",
            scopes=scopes,
            is_live=True,
            actor=months.world.actor("ada"),
            at=DURING,
        )
        return {"Authorization": f"Bearer {made.token}"}

    def test_gives_ones_own_value_and_draft(self, months: Months) -> None:
        months.take()
        headers = self.key(months, "value:read", "pools:read")
        client = Client()
        value = json.loads(client.get("/api/v1/creators/ada/value", headers=headers).content)
        assert [each["scene"] for each in value["scenes"]] == ["headlines", "good_goods"]
        assert value["scenes"][0]["value"] == 2_831_057
        assert value["scenes"][0]["value_gained"] is None
        draft = json.loads(client.get("/api/v1/creators/ada/draft", headers=headers).content)
        assert (draft["month"], draft["state"], draft["is_final"]) == ("2024-06", "open", False)
        (share,) = draft["shares"]
        assert share["share_micro"] == 33_002_418_323
        assert share["paid"] == {"amount": "330.02", "currency": "CNY"}
        assert share["sales_only"] == {"amount": "7.21", "currency": "CNY"}

    def test_is_empty_without_a_draft_and_closed_without_a_scope(self, months: Months) -> None:
        client = Client()
        headers = self.key(months, "value:read")
        found = json.loads(client.get("/api/v1/creators/ada/value", headers=headers).content)
        assert found == {"month": None, "as_of": None, "run": None, "scenes": []}
        assert client.get("/api/v1/creators/ada/draft", headers=headers).status_code == 403
        assert client.get("/api/v1/creators/ada/value").status_code == 401
