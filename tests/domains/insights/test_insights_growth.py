"""Newcomers and who of them stays, counted by hand.

Day 19,900 is 26 June 2024. Ann began on 19,900 and came back on day 30, Ben on the same day and came
back on day 29 and 60 only, Cai on 19,910 (6 July) and came back on day 95, Dee was live for a minute
on 19,911, and for the first time 51 days before, when nothing was counted yet.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domains.insights.two_months import AT, TwoMonths, make_two_months
from tidy.sql_rules import check_sql
from wavepool.domains.credits import queries as credits
from wavepool.domains.insights import queries
from wavepool.domains.people.models import Creator
from wavepool.plumbing import clock
from worlds.cast import World

ANN, BEN, CAI, DEE = 1, 2, 3, 4
START = 19_900
DAYS = (
    (ANN, START, 1, 1), (ANN, START + 30, 1, 1),
    (BEN, START, 1, 1), (BEN, START + 29, 1, 1), (BEN, START + 60, 1, 1),
    (CAI, START + 10, 1, 1), (CAI, START + 50, 1, 0), (CAI, START + 105, 1, 1),
    (DEE, START + 11, 1, 1),
)  # fmt: skip


def counters(rows: Any = DAYS) -> pa.Table:
    names = ("creator_id", "day", "sessions", "effective_sessions")
    columns = list(zip(*rows, strict=True)) or [()] * 4
    return pa.table([pa.array(each, pa.int64()) for each in columns], names=list(names))


def known(rows: Any = ((DEE, START - 40),)) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table(
        [pa.array(each, pa.int64()) for each in columns], names=["creator_id", "first_day"]
    )


def counted(today: int, rows: Any = DAYS) -> dict[str, tuple[int, ...]]:
    found = queries.count_cohorts(counters=counters(rows), known=known(), today=today)
    return {
        row["month"]: tuple(value for name, value in row.items() if name != "month")
        for row in found
    }


class TestCountCohorts:
    def test_measures_whoever_had_the_time(self) -> None:
        # newcomers, measured 30, retained 30, measured 90, retained 90
        assert counted(START + 200) == {
            "2024-05": (1, 1, 1, 1, 0),  # Dee, by what was known of her: back after 51 days
            "2024-06": (2, 2, 1, 2, 0),
            "2024-07": (1, 1, 0, 1, 1),
        }

    @pytest.mark.parametrize(
        ("today", "june"),
        [
            (START + 59, (2, 0, 0, 0, 0)),
            (START + 60, (2, 2, 1, 0, 0)),
            (START + 119, (2, 2, 1, 0, 0)),
            (START + 120, (2, 2, 1, 2, 0)),
        ],
    )
    def test_measures_nobody_before_the_days_are_over(
        self, today: int, june: tuple[int, ...]
    ) -> None:
        assert counted(today)["2024-06"] == june

    def test_wants_an_effective_session(self) -> None:
        days = ((ANN, START, 1, 1), (ANN, START + 40, 3, 0))
        assert counted(START + 200, days)["2024-06"] == (1, 1, 0, 1, 0)

    def test_of_nothing_is_nothing(self) -> None:
        assert counted(START, ()) == {}

    def test_keeps_the_rules_of_the_engine(self) -> None:
        assert not check_sql(queries.metric_sql(queries.get_metric("growth_newcomers")), "growth")


def cohort(**given: Any) -> queries.Cohort:
    values = {
        "month": "2024-06", "growth_newcomers": 4, "growth_measured_30": 4,
        "growth_retained_30": 3, "growth_measured_90": 0, "growth_retained_90": 0,
        "spent_minor": {"CNY": 100_00},
    }  # fmt: skip
    return queries.Cohort(**{**values, **given})


class TestACohort:
    def test_divides_exactly_or_not_at_all(self) -> None:
        assert cohort().growth_retention_30 == 750_000
        assert cohort().growth_retention_90 is None
        assert cohort().cost_minor("CNY") == 33_33

    def test_costs_nothing_known_before_all_are_measured(self) -> None:
        assert cohort(growth_measured_30=3).cost_minor("CNY") is None
        assert cohort(growth_retained_30=0).cost_minor("CNY") is None
        assert cohort().cost_minor("USD") is None


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.OPERATOR_ZONE = "Asia/Shanghai"


@pytest.fixture
def months(world: World, monkeypatch: pytest.MonkeyPatch) -> TwoMonths:
    """July's counters are those above, and it is long ago."""
    found = make_two_months(world, as_of=datetime(2025, 1, 10, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", lambda: AT)
    folder = credits.run_folder(found.run)
    pq.write_table(counters(), folder / "2024-07" / "state" / "counters.parquet")
    cards = pa.table({"currency": ["CNY", "CNY"], "spent_minor": [20_00, 5_00]})
    pq.write_table(cards, folder / "2024-06" / "budget_cards.parquet")
    return found


class TestThePage:
    def page(self, world: World) -> str:
        client = Client()
        client.force_login(world.eve)
        answer = client.get("/staff/growth/")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    def test_shows_cohorts_and_what_they_cost(self, months: TwoMonths) -> None:
        july, june = queries.cohorts_by_month()
        assert (july.month, june.month) == ("2024-07", "2024-06")
        assert june.growth_newcomers == 2
        # 31 July ends the run's last month; only then is the time of June's newcomers counted.
        assert june.growth_measured_30 == 0
        assert june.spent_minor == {"CNY": 25_00}
        page = self.page(months.world)
        assert "2024-06" in page
        assert "/metrics-dictionary/growth_cost/" in page
        assert "At least one effective session on days 30 to 59" in page
        assert "Income by tier" not in page  # nobody's payee is known

    def test_is_a_file_too(self, months: TwoMonths) -> None:
        client = Client()
        client.force_login(months.world.eve)
        answer = client.get("/staff/growth.csv")
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert text.split("\r\n")[2].startswith("2024-06,2,0,0,,0,0,,")

    def test_is_for_staff(self, months: TwoMonths) -> None:
        client = Client()
        client.force_login(months.world.bao)
        assert client.get("/staff/growth/").status_code == 404

    def test_asks_the_same_for_few_and_many_creators(self, months: TwoMonths) -> None:
        self.page(months.world)
        with CaptureQueriesContext(connection) as few:
            self.page(months.world)
        for number in range(20):
            Creator.objects.create(handle=f"c{number}", name=f"C {number}", first_live_at=AT)
        with CaptureQueriesContext(connection) as more:
            self.page(months.world)
        assert len(few) == len(more)
