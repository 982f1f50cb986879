"""The library: tables in memory go in, tables of the same kind come out, with one digest."""

from __future__ import annotations

import gc
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.columns.good_rows import arrow
from promises.market import JULY, market, quiet, write_market
from wavepool import engine
from wavepool.engine.columns import CONTRACTS, MissingTable, UnknownFrame, parse_column_map
from wavepool.engine.incentives import ProgrammeInvalid
from wavepool.engine.policy import PolicyRefused
from wavepool.engine.seasons import LineNotFound, TableNotFound

PERIOD = "2024-06"
OUTPUT_PAGE = Path(__file__).parents[2] / "docs" / "output.md"
TYPES = {
    "id": ("int64", "string"),
    "integer": ("int32", "int64"),
    "text": ("string",),
    "boolean": ("bool",),
}
KINDS: dict[str, tuple[Callable[[pa.Table], Any], type]] = {
    "pyarrow": (lambda table: table, pa.Table),
    "pandas": (lambda table: table.to_pandas(), pd.DataFrame),
    "polars": (pl.from_arrow, pl.DataFrame),
    "duckdb": (duckdb.from_arrow, duckdb.DuckDBPyRelation),
}


def june() -> dict[str, list[dict[str, Any]]]:
    """The hand-made season as it is known at the end of its first month."""
    tables = market()
    tables["touches"] = [row for row in tables["touches"] if row["touched_at"] < JULY]
    tables["order_lines"] = [row for row in tables["order_lines"] if row["paid_at"] < JULY]
    tables["refunds"] = [row for row in tables["refunds"] if row["refunded_at"] < JULY]
    tables["subsidies"] = [row for row in tables["subsidies"] if row["period"] == PERIOD]
    return tables


def july() -> dict[str, list[dict[str, Any]]]:
    """What July needs: both months' touches, and no line that is final and untouched."""
    tables = market()
    tables["order_lines"] = [row for row in tables["order_lines"] if row["line_id"] > 3]
    tables["refunds"] = [row for row in tables["refunds"] if row["line_id"] > 3]
    tables["subsidies"] = [row for row in tables["subsidies"] if row["period"] != PERIOD]
    return {**tables, "feedback": []}


def frames(kind: str = "pyarrow", **changes: Any) -> dict[str, Any]:
    """June as frames of one kind, with some of them exchanged."""
    return {**frames_of(june(), kind), **changes}


def frames_of(tables: dict[str, list[dict[str, Any]]], kind: str = "pyarrow") -> dict[str, Any]:
    """Rows as frames of one kind; tables without rows are stated as None."""
    make = KINDS[kind][0]
    return {
        name: make(arrow(name, tables[name])) if tables.get(name) else None for name in CONTRACTS
    }


def touches(**changes: Any) -> pa.Table:
    """June's touches, the second row changed."""
    rows = june()["touches"]
    rows[1] |= changes
    return arrow("touches", rows)


def listed_tables(text: str) -> dict[str, list[tuple[str, str]]]:
    """Tables of the output page with (column, type); "Columns of" another come first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name = re.match(r"`([\w/]+)`", part)
        if name is None:
            continue
        base = re.search(r"^Columns of `(\w+)`", part, flags=re.MULTILINE)
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", part, flags=re.MULTILINE)
        found[name.group(1)] = [*(found[base.group(1)] if base else []), *rows]
    return found


def mismatches(
    listed: dict[str, list[tuple[str, str]]], settled: engine.SettledFrames
) -> list[str]:
    """Tables that the page and a settlement do not have alike."""
    wrong = []
    for name in dict.fromkeys([*settled.table_names(), *listed]):
        path = settled.out / PERIOD / f"{name}.parquet"
        schema = pq.read_schema(path) if path.exists() else pa.schema([])
        known = listed.get(name, [])
        if [column for column, _ in known] != schema.names or not all(
            str(schema.field(column).type) in TYPES.get(kind, ()) for column, kind in known
        ):
            wrong.append(name)
    return wrong


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> engine.SettledFrames:
    """June settled once from Arrow tables, into a folder of its own."""
    out = tmp_path_factory.mktemp("named") / "out"
    return engine.settle_frames(frames(), out=out, period=PERIOD, threads=1)


@pytest.fixture(scope="module")
def folder_digest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """June settled from a folder, as the command does it."""
    place = tmp_path_factory.mktemp("folder")
    policy = engine.default_policy()
    plan = engine.Plan(
        season=write_market(place / "season", june()),
        out=place / "out",
        policy=policy,
        programmes=engine.incentives.binding_programmes(policy.programmes),
        period=PERIOD,
        threads=1,
    )
    return engine.settle_season(plan, say=quiet).digest


class TestFrames:
    @pytest.mark.parametrize("kind", ["pandas", "polars", "duckdb"])
    def test_of_each_kind_settle_as_a_folder_does_and_come_back_as_given(
        self, kind: str, folder_digest: str
    ) -> None:
        with engine.settle_frames(frames(kind), period=PERIOD, threads=1) as found:
            assert found.digest == folder_digest
            assert found.periods == (PERIOD,)
            for frame in (
                found.table("statements"),
                found.rejects,
                found.explain("2024-06/0").evidence,
            ):
                assert isinstance(frame, KINDS[kind][1])

    def test_of_arrow_settle_as_a_folder_does_and_come_back_as_given(
        self, settled: engine.SettledFrames, folder_digest: str
    ) -> None:
        assert settled.digest == folder_digest
        assert isinstance(settled.table("statements"), pa.Table)


class TestATableOfResults:
    def test_holds_whole_numbers_in_pandas_where_values_are_missing(self) -> None:
        rows = pa.table({"amount_minor": pa.array([2**53 + 1, None]), "is_held": [True, None]})
        found = engine.columns.frame_of(rows, engine.columns.FrameKind.PANDAS)
        assert found["amount_minor"].tolist() == [9_007_199_254_740_993, pd.NA]
        assert [str(each) for each in found.dtypes] == ["Int64", "boolean"]

    def test_names_its_period_first(self, settled: engine.SettledFrames) -> None:
        shares = settled.table("pool_shares", period=PERIOD)
        assert shares.column_names[:2] == ["period", "pool_id"]
        assert set(shares.column("period").to_pylist()) == {PERIOD}
        assert settled.table("statement_lines").column_names.count("period") == 1

    def test_of_state_is_named_with_its_folder(self, settled: engine.SettledFrames) -> None:
        assert settled.table("state/carries").num_rows > 0

    def test_that_is_not_there_is_refused_with_those_that_are(
        self, settled: engine.SettledFrames
    ) -> None:
        with pytest.raises(TableNotFound, match="no table 'statement'; there are "):
            settled.table("statement")
        with pytest.raises(TableNotFound, match="in 2024-09"):
            settled.table("statements", period="2024-09")


class TestALine:
    def test_is_explained_by_a_receipt_that_verifies_under_the_manifest(
        self, settled: engine.SettledFrames
    ) -> None:
        found = settled.explain("2024-06/1/P:big")
        assert found.receipt is not None
        assert engine.verify_receipt(found.receipt).ok
        proved = engine.verify_with_manifest(found.receipt, settled.manifest(), None)
        assert (proved.ok, proved.membership) == (True, "proved")

    def test_with_an_edited_amount_is_refused(self, settled: engine.SettledFrames) -> None:
        receipt = settled.explain("C:2:1").receipt
        assert receipt is not None
        receipt["line"]["amount_minor"] += 1
        found = engine.verify_receipt(receipt)
        assert not found.ok
        assert found.first_difference is not None

    def test_that_is_not_there_is_refused(self, settled: engine.SettledFrames) -> None:
        with pytest.raises(LineNotFound):
            settled.explain("C:99:99")


class TestBadRows:
    def test_are_refused_with_their_row_numbers_and_nothing_is_settled(
        self, tmp_path: Path
    ) -> None:
        given = frames(touches=touches(dwell_ms=-5))
        with pytest.raises(engine.FramesHaveRejects) as refused:
            engine.settle_frames(given, out=tmp_path / "out", period=PERIOD, threads=1)
        assert str(refused.value) == (
            "1 input rows are rejected, the first: touches row 2, dwell_ms '-5': negative"
        )
        assert refused.value.rejects.column("row_no").to_pylist() == [2]
        assert not (tmp_path / "out" / "manifest.json").exists()

    def test_are_counted_and_given_back_where_they_are_allowed(self, folder_digest: str) -> None:
        given = frames("polars", touches=pl.from_arrow(touches(dwell_ms=-5)))
        with engine.settle_frames(given, period=PERIOD, allow_rejects=True, threads=1) as found:
            assert found.rejected == 1
            assert found.digest != folder_digest
            assert isinstance(found.rejects, pl.DataFrame)
            assert found.rejects["rule"].to_list() == ["negative"]

    def test_are_listed_by_a_check_that_settles_nothing(self) -> None:
        given = frames("pandas", touches=touches(piece_id=99).to_pandas())
        found = engine.check_frames(given)
        assert found.rejected == 1
        assert found.rejects["rule"].tolist() == ["unknown reference"]
        assert found.checked.tables["touches"].rejected == 1

    def test_are_none_in_a_good_season(self) -> None:
        assert engine.check_frames(frames("duckdb")).rejects.fetchall() == []


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("changes", "error", "words"),
        [
            ({"clicks": pa.table({"a": [1]})}, UnknownFrame, "table clicks: no such table"),
            ({"clicks": None}, UnknownFrame, "table clicks: no such table"),
            ({"touches": [1, 2]}, UnknownFrame, "table touches: a list"),
            ({"touches": pa.table({"touch_id": [1]})}, engine.columns.MissingColumn, "viewer_id"),
        ],
        ids=["an unknown table", "an unknown table stated as none", "a list", "a lost column"],
    )
    def test_is_named(self, changes: dict[str, Any], error: type[Exception], words: str) -> None:
        with pytest.raises(error, match=words):
            engine.settle_frames(frames(**changes), threads=1)

    def test_a_table_that_nobody_mentions(self) -> None:
        given = frames()
        del given["refunds"]
        with pytest.raises(MissingTable, match="table refunds: not found in the frames given"):
            engine.check_frames(given)
        with pytest.raises(MissingTable, match="table refunds"):
            engine.settle_frames(given, threads=1)

    def test_a_policy_that_the_linter_refuses(self) -> None:
        policy = engine.default_policy()
        greedy = replace(policy, commission=replace(policy.commission, fee_ppm=900_000))
        with pytest.raises(PolicyRefused):
            engine.settle_frames(frames(), policy=greedy)

    def test_a_programme_file_that_only_a_folder_could_hold(self) -> None:
        policy = replace(engine.default_policy(), programmes=("ours.toml",))
        with pytest.raises(ProgrammeInvalid, match="names packaged documents only"):
            engine.settle_frames(frames(), policy=policy)


class TestOwnNames:
    def test_are_mapped_as_in_a_folder(self) -> None:
        lines = arrow("order_lines", june()["order_lines"])
        theirs = lines.rename_columns(
            ["sub_order_no" if name == "line_id" else name for name in lines.column_names]
        )
        names = parse_column_map('[order_lines]\ntable = "sales"\nline_id = "sub_order_no"')
        assert engine.check_frames(frames(order_lines=theirs), columns_map=names).rejected == 0
        with pytest.raises(engine.columns.MissingColumn, match="line_id"):
            engine.check_frames(frames(order_lines=theirs))


class TestTheGuide:
    def test_maps_names_as_the_engine_reads_them(self) -> None:
        page = OUTPUT_PAGE.parent / "guides" / "own-data.md"
        block = re.search(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        assert block is not None
        names = parse_column_map(block.group(1))
        assert names.of("order_lines").table == "sub_orders"
        assert names.of("identity_links").is_absent


class TestTheFolder:
    def test_that_is_temporary_goes_with_the_results(
        self, settled: engine.SettledFrames, tmp_path: Path
    ) -> None:
        out = shutil.copytree(settled.out, tmp_path / "place" / "out")
        facts = engine.Settled(out, settled.periods, settled.digest, 0, was_finished=False)
        found = engine.SettledFrames(
            facts, kind=settled.kind, rejects=settled.rejects, place=out.parent
        )
        assert found.table("statements").num_rows > 0
        del found
        gc.collect()
        assert not out.parent.exists()

    def test_that_was_named_stays(self, settled: engine.SettledFrames) -> None:
        settled.close()
        assert (settled.out / "manifest.json").exists()


class TestTheNextMonth:
    def test_is_the_same_without_the_lines_that_are_final_and_untouched(
        self, settled: engine.SettledFrames
    ) -> None:
        given = {"opening": settled, "period": "2024-07", "threads": 1}
        with (
            engine.settle_frames(frames_of(market()), **given) as whole,
            engine.settle_frames(frames_of(july()), **given) as slim,
        ):
            assert slim.periods == ("2024-07",)
            assert slim.digest == whole.digest
            assert slim.table("reversals").num_rows > 0


class TestTheOutputPage:
    def test_lists_every_table_and_column_with_its_type(
        self, settled: engine.SettledFrames
    ) -> None:
        listed = listed_tables(OUTPUT_PAGE.read_text(encoding="utf-8"))
        assert mismatches(listed, settled) == []

    def test_is_found_stale_when_a_column_or_a_table_is_missing(
        self, settled: engine.SettledFrames
    ) -> None:
        text = OUTPUT_PAGE.read_text(encoding="utf-8")
        fewer = text.replace("| `pool_minor` | integer | pool leg |\n", "", 1)
        assert mismatches(listed_tables(fewer), settled)[:1] == ["credits"]
        other = text.replace("| `is_held` | boolean |", "| `is_held` | integer |", 1)
        assert mismatches(listed_tables(other), settled) == ["statement_lines"]
        lost = text.replace("### `pool_shares`", "### pool shares")
        assert "pool_shares" in mismatches(listed_tables(lost), settled)


class TestTheFront:
    def test_names_every_room_and_nothing_that_is_not_there(self) -> None:
        rooms = {path.parent.name for path in Path(engine.__file__).parent.glob("*/__init__.py")}
        assert rooms <= set(engine.__all__)
        assert all(hasattr(engine, name) for name in engine.__all__)

    def test_loads_no_frame_library_of_its_own(self) -> None:
        text = (
            f"import sys; sys.path.insert(0, {str(Path(engine.__file__).parents[2])!r})\n"
            "from wavepool import engine\n"
            "print(sorted({'pandas', 'polars', 'pyspark', 'rich'} & sys.modules.keys()))"
        )
        ran = subprocess.run(
            [sys.executable, "-c", text], check=True, capture_output=True, text=True
        )
        assert ran.stdout == "[]\n"

    def test_reaches_each_step_as_a_pure_function(self) -> None:
        cuts = engine.commission.cut_line(
            paid_minor=100_00,
            platform_coupon_minor=0,
            shipping_minor=0,
            tax_minor=0,
            rate_ppm=200_000,
            direct_ppm=200_000,
            fee_ppm=100_000,
            has_pool=True,
        )
        assert (cuts.direct_minor, cuts.fee_minor, cuts.pool_minor) == (400, 200, 1_400)
