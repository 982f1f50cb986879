"""Input that cannot be settled ends in an error with a name, and nothing looks finished."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from promises.market import (
    DAY,
    JUNE,
    Market,
    market,
    order_line,
    refund,
    settle,
    subsidy,
    write_market,
)
from wavepool.engine.columns import (
    AmbiguousTable,
    MissingColumn,
    MissingTable,
    UnreadableFile,
    WrongType,
)
from wavepool.engine.money import AmountTooLarge
from wavepool.engine.policy import UnreadablePolicy, load_policy
from wavepool.engine.relations import DiskFull, NumberTooLarge
from wavepool.engine.seasons import AnotherRunInFolder, NothingToSettle, SeasonHasRejects

HUGE = 2**53


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """A good season, to be spoilt."""
    return write_market(tmp_path / "season", market())


def looks_finished(out: Path) -> list[str]:
    """What a reader would take for a result."""
    found = [*out.glob("manifest*"), *out.glob("statement.csv"), *out.glob("*/stage-*.json")]
    return [str(path.relative_to(out)) for path in found]


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change one table of a season."""
    pq.write_table(change(pq.read_table(path)), path)


def drop_table(season: Path) -> None:
    (season / "payees.parquet").unlink()


def drop_column(season: Path) -> None:
    rewrite(season / "touches.parquet", lambda table: table.drop_columns(["dwell_ms"]))


def put_list(season: Path) -> None:
    lists = pa.array([[1]] * 5, pa.list_(pa.int64()))
    rewrite(
        season / "refunds.parquet",
        lambda table: table.drop_columns(["refund_minor"]).append_column("refund_minor", lists),
    )


def truncate(season: Path) -> None:
    path = season / "order_lines.parquet"
    path.write_bytes(path.read_bytes()[:-9])


def put_text(season: Path) -> None:
    (season / "order_lines.parquet").write_text("line_id,order_id\n1,1\n", encoding="utf-8")


def add_second(season: Path) -> None:
    (season / "refunds.csv").write_text("refund_id\n1\n", encoding="utf-8")


class TestUnreadableSeason:
    @pytest.mark.parametrize(
        ("spoil", "error", "named"),
        [
            (drop_table, MissingTable, "payees"),
            (drop_column, MissingColumn, "dwell_ms"),
            (put_list, WrongType, "refund_minor"),
            (truncate, UnreadableFile, "order_lines.parquet"),
            (put_text, UnreadableFile, "order_lines.parquet"),
            (add_second, AmbiguousTable, "refunds"),
        ],
    )
    def test_is_refused_by_name(
        self,
        season: Path,
        tmp_path: Path,
        spoil: Callable[[Path], None],
        error: type[Exception],
        named: str,
    ) -> None:
        spoil(season)
        with pytest.raises(error, match=named):
            settle(season, tmp_path / "out")
        assert looks_finished(tmp_path / "out") == []

    def test_is_refused_when_empty(self, tmp_path: Path) -> None:
        empty = write_market(tmp_path / "season", {})
        with pytest.raises(NothingToSettle, match="no touches and no order lines"):
            settle(empty, tmp_path / "out")
        assert looks_finished(tmp_path / "out") == []

    def test_has_nothing_in_another_year(self, season: Path, tmp_path: Path) -> None:
        with pytest.raises(NothingToSettle, match="2031-01"):
            settle(season, tmp_path / "out", period="2031-01")

    def test_cannot_open_from_a_folder_without_periods(self, season: Path, tmp_path: Path) -> None:
        opening = tmp_path / "opening"
        opening.mkdir()
        (opening / "manifest.json").write_text("{}", encoding="utf-8")
        with pytest.raises(NothingToSettle, match="no settled period"):
            settle(season, tmp_path / "out", opening=opening)

    def test_needs_a_policy_that_can_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "policy.toml"
        path.write_text("[policy\nid=", encoding="utf-8")
        with pytest.raises(UnreadablePolicy):
            load_policy(path)


class TestFolderOfAnotherRun:
    def test_is_left_alone(self, season: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        settle(season, out, period="2024-06")
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        rewrite(season / "refunds.parquet", lambda table: table.slice(1))
        with pytest.raises(AnotherRunInFolder, match="another input") as caught:
            settle(season, out, period="2024-06")
        assert caught.value.differs == ["input"]
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def spoilt() -> tuple[Market, dict[str, str]]:
    """A season with one bad row of each kind, and the rule that each breaks, by table and key."""
    tables = market()
    lines = [
        ({**order_line(101, buyer=1, paid_minor=-1, day=5)}, "negative amount"),
        ({**order_line(102, buyer=1, paid_minor=HUGE + 1, day=5)}, "huge amount"),
        ({**order_line(103, buyer=1, paid_minor=5, day=5), "currency": "USD"}, "mixed currency"),
        ({**order_line(104, buyer=1, paid_minor=5, day=5), "item_id": 77}, "unknown reference"),
        ({**order_line(1, buyer=1, paid_minor=6, day=5)}, "duplicate key"),
    ]
    expected = {f"order_lines|{row['line_id']}": rule for row, rule in lines}
    contract = {
        "contract_id": 9,
        "creator_id": 1,
        "agency_id": 1,
        "income_type": "direct",
        "split_ppm": 1,
        "valid_from": JUNE,
    }
    overlapping = [contract, {**contract, "contract_id": 10, "valid_from": JUNE + DAY}]
    expected |= {f"contracts|{row['contract_id']}": "overlapping" for row in overlapping}
    scene = {"scene_id": "nowhere", "name_zh": "无", "name_en": "Nowhere"}
    foreign = {**subsidy("2024-07", 5), "currency": "USD", "period": "2024-05"}
    expected |= {"scenes|nowhere": "unknown reference", "subsidies|big": "currency"}
    expected |= {"refunds|77": "refunds above paid"}
    return {
        **tables,
        "order_lines": [*tables["order_lines"], *(row for row, _ in lines)],
        "contracts": [*tables["contracts"], *overlapping],
        "scenes": [*tables["scenes"], scene],
        "subsidies": [*tables["subsidies"], foreign],
        "refunds": [*tables["refunds"], refund(77, line=10, minor=77_08, at=JUNE + 50 * DAY)],
    }, expected


@pytest.fixture(scope="module")
def spoilt_season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That season as files."""
    return write_market(tmp_path_factory.mktemp("spoilt") / "season", spoilt()[0])


class TestRejects:
    def test_stop_the_settlement_and_are_listed(self, spoilt_season: Path, tmp_path: Path) -> None:
        with pytest.raises(SeasonHasRejects) as caught:
            settle(spoilt_season, tmp_path / "out")
        assert caught.value.path == tmp_path / "out" / "rejects.parquet"
        found = pq.read_table(caught.value.path).to_pylist()
        told = {f"{row['table_name']}|{row['row_key'].split('|')[0]}": row["rule"] for row in found}
        for key, rule in spoilt()[1].items():
            assert rule in told[key], (key, told)
        assert looks_finished(tmp_path / "out") == []

    def test_are_counted_in_the_manifest_where_allowed(
        self, spoilt_season: Path, tmp_path: Path
    ) -> None:
        done = settle(spoilt_season, tmp_path / "out", allow_rejects=True, period="2024-06")
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
        rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
        rows = Counter((row["table_name"], row["row_key"]) for row in rejects)
        assert manifest["rejects"]["rows"] == done.rejected >= len(rows) >= len(spoilt()[1])
        assert "rejects.parquet" in manifest["files"]


def huge_line() -> Market:
    tables = market()
    return {**tables, "order_lines": [order_line(1, buyer=1, paid_minor=HUGE, day=5)], **_NO_FACTS}


def huge_pool() -> Market:
    return {**market(), "subsidies": [subsidy("2024-06", HUGE)]}


_NO_FACTS: dict[str, list[dict[str, Any]]] = {"refunds": [], "feedback": []}


class TestNumberTooLarge:
    """An amount that leaves 64 bits is refused by name; it never wraps."""

    @pytest.mark.parametrize(
        ("tables", "error"),
        [(huge_line(), NumberTooLarge), (huge_pool(), AmountTooLarge)],
        ids=["line", "pool"],
    )
    def test_is_raised(self, tmp_path: Path, tables: Market, error: type[Exception]) -> None:
        season = write_market(tmp_path / "season", tables)
        with pytest.raises(error, match=r"64 bits|2\^63"):
            settle(season, tmp_path / "out", period="2024-06")
        assert not (tmp_path / "out" / "manifest.json").exists()

    def test_begins_only_above_nine_trillion(self, tmp_path: Path) -> None:
        most = (2**63 - 1) // 10**6 - 10_000_000
        tables = {**market(), "subsidies": [subsidy("2024-06", most)]}
        season = write_market(tmp_path / "season", tables)
        settle(season, tmp_path / "out", period="2024-06")
        account = pq.read_table(tmp_path / "out/2024-06/pool_accounts.parquet").to_pylist()[0]
        assert account["subsidy_minor"] == most
        assert (
            account["distributed_micro"] + account["residue_out_micro"]
            == (most + account["legs_minor"] - account["reversals_minor"]) * 10**6
        )


class TestFullDisk:
    """Files may not grow beyond a few kilobytes in a child process, as on a disk without room."""

    @pytest.mark.parametrize("limit", [200, 2_500], ids=["documents", "tables"])
    def test_ends_in_an_error_that_says_so(self, season: Path, tmp_path: Path, limit: int) -> None:
        out, report = tmp_path / "out", tmp_path / "report.txt"
        report.touch()
        child = os.fork()
        if child == 0:
            code = 2
            try:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                settle(season, out)
            except DiskFull as error:
                report.write_text(str(error)[:limit], encoding="utf-8")
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert "the disk has no room" in report.read_text(encoding="utf-8")
        assert not (out / "manifest.json").exists()
        for path in out.rglob("*.parquet"):
            pq.read_metadata(path)
