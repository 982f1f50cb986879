"""A shop's spend, added up on paper.

paid in October   line 1 Ada  CNY 100.00 commission 20.00: direct 4.00, pool 14.00, fee 2.00
                  line 2 Ada  CNY  50.00 commission 10.00: direct 2.00, pool  7.00, fee 1.00
                  line 3 Fen  CNY  30.00 commission  3.00: direct 2.70, pool  0.00, fee 0.30
                  line 4 nobody CNY 20.00
                  line 5 Ada  USD   7.00 commission  0.70: direct 0.63, pool  0.00, fee 0.07
                  of line 1, received since, an agency has 1.00
final in October  line 1, 25.00 of it refunded, commission left 15.00
                  line 9 Fen CNY 10.00 of September, whole refunded, commission left 0.00
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tidy.sql_rules import check_sql
from wavepool.domains.credits import queries as credits
from wavepool.domains.credits.models import Run
from wavepool.domains.insights import queries
from wavepool.domains.insights.queries import Spend
from wavepool.domains.insights.views import spend as spend_pages
from wavepool.domains.people.models import Creator, Membership
from worlds.cast import World

_PARTS = ("commission_minor", "direct_minor", "pool_minor", "fee_minor")


def credit_table(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """creator, currency, paid, commission, direct, pool, fee."""
    names = ("creator_id", "currency", "paid_minor", *_PARTS)
    types = (pa.int64(), pa.string(), *[pa.int64()] * 5)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(each, kind) for each, kind in zip(columns, types, strict=True)]
    made = pa.table(arrays, names=list(names))
    # Lines are numbered as they stand; the first was received.
    received = [1_790_000_000_000 if place == 0 else None for place in range(len(rows))]
    made = made.append_column("received_at", pa.array(received, pa.int64()))
    return made.append_column("line_id", pa.array(range(1, len(rows) + 1), pa.int64()))


def share_table(rows: Sequence[tuple[int, int]] = ((1, 100),)) -> pa.Table:
    """line, the agency's part."""
    columns = list(zip(*rows, strict=True)) or [(), ()]
    return pa.table(
        [pa.array(each, pa.int64()) for each in columns], names=["line_id", "agency_minor"]
    )


def settling_table(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """creator, currency, paid, refunded, of what, commission left."""
    names = ("creator_id", "currency", "paid_minor", "refunded_num", "refunded_den")
    names = (*names, "net_commission_minor")
    types = (pa.int64(), pa.string(), *[pa.int64()] * 4)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(each, kind) for each, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=list(names))


def paid(ada: int, fen: int) -> pa.Table:
    return credit_table(
        [
            (ada, "CNY", 10_000, 2_000, 400, 1_400, 200),
            (ada, "CNY", 5_000, 1_000, 200, 700, 100),
            (fen, "CNY", 3_000, 300, 270, 0, 30),
            (None, "CNY", 2_000, 0, 0, 0, 0),
            (ada, "USD", 700, 70, 63, 0, 7),
        ]
    )


def final(ada: int, fen: int) -> pa.Table:
    return settling_table(
        [(ada, "CNY", 10_000, 2_500, 10_000, 1_500), (fen, "CNY", 1_000, 1, 1, 0)]
    )


class October:
    """A settlement of two months in its folder: nothing in September, two creators in October."""

    def __init__(self, world: World, fen: Creator) -> None:
        self.shop_id, ada = world.shop.pk, world.creator.pk
        self.run = Run.objects.create(
            public_id="run_october",
            kind="draft",
            state="done",
            as_of=datetime(2026, 11, 1, 1, tzinfo=UTC),
            confirmed_at=datetime(2026, 11, 1, 2, tzinfo=UTC),
            key="k" * 64,
            digest="d" * 64,
            periods=["2026-09", "2026-10"],
        )
        self.write("2026-09", credits=credit_table([]), settling=settling_table([]))
        self.write("2026-10", credits=paid(ada, fen.pk), settling=final(ada, fen.pk))

    def write(self, month: str, **tables: pa.Table) -> None:
        """Put tables of this shop, and a line of another, where a run keeps them."""
        folder = credits.run_folder(self.run) / month
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(share_table(), folder / "shares.parquet")
        for name, table in tables.items():
            shops = pa.array([self.shop_id] * len(table), pa.int64())
            ours = table.append_column("shop_id", shops)
            foreign = ours.slice(0, 1).set_column(
                len(table.schema), "shop_id", pa.array([self.shop_id + 1] * min(1, len(ours)),
                                                       pa.int64()),
            )  # fmt: skip
            pq.write_table(pa.concat_tables([ours, foreign]), folder / f"{name}.parquet")


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def october(world: World) -> October:
    fen = Creator.objects.create(handle="fen", name="Fen's farm", kind="farmer")
    return October(world, fen)


def page_of(world: World, name: str = "bao", query: str = "") -> str:
    client = Client()
    client.force_login(getattr(world, name))
    answer = client.get(f"/merchant/bao-tea/spend/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


class TestCountSpend:
    def test_adds_up_by_creator_and_currency(self) -> None:
        rows = queries.count_spend(credits=paid(1, 2), settling=final(1, 2), shares=share_table())
        by_place = {(row.currency, row.creator_id): row for row in rows}
        assert [(row.currency, row.creator_id) for row in rows] == [
            ("CNY", 1), ("CNY", 2), ("CNY", 0), ("USD", 1),
        ]  # fmt: skip
        assert by_place["CNY", 1] == Spend(
            creator_id=1,
            currency="CNY",
            spend_lines=2,
            spend_gmv=15_000,
            spend_received=10_000,
            spend_commission=3_000,
            spend_direct=600,
            spend_creator=500,
            spend_agency=100,
            spend_pool=2_100,
            spend_fee=300,
            spend_final_gmv=10_000,
            spend_refunded=2_500,
            spend_net_gmv=7_500,
            spend_net_commission=1_500,
        )
        fen = by_place["CNY", 2]
        assert (fen.spend_final_gmv, fen.spend_refunded, fen.spend_net_gmv) == (1_000, 1_000, 0)
        assert by_place["CNY", 0].spend_rate == 0
        assert by_place["CNY", 1].spend_rate == 200_000

    def test_divides_exactly_or_not_at_all(self) -> None:
        rows = queries.count_spend(credits=paid(1, 2), settling=final(1, 2), shares=share_table())
        ada, fen, nobody, _dollars = rows
        assert (ada.spend_net_rate, ada.spend_refund_rate) == (200_000, 250_000)
        # Fen's goods came all back: nothing is left to divide by.
        assert (fen.spend_net_rate, fen.spend_refund_rate) == (None, 1_000_000)
        assert nobody.spend_refund_rate is None
        assert {row.spend_incremental for row in rows} == {None}

    def test_of_all_is_the_sum_of_each_in_one_currency(self) -> None:
        rows = queries.count_spend(credits=paid(1, 2), settling=final(1, 2), shares=share_table())
        whole = queries.sum_spend(rows, "CNY")
        assert (whole.spend_gmv, whole.spend_commission) == (20_000, 3_300)
        assert whole.spend_commission == whole.spend_direct + whole.spend_pool + whole.spend_fee
        assert queries.sum_spend(rows, "USD").spend_gmv == 700

    def test_keeps_a_creator_with_final_lines_alone(self) -> None:
        rows = queries.count_spend(
            credits=credit_table([]), settling=final(1, 2), shares=share_table()
        )
        assert [(row.creator_id, row.spend_gmv) for row in rows] == [(1, 0), (2, 0)]
        assert rows[0].spend_rate is None

    def test_of_nothing_is_nothing(self) -> None:
        nothing = {
            "credits": credit_table([]),
            "settling": settling_table([]),
            "shares": share_table(()),
        }
        assert queries.count_spend(**nothing) == ()

    def test_does_not_overflow_on_the_largest_amounts(self) -> None:
        most = 2**53
        rows = queries.count_spend(
            credits=credit_table([]),
            settling=settling_table([(1, "CNY", most, most - 1, most, 5)]),
            shares=share_table(()),
        )
        assert rows[0].spend_refunded == most - 1

    def test_names_only_metrics_of_the_dictionary(self) -> None:
        for name in (*spend_pages.PAID, *spend_pages.STACK, *spend_pages.FINAL):
            assert queries.get_metric(name).windows == ("month",)
        counted = {each.id for each in queries.list_metrics() if each.computed_by == "spend"}
        assert counted == {name for name in Spend.__dataclass_fields__ if "spend_" in name}
        assert queries.get_metric("spend_incremental").computed_by == "holdout"

    def test_keeps_the_rules_of_the_engine(self) -> None:
        text = queries.metric_sql(queries.get_metric("spend_gmv"))
        assert not check_sql(text, "spend.sql")


class TestThePage:
    def test_shows_the_month_by_creator(self, october: October, world: World) -> None:
        page = page_of(world)
        table = page[page.index("By creator") :]
        rows = table[table.index("<tbody") : table.index("</table>")].split("<tr")[1:]
        shown = [
            (re.findall(r'<th scope="row".*?>(.*?)</th>', row)[0],
             re.findall(r'value="CNY ([\d.]+)"', row))
            for row in rows
        ]  # fmt: skip
        assert shown == [
            ("Ada&#x27;s kitchen", ["150.00", "30.00", "75.00", "15.00"]),
            ("Fen&#x27;s farm", ["30.00", "3.00", "0.00", "0.00"]),
            ("Nobody (organic)", ["20.00", "0.00", "0.00", "0.00"]),
            ("All", ["200.00", "33.00", "75.00", "15.00"]),
        ]
        assert rows[0].count("not known") == 1  # incremental, and nothing else
        assert "no group of buyers goes without the content (a holdout)" in page
        assert "Commission of what stayed sold, CNY" in page
        assert "Draft with what was known on" in page
        assert "/metrics-dictionary/spend_net_gmv/" in page

    def test_opens_an_earlier_month(self, october: October, world: World) -> None:
        assert "Nothing was sold in this month" in page_of(world, query="?month=2026-09")
        assert "By creator" in page_of(world, query="?month=1999-01")

    def test_before_a_settlement_shows_no_zeros(self, world: World) -> None:
        page = page_of(world)
        assert "Nothing was settled yet" in page
        assert "kpi__value" not in page

    def test_of_a_settled_month_is_that_of_its_final_run(
        self, october: October, world: World
    ) -> None:
        october.run = Run.objects.create(
            public_id="run_final",
            kind="final",
            period="2026-10",
            state="done",
            as_of=datetime(2026, 11, 20, tzinfo=UTC),
            confirmed_at=datetime(2026, 11, 20, tzinfo=UTC),
            key="f" * 64,
            digest="d" * 64,
            periods=["2026-10"],
        )
        october.write(
            "2026-10",
            credits=credit_table([(world.creator.pk, "CNY", 9_900, 990, 99, 800, 91)]),
            settling=settling_table([]),
        )
        page = page_of(world, query="?month=2026-10")
        assert 'value="CNY 99.00"' in page
        assert "Settled with what was known on" in page

    def test_is_for_whom_the_shop_lets_see_money(self, october: October, world: World) -> None:
        Membership.objects.create(account=world.dong, shop=world.shop, role="viewer")
        client = Client()
        client.force_login(world.dong)
        assert client.get("/merchant/bao-tea/").status_code == 200
        assert client.get("/merchant/bao-tea/spend/").status_code == 403
        client.force_login(world.ada)
        assert client.get("/merchant/bao-tea/spend/").status_code == 404

    def test_asks_the_same_for_few_and_many_creators(self, october: October, world: World) -> None:
        client = Client()
        client.force_login(world.bao)
        client.get("/merchant/bao-tea/spend/")
        with CaptureQueriesContext(connection) as few:
            client.get("/merchant/bao-tea/spend/")
        many = [
            Creator.objects.create(handle=f"c{number}", name=f"C {number}").pk
            for number in range(40)
        ]
        october.write(
            "2026-10", credits=credit_table([(pk, "CNY", 100, 10, 2, 7, 1) for pk in many])
        )
        with CaptureQueriesContext(connection) as more:
            page = client.get("/merchant/bao-tea/spend/").content.decode()
        assert "C 39" in page
        assert len(few) == len(more)
