"""Pages of credits: lines for those concerned, runs and the court for staff."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domains.credits.test_credits_runs import draft
from wavepool.domains.credits import operations, queries
from wavepool.domains.credits.models import EstimatedLine, Run
from wavepool.plumbing.actor import MACHINE
from worlds.fair import NIGHT, START, Fair, two_months

LISTS = {
    "ada": "/studio/ada/lines",
    "chen": "/agency/chen-mcn/lines",
    "bao": "/merchant/bao-tea/commission",
}


def client_of(fair: Fair, name: str) -> Client:
    client = Client()
    client.force_login(getattr(fair.world, name))
    return client


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(body).decode()


@pytest.fixture
def lines(fair: Fair) -> Fair:
    """Two months with their estimates."""
    operations.estimate_since(START, as_of=two_months(fair) and NIGHT)
    return fair


class TestLines:
    def test_are_there_for_those_concerned_and_for_nobody_else(self, lines: Fair) -> None:
        for owner, address in LISTS.items():
            for name in ("ada", "bao", "chen", "dong"):
                status = client_of(lines, name).get(f"{address}/").status_code
                assert (status == 200) == (name == owner), (name, address)

    def test_tell_the_sentence_and_the_money(self, lines: Fair) -> None:
        sentence = "You were the last creator this buyer really watched (8 s"
        page = text_of(client_of(lines, "ada").get("/studio/ada/lines/"))
        assert sentence not in page
        file = client_of(lines, "ada").get("/studio/ada/lines.csv")
        assert sentence in b"".join(file.streaming_content).decode()
        assert 'value="CNY 3.20"' in page
        assert "Estimated" in page

    def test_of_nobody_say_what_helps(self, fair: Fair) -> None:
        for owner, address in LISTS.items():
            assert " yet</p>" in text_of(client_of(fair, owner).get(f"{address}/"))

    def test_are_files_too(self, lines: Fair) -> None:
        client = client_of(lines, "ada")
        rows = text_of(client.get("/studio/ada/lines.csv?sort=paid")).splitlines()
        assert rows[0].startswith("paid,item,state,kept_minor,kept_currency,pool_minor")
        assert rows[1].split(",")[2:5] == ["estimated", "320", "CNY"]
        table = pq.read_table(io.BytesIO(client.get("/studio/ada/lines.parquet").content))
        assert table.num_rows == EstimatedLine.objects.filter(creator=lines.world.creator).count()

    def test_ask_the_same_number_of_queries_for_any_number_of_rows(
        self, fair: Fair, django_assert_num_queries: Any, django_assert_max_num_queries: Any
    ) -> None:
        asked = {}
        for owner, address in LISTS.items():
            with django_assert_max_num_queries(25) as seen:
                client_of(fair, owner).get(f"{address}/")
            asked[owner] = len(seen)
        two_months(fair)
        operations.estimate_since(START, as_of=NIGHT)
        for owner, address in LISTS.items():
            with django_assert_num_queries(asked[owner]):
                client_of(fair, owner).get(f"{address}/")

    def test_can_be_narrowed(self, lines: Fair) -> None:
        client = client_of(lines, "bao")
        whole = text_of(client.get("/merchant/bao-tea/commission.csv")).splitlines()
        october = text_of(client.get("/merchant/bao-tea/commission.csv?period=2026-10"))
        assert (len(whole), len(october.splitlines())) == (14, 3)

    def test_stand_on_the_home(self, lines: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
        sums = queries.sum_of_creator(lines.world.creator.pk, period="2026-09")
        assert list(sums) == ["CNY"]
        assert sums["CNY"] == sum(
            EstimatedLine.objects.filter(creator=lines.world.creator, period="2026-09").values_list(
                "kept_minor", flat=True
            )
        )


class TestALine:
    def test_shows_the_way_from_piece_to_order_and_every_step(self, lines: Fair) -> None:
        page = text_of(client_of(lines, "ada").get("/studio/ada/lines/1/"))
        for words in ("Won the order", "Order paid", "direct_minor = 400", "From piece to order"):
            assert words in page

    def test_of_somebody_else_looks_missing(self, lines: Fair) -> None:
        foreign = EstimatedLine.objects.filter(creator=lines.xin).values_list("line_id", flat=True)
        assert foreign
        client = client_of(lines, "ada")
        for number in (*foreign[:1], 999_999):
            assert client.get(f"/studio/ada/lines/{number}/").status_code == 404


class TestRuns:
    def test_open_in_every_state(self, fair: Fair) -> None:
        eve = client_of(fair, "eve")
        assert "No run yet" in text_of(eve.get("/staff/runs/"))
        empty = draft()
        assert "nothing to settle" in text_of(eve.get(f"/staff/runs/{empty.public_id}/"))
        two_months(fair)
        fair.facts["order_lines"][0]["currency"] = "USD"
        run = draft()
        page = text_of(eve.get(f"/staff/runs/{run.public_id}/"))
        for words in ("mixed currency", "USD", run.digest, run.input_digest, "2026-10"):
            assert words in page
        again = draft(NIGHT)
        assert "settled before" in text_of(eve.get(f"/staff/runs/{again.public_id}/"))
        assert "The draft that all pages show" in text_of(eve.get("/staff/runs/"))

    def test_are_asked_for_by_staff_once(self, fair: Fair) -> None:
        eve = client_of(fair, "eve")
        answer = eve.post("/staff/runs/ask/")
        run = Run.objects.get()
        assert answer.headers["Location"] == f"/staff/runs/{run.public_id}/"
        assert "is under way" in text_of(eve.get(answer.headers["Location"]))
        page = text_of(eve.post("/staff/runs/ask/", follow=True))
        assert "A run of this kind is under way" in page
        assert Run.objects.count() == 1

    def test_are_no_business_of_others(self, fair: Fair) -> None:
        operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        run = Run.objects.get().public_id
        for name in ("ada", "bao", "chen", "dong"):
            client = client_of(fair, name)
            for place in ("runs/", f"runs/{run}/", "court/"):
                assert client.get(f"/staff/{place}").status_code == 404
            assert client.post("/staff/runs/ask/").status_code == 404

    def test_ask_the_same_number_of_queries_for_any_number_of_rows(self, fair: Fair) -> None:
        eve = client_of(fair, "eve")
        given = {"kind": "draft", "as_of": NIGHT, "state": "failed", "failure": "no"}
        Run.objects.create(public_id="run_0", **given)
        few = _count(eve)
        Run.objects.bulk_create(Run(public_id=f"run_{n}", **given) for n in range(1, 30))
        assert _count(eve) == few


class TestTheCourt:
    def test_hears_an_order_under_every_rule(self, fair: Fair) -> None:
        two_months(fair)
        draft()
        eve = client_of(fair, "eve")
        assert "Latest orders with a commission" in text_of(eve.get("/staff/court/"))
        run = queries.latest_run()
        assert run is not None
        hearing = queries.hear_line(run, 8)
        assert hearing is not None
        # Ada's piece an hour before Xin's, who was watched for seven seconds.
        assert {name: parts[:4] for name, parts in hearing.sums.items()} == {
            "Ada's kitchen": (0, 0, 410, 205),
            "Xin's finds": (410, 410, 0, 205),
        }
        assert [(each.creator, each.is_winner) for each in hearing.touches] == [
            ("Xin's finds", True),
            ("Ada's kitchen", False),
        ]
        page = text_of(eve.get("/staff/court/?line=8"))
        for words in ("Last qualified", "Shapley value", "The latest qualified touch", "4.10"):
            assert words in page

    def test_says_why_there_is_nothing_to_hear(self, fair: Fair) -> None:
        eve = client_of(fair, "eve")
        assert "No draft yet" in text_of(eve.get("/staff/court/"))
        two_months(fair)
        draft()
        assert "no commission is charged" in text_of(eve.get("/staff/court/?line=14"))
        missing = eve.get("/staff/court/?line=99999")
        assert (missing.status_code, "no such order line" in text_of(missing)) == (422, True)
        assert eve.get("/staff/court/?line=x").status_code == 422


def _count(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get("/staff/runs/")
    return len(seen)
