"""The annual frame of an agency: the page shows what the engine awards, and why."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.people.models import Creator, Introduction
from wavepool.domains.programmes import queries
from wavepool.plumbing.homes import cards_of
from worlds.fair import DAY, NIGHT, START
from worlds.square import HOUR, Square, make_square

pytestmark = pytest.mark.django_db
FRAME = "/agency/chen-mcn/frame/"


@pytest.fixture
def square(world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Square:
    """Two agencies and one anchor; see tests/worlds/square.py."""
    return make_square(world, tmp_path, settings, monkeypatch)


def client_of(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return " ".join(page.content.decode().split())


class TestAFrame:
    def test_is_what_the_run_awarded(self, square: Square) -> None:
        run = square.run()
        latest = queries.find_board()
        assert latest is not None
        place = latest.place_of(square.world.agency.pk)
        assert (place.counts, place.frame_minor, place.claimed_minor) == ((1, 0), 20_000, 20_000)
        awarded = credits.read_run(
            run, "awards", period="2026-09", where="once_key = 'frame:frame'"
        ).to_pylist()
        assert [(row["subject_id"], row["award_minor"]) for row in awarded] == [
            (square.world.agency.pk, place.frame_minor)
        ]
        assert latest.board.claims == {square.world.agency.pk: (("2026-09", 20_000, 20_000),)}
        assert latest.board.paid == {(square.world.agency.pk, square.ada.pk): ("2026-09", 5_000)}

    def test_has_a_grid_with_the_agencys_cell(self, square: Square) -> None:
        square.run()
        latest = queries.find_board()
        assert latest is not None
        grid = queries.grid_of(latest, square.world.agency.pk)
        assert grid.brackets == ((1, 2), (3, None))
        shown = [
            (row.grade, cell.first_minor, cell.last_minor, cell.now_minor, cell.anchors)
            for row in grid.rows
            for cell in row.cells
        ]
        assert shown == [
            ("A", 60_000, 60_000, 60_000, 0),
            ("A", 70_000, None, None, 0),
            ("B", 20_000, 20_000, 20_000, 1),
            ("B", 30_000, None, None, 0),
        ]
        assert [(s.grade, s.missing, s.before_minor, s.after_minor) for s in grid.steps] == [
            ("B", 2, 20_000, 30_000),
        ]
        assert grid.total_minor == latest.place_of(square.world.agency.pk).frame_minor

    def test_of_an_agency_without_anchors_is_empty(self, square: Square) -> None:
        square.run()
        latest = queries.find_board()
        assert latest is not None
        place = latest.place_of(square.rival.pk)
        assert (place.anchors, place.frame_minor) == (0, 0)
        assert queries.grid_of(latest, square.rival.pk).steps[0].missing == 3

    def test_is_read_again_from_a_later_run(self, square: Square) -> None:
        square.run()
        for day in (32, 34):
            square.fair.touch(900_050 + day, 11, START + day * DAY)
            square.fair.order(900_050 + day, START + day * DAY + HOUR, paid_minor=300_000)
        square.fair.write_lake()
        square.run(NIGHT + DAY)
        latest = queries.find_board()
        assert latest is not None
        place = latest.place_of(square.world.agency.pk)
        # The better grade is earned, and claimed when the quarter ends.
        assert (place.counts, place.frame_minor, place.claimed_minor) == ((0, 1), 60_000, 20_000)


class TestThePage:
    def test_shows_the_cell_the_next_step_and_the_anchor(self, square: Square) -> None:
        square.run()
        page = text(client_of(square.world.chen), FRAME)
        assert page.count('data-heat="4" aria-current="true"') == 1
        assert "you: 1 anchor" in page
        assert "2 more counted anchors raise every B anchor from" in page
        assert "Counted in grade B" in page
        assert 'value="CNY 200.00"' in page
        assert "2026-09" in page

    def test_says_what_lifts_an_anchor_one_grade_up(self, square: Square) -> None:
        square.run()
        page = text(client_of(square.world.chen), f"{FRAME}{square.won.pk}/")
        best = queries.anchor_of(
            queries.find_board(), agency_id=square.world.agency.pk, creator_id=square.ada.pk
        )
        assert best.next_missing_minor == 500_000 - best.best_month_minor
        assert "more received sales in one month lifts Ada&#x27;s kitchen to grade A." in page

    def test_without_a_run_says_so_and_lists_introductions(self, square: Square) -> None:
        page = text(client_of(square.world.chen), FRAME)
        assert "No annual frame is in force" in page
        assert "The next run counts it." in page

    def test_shows_a_held_anchor_as_held(self, square: Square) -> None:
        ada = square.world.ada.pk
        square.fair.order(ada, START + 5 * DAY + HOUR, paid_minor=50_000)
        square.run()
        page = text(client_of(square.world.chen), FRAME)
        assert "A hold is open; the anchor counts again when it ends." in page

    def test_says_which_conditions_are_missing(self, square: Square) -> None:
        square.fair.facts["sessions"] = square.fair.facts["sessions"][:2]
        square.run()
        page = text(client_of(square.world.chen), f"{FRAME}{square.won.pk}/")
        what = "ays with a session of 30 minutes or more"
        assert f"<strong>D{what}</strong>: 2 / 3, 1 to go" in page
        assert f"d{what}: 2 / 3" in text(client_of(square.world.chen), FRAME)

    def test_says_the_last_day_that_counts(self, square: Square) -> None:
        square.fair.facts["sessions"] = square.fair.facts["sessions"][:2]
        square.run()
        latest = queries.find_board()
        found = queries.anchor_of(
            latest, agency_id=square.world.agency.pk, creator_id=square.ada.pk
        )
        assert found.until is not None
        zone = ZoneInfo("Asia/Shanghai")
        row = people.access_introduction(square.won.pk, agency_id=square.world.agency.pk)
        state = queries.frame_state(row, found, zone=zone)
        assert state.until == datetime.combine(found.until, time(), zone) - timedelta(seconds=1)
        last = found.until - timedelta(days=1)
        page = text(client_of(square.world.chen), f"{FRAME}{square.won.pk}/")
        assert f"{last.day} {last:%b %Y}" in page.partition("Counts until")[2][:120]

    def test_is_a_file_too(self, square: Square) -> None:
        square.run()
        client = client_of(square.world.chen)
        answer = client.get("/agency/chen-mcn/frame.csv")
        head, row = b"".join(answer).decode().splitlines()  # type: ignore[arg-type]
        assert head == (
            "anchor,state,grade,best_month_minor,best_month_currency,to_next_grade_minor,"
            "to_next_grade_currency,missing,until,base_minor,base_currency,introduced,evidence"
        )
        assert row.startswith("Ada's kitchen,counted,B,")
        assert row.endswith(",5000,CNY,2026-08-01,A letter of Chen Talents.")
        parquet = client.get("/agency/chen-mcn/frame.parquet").content
        assert pq.read_table(io.BytesIO(parquet)).num_rows == 1

    def test_asks_the_same_number_of_queries_for_any_number_of_rows(self, square: Square) -> None:
        square.run()
        client = client_of(square.world.chen)
        client.get(FRAME)
        few = _count(client)
        for number in range(6):
            Introduction.objects.create(
                agency=square.world.agency,
                creator=Creator.objects.create(handle=f"new-{number}", name=f"New {number}"),
                evidence="A letter.",
                introduced_at=START,
                claimed_at=START,
            )
        assert _count(client) == few

    def test_is_closed_to_other_agencies(self, square: Square) -> None:
        assert client_of(square.quan).get(FRAME).status_code == 404
        client = client_of(square.quan)
        assert client.get(f"/agency/quan-mcn/frame/{square.won.pk}/").status_code == 404


class TestTwoAgencies:
    def test_the_loser_sees_who_won_and_can_object(self, square: Square) -> None:
        square.run()
        client = client_of(square.quan)
        page = text(client, "/agency/quan-mcn/frame/")
        assert "Another agency won" in page
        assert "The introduction of Chen Talents was confirmed." in page
        place = f"/agency/quan-mcn/frame/{square.lost.pk}/"
        assert f'action="{place}contest/"' in text(client, place)
        answer = client.post(f"{place}contest/", {"reason": "Our letter is older."})
        assert (answer.status_code, answer["Location"]) == (302, place)
        square.won.refresh_from_db()
        assert (square.won.state, square.won.objection) == ("objected", "Our letter is older.")
        assert "Contested" in text(client_of(square.world.chen), FRAME)

    def test_an_objection_says_why(self, square: Square) -> None:
        client = client_of(square.quan)
        answer = client.post(f"/agency/quan-mcn/frame/{square.lost.pk}/contest/", {"reason": ""})
        assert answer.status_code == 422
        square.won.refresh_from_db()
        assert square.won.state == "won"


class TestTheHome:
    def test_tells_the_frame_and_the_next_bracket(self, square: Square) -> None:
        square.run()
        page = text(client_of(square.world.chen), "/agency/chen-mcn/")
        assert "Annual frame" in page
        assert "Next bracket in 2 anchors" in page

    def test_tells_nothing_to_who_may_not_see_money(self, square: Square) -> None:
        square.run()

        class Viewer:
            kind, slug, party_id, can_finance = "agency", "chen-mcn", square.world.agency.pk, False

        told = [str(each.label) for each in cards_of(Viewer(), at=NIGHT)]
        assert "Annual frame" not in told


def _count(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(FRAME).status_code == 200
    return len(found)
