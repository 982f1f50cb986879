"""P5: a settlement is a function of its input and its rules: one digest, whatever runs it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from promises.market import JULY, market, settle, write_market
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import default_policy
from wavepool.engine.relations import RelationsError
from wavepool.engine.seasons import Plan, settle_season

TESTS = Path(__file__).resolve().parents[1]
# Spark plans each small step for a second or more; one month is what an ordinary run affords.
IS_THOROUGH = bool(os.environ.get("WAVEPOOL_THOROUGH"))
_PROGRAM = """
import sys
from pathlib import Path
from promises.market import settle
print(settle(Path(sys.argv[1]), Path(sys.argv[2])).digest)
"""


@pytest.fixture(scope="module")
def digest(season: Path, settled: Path) -> str:
    """The hand-made season's digest."""
    return settle(season, settled).digest


def shuffle(season: Path, target: Path, *, seed: int) -> Path:
    """Write every table anew with its rows in another order, in row groups of seven."""
    target.mkdir()
    for name in CONTRACTS:
        rows = pq.read_table(season / f"{name}.parquet")
        order = list(range(rows.num_rows))
        random.Random(f"{seed} {name}").shuffle(order)
        mixed = rows.take(pa.array(order, pa.int64()))
        pq.write_table(mixed, target / f"{name}.parquet", row_group_size=7)
    return target


def divide(season: Path, target: Path) -> Path:
    """Write the touches as a folder of three files, each with a range of viewers of its own."""
    shutil.copytree(season, target)
    (target / "touches.parquet").unlink()
    (target / "touches").mkdir()
    rows = pq.read_table(season / "touches.parquet").to_pylist()
    for number, low in enumerate((1, 5, 9)):
        mine = [row for row in rows if low <= row["viewer_id"] < low + 4]
        table = pa.Table.from_pylist(mine, schema=pq.read_schema(season / "touches.parquet"))
        pq.write_table(table, target / "touches" / f"part-{number}.parquet")
    return target


class TestDigest:
    @pytest.mark.parametrize(("threads", "seed"), [(2, 1), (4, 2)])
    def test_is_one_over_threads_and_orders_of_rows(
        self, season: Path, digest: str, tmp_path: Path, threads: int, seed: int
    ) -> None:
        mixed = shuffle(season, tmp_path / "season", seed=seed)
        assert settle(mixed, tmp_path / "out", threads=threads).digest == digest

    def test_is_one_over_parts_of_the_touches(
        self, season: Path, digest: str, tmp_path: Path
    ) -> None:
        said: list[str] = []
        parts = divide(season, tmp_path / "season")
        plan = Plan(parts, tmp_path / "out", default_policy(), threads=2)
        assert settle_season(plan, say=said.append).digest == digest
        assert "2024-06: weighing touches, part 3 of 3" in said

    def test_is_one_over_zone_locale_and_hash_seed_of_the_process(
        self, season: Path, digest: str, tmp_path: Path
    ) -> None:
        surroundings = {
            "TZ": "America/St_Johns",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "4711",
            "PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)]),
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(season), str(tmp_path / "out")],
            env={**os.environ, **surroundings},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == digest

    @pytest.mark.must_run
    @pytest.mark.timeout(1_200)
    def test_is_one_on_apache_spark(
        self, season: Path, june: Path, digest: str, tmp_path: Path
    ) -> None:
        if shutil.which("java") is None:
            pytest.skip("Apache Spark needs Java")
        period = None if IS_THOROUGH else "2024-06"
        expected = digest if IS_THOROUGH else settle(season, june, period=period).digest
        try:
            spark = settle(season, tmp_path / "out", engine="local[2]", period=period)
        except RelationsError as error:
            pytest.skip(str(error))
        assert spark.digest == expected

    def test_changes_with_one_amount(self, digest: str, tmp_path: Path) -> None:
        tables = market()
        tables["order_lines"][6]["paid_minor"] += 5
        changed = write_market(tmp_path / "season", tables)
        assert settle(changed, tmp_path / "out").digest != digest

    def test_changes_with_one_moment(self, digest: str, tmp_path: Path) -> None:
        tables = market()
        tables["refunds"][1]["refunded_at"] = JULY
        changed = write_market(tmp_path / "season", tables)
        assert settle(changed, tmp_path / "out").digest != digest


class TestFinishedFolder:
    def test_is_checked_and_left_as_it_is(self, season: Path, settled: Path, digest: str) -> None:
        before = (settled / "manifest.json").stat().st_mtime_ns
        again = settle(season, settled)
        assert again.was_finished
        assert again.digest == digest
        assert (settled / "manifest.json").stat().st_mtime_ns == before
