"""P1 and P6: nothing is lost and nothing appears, line by line, account by account."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from promises.books_audit import Row, audit, rows_of
from promises.market import market, settle, subsidy, write_market
from wavepool.engine.policy import packaged_policy


class TestConservation:
    def test_holds_in_the_hand_made_season(self, settled: Path) -> None:
        assert audit(settled) == []
        assert len(rows_of(settled, "2024-06", "settling")) == 5

    def test_holds_where_money_is_parked_and_freed(self, held: Path) -> None:
        assert audit(held) == []

    def test_holds_in_a_drawn_world(self, world_settled: Path) -> None:
        assert audit(world_settled) == []

    def test_holds_with_a_pool_for_each_scene(self, tmp_path: Path) -> None:
        tables = {**market(), "subsidies": [subsidy("2024-06", 7_000, pool="good_goods")]}
        season = write_market(tmp_path / "season", tables)
        out = settle(season, tmp_path / "out", policy=packaged_policy("pool_per_scene")).out
        assert audit(out) == []
        legs = {
            row["pool_id"]: row["legs_minor"] for row in rows_of(out, "2024-06", "pool_accounts")
        }
        assert len(legs) > 1
        assert sum(legs.values()) == 1_400 + 841 + 6_584

    def test_gives_the_same_direct_legs_in_either_topology(
        self, settled: Path, season: Path, tmp_path: Path
    ) -> None:
        legs = {
            row["line_id"]: row["direct_minor"] for row in rows_of(settled, "2024-06", "settling")
        }
        assert legs == {1: 400, 2: 240, 3: 3_602, 4: 603, 5: 1_880}


# Worked by hand but for the pool: direct legs, agency's parts and refunds of the lines above.
PAID_IN_JUNE = {1: 33_162, 3: 5_752, 4: 21_890, 5: 4_205}

Change = Callable[[list[Row]], list[Row]]


def more(column: str) -> Change:
    """Raise the first row's number by one."""
    return lambda rows: [{**rows[0], column: rows[0][column] + 1}, *rows[1:]]


def more_commission(rows: list[Row]) -> list[Row]:
    """Reverse one unit of commission too much."""
    return [
        {**row, "amount_minor": row["amount_minor"] + (row["leg"] == "commission")} for row in rows
    ]


class TestAudit:
    """The auditor's own sabotage: each forgery is found."""

    @pytest.mark.parametrize(
        ("table", "change", "fault"),
        [
            ("transfers", more("amount_minor"), "the stored balances"),
            ("transfers", lambda rows: rows[1:], "the stored balances"),
            ("transfers", lambda rows: [*rows, rows[0]], "occurs twice"),
            ("settling", more("pool_minor"), "cuts"),
            ("settling", more("direct_minor"), "gives"),
            ("statement_lines", more("amount_minor"), "not the sum of its lines"),
            ("statements", more("payable_minor"), "is not paid what is left"),
            ("reversals", more_commission, "is reversed by"),
            ("pool_shares", more("entitlement_micro"), "not what payees get"),
            ("pool_accounts", more("residue_out_micro"), "pool big has"),
            ("state/carries", more("carry_micro"), "carry liability"),
            ("state/balances", more("balance_minor"), "the stored balances"),
        ],
    )
    def test_finds_a_forged_table(
        self, settled: Path, tmp_path: Path, table: str, change: Change, fault: str
    ) -> None:
        out = tmp_path / "out"
        shutil.copytree(settled, out)
        path = out / "2024-06" / f"{table}.parquet"
        whole = pq.read_table(path)
        by = [(name, "ascending") for name in whole.column_names[:3]]
        rows = change(whole.sort_by(by).to_pylist())
        pq.write_table(pa.Table.from_pylist(rows, schema=whole.schema), path)
        assert any(fault in found for found in audit(out)), audit(out)
