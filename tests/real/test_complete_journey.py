"""A grocer's year: what the source holds, and what a month of it settles to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from examples.complete_journey.__main__ import main, run_example
from examples.complete_journey.books import Books, read_books
from examples.complete_journey.facts import Facts, count_facts, count_same_day
from examples.complete_journey.season import (
    PACKAGE,
    FolderInUse,
    clear_folder,
    example_names,
    example_policy,
    is_source_here,
    open_source,
)

from wavepool.engine.columns import CONTRACTS
from wavepool.engine.columns.convert import Given, converted
from wavepool.engine.policy import lint
from wavepool.engine.receipts import verify_with_manifest
from wavepool.engine.relations import open_relations
from wavepool.engine.seasons.explaining import explain_line

MAY = ("2017-05", "2017-05")


@pytest.fixture(scope="module")
def source() -> Iterator[duckdb.DuckDBPyConnection]:
    if not is_source_here():
        pytest.skip(f"{PACKAGE} is not installed (extra: wavepool[examples])")
    opened = open_source(example_policy())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def may(
    source: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """May 2017 settled by the command: its folder and its page."""
    out, page = tmp_path_factory.mktemp("journey") / "out", StringIO()
    with redirect_stdout(page):
        run_example(out, months=MAY)
    return out, page.getvalue()


@pytest.fixture(scope="module")
def books(may: tuple[Path, str]) -> Books:
    out, _ = may
    return read_books(out / "season", out / "settled", last_period="2017-06")


def read_by_the_engine(
    source: duckdb.DuckDBPyConnection, table: str, scratch: Path
) -> tuple[int, int, int]:
    """Rows, refused amounts and sum in cents of a table's sales values, read by the names map."""
    stored = source.sql(f"select sales_value from {table}").to_arrow_table()
    named = example_names().of("order_lines").columns["paid_minor"]
    given = Given(table, named.column, stored.schema.field(named.column).type, named)
    rel = open_relations("duckdb", scratch=scratch, threads=2, memory_mb=1_000)
    rel.put("stored", stored)
    cents = converted(rel, CONTRACTS["order_lines"].column("paid_minor"), given, id_type="").value
    found = rel.fetch(
        "select count(*) as n, count(c.cents) as good, cast(sum(c.cents) as bigint) as paid_minor "
        f"from (select {cents} as cents from stored) as c"
    ).to_pylist()[0]
    rel.close()
    return found["n"], found["n"] - found["good"], found["paid_minor"]


class TestTheSource:
    def test_is_counted_to_the_cent(self, source: duckdb.DuckDBPyConnection) -> None:
        assert count_facts(source) == Facts(
            lines=1_469_307,
            sales_minor=459_603_958,
            zero_quantities=8_869,
            zero_prices=11_246,
            dust=20,
            coupon_rows=116_204,
            repeated_coupon_rows=4_872,
            redemptions=2_102,
            resolved_redemptions=2_102,
        )

    def test_reaches_the_engine_to_the_cent(
        self, source: duckdb.DuckDBPyConnection, tmp_path: Path
    ) -> None:
        assert read_by_the_engine(source, "sales", tmp_path) == (1_469_307, 0, 459_603_958)

    def test_would_lose_twenty_lines_without_the_map(
        self, source: duckdb.DuckDBPyConnection, tmp_path: Path
    ) -> None:
        assert read_by_the_engine(source, "transactions", tmp_path) == (1_469_307, 20, 459_603_958)

    @pytest.mark.parametrize(
        ("zone", "redemptions"),
        [("UTC", 1_594), ("Etc/GMT+5", 1_836), ("America/New_York", 1_839)],
    )
    def test_meets_its_redemptions_by_the_days_of_a_zone(
        self, source: duckdb.DuckDBPyConnection, zone: str, redemptions: int
    ) -> None:
        assert count_same_day(source, example_policy(), zone=zone) == redemptions


class TestAMonthSettled:
    def test_credits_every_line_once(self, books: Books) -> None:
        assert books.totals["lines"] == 125_843
        assert books.totals["paid_minor"] == 40_165_832
        assert books.totals["waiting_lines"] == 0

    def test_earns_lines_for_each_type_of_campaign(self, books: Books) -> None:
        earned = {
            row["name"]: (row["redemptions"], row["covered_lines"], row["other_lines"])
            for row in books.scenes
        }
        # (redemptions, lines of covered products, lines of the same makers' other products)
        assert earned == {
            "Type A": (255, 625, 1_734),
            "Type B": (13, 12, 10),
            "Type C": (0, 0, 0),
        }

    def test_cuts_commission_without_a_rest(self, books: Books) -> None:
        assert books.totals["commission_minor"] == 38_410
        cut = [books.totals[name] for name in ("direct_minor", "fee_minor", "pool_minor")]
        assert cut == [6_763, 2_773, 28_874]
        assert sum(cut) == 38_410

    def test_balances_the_pool_and_the_books(self, books: Books) -> None:
        assert books.totals["pool_in_minor"] == books.totals["pool_minor"]
        assert books.pool_gap_micro == 0
        assert books.totals["balance_minor"] == 0

    def test_sees_a_cent_too_many(self, books: Books) -> None:
        paid_minor = books.totals["pool_paid_minor"] + 1
        forged = replace(books, totals={**books.totals, "pool_paid_minor": paid_minor})
        assert forged.pool_gap_micro == -1_000_000

    def test_shares_the_pool_by_value_not_by_sales(self, books: Books) -> None:
        by_sales_minor = sum(row["by_sales_minor"] for row in books.campaigns)
        by_value_micro = sum(row["by_value_micro"] for row in books.campaigns)
        assert by_sales_minor == books.totals["pool_in_minor"]
        assert by_value_micro + books.totals["residue_micro"] == by_sales_minor * 1_000_000

    def test_explains_a_line_that_verifies(self, books: Books, may: tuple[Path, str]) -> None:
        out, _ = may
        found = explain_line(out / "settled", books.line_key)
        assert found.receipt is not None
        manifest = (out / "settled" / "manifest.json").read_bytes()
        assert verify_with_manifest(found.receipt, manifest, None).membership == "proved"


class TestThePage:
    def test_says_what_came_out(self, may: tuple[Path, str]) -> None:
        _, page = may
        for words in ("4,596,039.58", "2,102 of 2,102", "1,594", "1,836", "balanced to the cent"):
            assert words in page
        assert len(page.splitlines()) <= 60

    def test_says_how_to_get_the_data(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setitem(sys.modules, PACKAGE, None)
        assert main([str(tmp_path / "out")]) == 1
        assert "pip install 'wavepool[examples]'" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_leaves_a_folder_of_others_alone(self, tmp_path: Path) -> None:
        kept = tmp_path / "letters.txt"
        kept.write_text("mine", encoding="utf-8")
        with pytest.raises(FolderInUse, match="other files"):
            clear_folder(tmp_path)
        assert kept.read_text(encoding="utf-8") == "mine"


class TestThePolicy:
    def test_may_bind(self) -> None:
        assert lint(example_policy()) == ()
