"""What an agency settles: literal parts of a real settlement, and the month that has to add up."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domains.insights.two_months import DONG, DRAGON, TwoMonths, make_two_months
from tidy.sql_rules import check_sql
from wavepool.domains.insights import queries
from wavepool.domains.people.models import Creator, Membership, Payee
from wavepool.domains.statements.models import Statement, Take
from worlds.cast import World

PAGE = "/agency/dragon-mcn/settlement/"
STAFF = "/staff/settlement/"
STEPS = ("settlement", "settlement_creators", "settlement_lines", "settlement_bridge",
         "settlement_platform", "settlement_unmatched")  # fmt: skip


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def months(world: World) -> TwoMonths:
    return make_two_months(world)


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


class TestAnAgencysMonth:
    def test_has_its_part_of_each_creator(self, months: TwoMonths) -> None:
        found = queries.settlement_of_agency(months.run, agency_id=DRAGON, month="2024-06")
        (dong,) = found.creators
        assert dong.creator_id == DONG
        assert (dong.settlement_lines, dong.settlement_commission, dong.settlement_fee) == (
            2, 11_404, 1_140,
        )  # fmt: skip
        assert dong.settlement_direct == 684_000_000
        assert dong.settlement_pool == 5_080_516_335
        assert dong.settlement_refund == -12_000_000
        assert dong.settlement_total == 5_752_516_335
        # 2.80 + 13.16 of commission, 203.22065341 of the pool, less 0.28.
        assert dong.settlement_kept == 21_890_065_341

    def test_lists_every_line(self, months: TwoMonths) -> None:
        found = queries.settlement_of_agency(months.run, agency_id=DRAGON, month="2024-06")
        assert [(line.kind, line.line_id, line.split_ppm, line.micro) for line in found.lines] == [
            ("commission", 1, 300_000, 120_000_000),
            ("commission", 5, 300_000, 564_000_000),
            ("pool", None, 200_000, 5_080_516_335),
            ("refund", 1, 300_000, -12_000_000),
        ]

    @pytest.mark.parametrize(("month", "payable"), [("2024-06", 5_752), ("2024-07", 2_663)])
    def test_is_its_statement_to_the_millionth(
        self, months: TwoMonths, month: str, payable: int
    ) -> None:
        found = queries.settlement_of_agency(months.run, agency_id=DRAGON, month=month)
        (bridge,) = found.bridges
        assert found.adds_up
        assert bridge.payable_minor == payable
        assert bridge.parts_micro + bridge.carried_micro == payable * 1_000_000

    @pytest.mark.parametrize(
        ("table", "column", "row"),
        [
            ("settling_shares", "agency_minor", 0),
            ("agency_parts", "part_micro", 0),
            ("reversals", "amount_minor", 0),
            ("statements", "lines_minor", 1),
            ("micro_lines", "carry_out_micro", 1),
        ],
    )
    def test_does_not_add_up_when_one_number_is_false(
        self, months: TwoMonths, table: str, column: str, row: int
    ) -> None:
        months.change("2024-06", table, column, row=row, by=1)
        found = queries.settlement_of_agency(months.run, agency_id=DRAGON, month="2024-06")
        assert not found.adds_up

    def test_of_another_agency_is_nothing(self, months: TwoMonths) -> None:
        other = months.world.agency.pk
        found = queries.settlement_of_agency(months.run, agency_id=other, month="2024-06")
        assert found == queries.AgencySettlement((), (), ())

    @pytest.mark.parametrize("step", STEPS)
    def test_keeps_the_rules_of_the_engine(self, step: str) -> None:
        path = Path(queries.__file__).with_name(f"{step}.sql")
        assert not check_sql(path.read_text("utf-8"), path.name)


class TestTheAgencysPage:
    def test_shows_the_month(self, months: TwoMonths) -> None:
        months.sign(scope=["income", "orders"])
        page = shown(client_of(months.world, "chen"), f"{PAGE}?period=2024-06")
        assert "The lines below are the statement" in page
        table = page[page.index("By creator") :]
        row = table[table.index("<tbody") : table.index("breakdown__whole")]
        assert re.findall(r'value="CNY (-?[\d.]+)"', row) == [
            "114.04", "11.40", "6.84", "50.80", "0.00", "-0.12", "0.00", "57.52", "0.00", "218.90",
        ]  # fmt: skip
        assert "G:1:900004" in page
        assert "5,080,516,335" in page

    def test_opens_the_latest_month_by_itself(self, months: TwoMonths) -> None:
        months.sign(scope=["orders"])
        page = shown(client_of(months.world, "chen"), PAGE)
        assert "G:10:900004" in page
        assert "G:1:900004" not in page

    def test_locks_what_the_contract_does_not_open(self, months: TwoMonths) -> None:
        months.sign(scope=["profile"])
        page = shown(client_of(months.world, "chen"), f"{PAGE}?period=2024-06")
        table = page[page.index("By creator") :]
        row = table[table.index("<tbody") : table.index("breakdown__whole")]
        assert row.count("Withheld by the creator") == 8  # four cells, each said twice
        # Its own parts stay, what the creator keeps does not, nor the sum over it.
        assert "57.52" in page
        assert "218.90" not in page
        assert "114.04" not in page
        assert "G:1:900004" not in page

    def test_follows_the_newest_terms(self, months: TwoMonths) -> None:
        months.sign(scope=["income", "orders"])
        months.sign(scope=[], number=2, valid_from=datetime(2024, 7, 1, tzinfo=UTC))
        page = shown(client_of(months.world, "chen"), f"{PAGE}?period=2024-06")
        assert "218.90" not in page

    def test_says_that_lines_and_statement_differ(self, months: TwoMonths) -> None:
        months.change("2024-06", "settling_shares", "agency_minor", row=0, by=1)
        page = shown(client_of(months.world, "chen"), f"{PAGE}?period=2024-06")
        assert "Lines and statement differ" in page
        assert "The lines below are the statement" not in page

    def test_is_a_file_too(self, months: TwoMonths) -> None:
        months.sign(scope=["income", "orders"])
        chen = client_of(months.world, "chen")
        answer = chen.get("/agency/dragon-mcn/settlement.csv?period=2024-06")
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(io.StringIO(text)))
        assert sum(int(row["part_micro"]) for row in rows) == 5_752_516_335
        assert rows[0]["order_line"] == "1"
        answer = chen.get("/agency/dragon-mcn/settlement.parquet?period=2024-06")
        table = pq.read_table(io.BytesIO(answer.content))
        assert sum(table.column("part_micro").to_pylist()) == 5_752_516_335

    def test_withholds_orders_in_files_too(self, months: TwoMonths) -> None:
        answer = client_of(months.world, "chen").get(
            "/agency/dragon-mcn/settlement.csv?period=2024-06"
        )
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {row["order_line"] for row in rows} == {""}
        assert {row["key"] for row in rows} == {"Withheld by the creator"}
        assert {row["of_minor"] for row in rows} == {""}

    def test_opens_each_line_of_a_statement_that_is_there(self, months: TwoMonths) -> None:
        months.sign(scope=["income", "orders"])
        chen = client_of(months.world, "chen")
        address = f"{PAGE}?period=2024-06"
        assert "/statements/2024-06/" not in shown(chen, address)
        payee = Payee.objects.create(
            pk=3, kind="agency", name="Dragon", agency=months.agency,
            created_at=datetime(2024, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        at = months.run.as_of
        take = Take.objects.create(period="2024-06", run=months.run, as_of=at, taken_at=at)
        Statement.objects.create(
            public_id="stm_dragon", take=take, period="2024-06", payee=payee, currency="CNY"
        )
        page = shown(chen, address)
        assert 'href="/agency/dragon-mcn/statements/2024-06/?currency=CNY"' in page
        for key in ("G.1.900004", "G.5.900004", "RG.1.900004", "GA.CNY"):
            assert f'href="/agency/dragon-mcn/statements/2024-06/lines/{key}/why/"' in page
        months.sign(scope=[], number=2, valid_from=datetime(2024, 7, 1, tzinfo=UTC))
        assert "/why/" not in shown(chen, address)

    def test_narrows_to_a_creator(self, months: TwoMonths) -> None:
        months.sign(scope=["income", "orders"])
        chen = client_of(months.world, "chen")
        assert "G:10:900004" in shown(chen, f"{PAGE}?creator={DONG}")
        assert "G:10:900004" not in shown(chen, f"{PAGE}?creator=1")

    def test_before_a_settlement_shows_no_zeros(self, world: World) -> None:
        page = shown(client_of(world, "chen"), "/agency/chen-mcn/settlement/")
        assert "Nothing was settled yet" in page
        assert "kpi__value" not in page

    def test_is_for_whom_the_agency_lets_see_money(self, months: TwoMonths) -> None:
        world = months.world
        Membership.objects.create(account=world.dong, agency=months.agency, role="viewer")
        assert client_of(world, "dong").get(PAGE).status_code == 403
        assert client_of(world, "bao").get(PAGE).status_code == 404

    def test_asks_the_same_for_few_and_many_creators(self, months: TwoMonths) -> None:
        chen = client_of(months.world, "chen")
        chen.get(PAGE)
        with CaptureQueriesContext(connection) as few:
            chen.get(PAGE)
        for number in range(20):
            creator = Creator.objects.create(handle=f"c{number}", name=f"C {number}")
            twin = TwoMonths(months.world, months.run, months.agency, creator)
            twin.sign(scope=["income"])
        with CaptureQueriesContext(connection) as more:
            chen.get(PAGE)
        assert len(few) == len(more)


class TestTheWholeMonth:
    def test_is_agencies_and_creators_without_one(self, months: TwoMonths) -> None:
        found = queries.settlement_of_platform(months.run, month="2024-06")
        assert found.adds_up
        rows = {row.agency_id: row for row in found.agencies}
        assert rows[DRAGON].settlement_total == 5_752_516_335
        assert rows[DRAGON].settlement_kept == 21_890_065_341
        # Ada 2.40 + 330.02418323 - 0.80, Eve 36.02 + 6.03.
        assert rows[0].settlement_whole == 33_162_418_323 + 4_205_000_000
        assert found.lines_micro == {"CNY": 65_009_999_999}
        assert sum(row.settlement_whole for row in found.agencies) == 65_009_999_999

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("settling_shares", "kept_minor"),
            ("pool_shares", "entitlement_micro"),
            ("statement_lines", "micro"),
            ("statements", "lines_minor"),
        ],
    )
    def test_names_who_does_not_match_when_one_number_is_false(
        self, months: TwoMonths, table: str, column: str
    ) -> None:
        months.change("2024-06", table, column, row=0, by=1)
        found = queries.settlement_of_platform(months.run, month="2024-06")
        assert not found.adds_up
        assert len(found.unmatched) == 1

    def test_shows_a_banner_when_it_does_not_add_up(self, months: TwoMonths) -> None:
        eve = client_of(months.world, "eve")
        page = shown(eve, f"{STAFF}?period=2024-06")
        assert "The month adds up" in page
        assert "Dragon Talents" in page
        assert "Creators without agency" in page
        months.change("2024-06", "statement_lines", "micro", row=0, by=1)
        page = shown(eve, f"{STAFF}?period=2024-06")
        assert "The month does not add up" in page
        assert "Unmatched payees" in page

    def test_is_a_file_too(self, months: TwoMonths) -> None:
        answer = client_of(months.world, "eve").get("/staff/settlement.csv?period=2024-06")
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = list(csv.DictReader(io.StringIO(text)))
        assert sum(int(row["settlement_whole_micro"]) for row in rows) == 65_009_999_999
