"""The same relations on Apache Spark: one session, the same digest, a step's twin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.relations.digest_rows import COLUMNS, rows_table
from wavepool.engine.relations import (
    NumberTooLarge,
    Relations,
    UnknownRelation,
    UnreadableParquet,
    content_digest,
    open_relations,
    step_sql,
)

pytestmark = [pytest.mark.must_run, pytest.mark.timeout(600)]
SCORING = "wavepool.engine.scoring"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    """One session for the file: its start takes seconds."""
    if shutil.which("java") is None:
        pytest.skip("Java is absent, so Spark cannot start")
    pytest.importorskip("pyspark", reason="pyspark is absent: install wavepool[spark]")
    opened = open_relations("local[1]", scratch=tmp_path_factory.mktemp("spark"), memory_mb=1_000)
    yield opened
    opened.close()


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Relations]:
    opened = open_relations("duckdb", scratch=tmp_path, threads=1, memory_mb=200)
    yield opened
    opened.close()


def seen() -> pa.Table:
    """Weighed touches as the step piece_sums reads them."""
    return pa.table(
        {
            "span_no": [1, 1, 1, 2],
            "scene_no": [0, 0, 1, 0],
            "influence": [333_333, 41_666, 1_000_000, 7],
            "signal_ppm": [600_000, 0, 400_000, 999_999],
            "signals": [3, 16, 1, 15],
        }
    )


class TestSpark:
    def test_gives_the_digest_that_duckdb_gives(self, spark: Relations, duck: Relations) -> None:
        digests = set()
        for rel in (spark, duck):
            rel.put("rows", rows_table())
            digests |= {content_digest(rel, "rows"), content_digest(rel, "rows", COLUMNS)}
            rel.table("kept", "select * from rows")
            digests.add(content_digest(rel, "kept"))
        assert digests == {"6eeac6cd8b8e4e7072679ff294d4f2416e680ff7d65c2643559d8f7e7dc6b616"}

    def test_runs_the_twin_of_a_step(self, spark: Relations, duck: Relations) -> None:
        found = []
        for rel in (spark, duck):
            rel.put("weighed", seen())
            rel.table("sums", step_sql(SCORING, "piece_sums", dialect=rel.dialect))
            rows = rel.fetch("select * from sums order by span_no, scene_no").to_pylist()
            found.append([tuple(row.values()) for row in rows])
        assert (
            found[0]
            == found[1]
            == [
                (1, 0, 2, 374_999, 199_999, 333_333),
                (1, 1, 1, 1_000_000, 400_000, 1_000_000),
                (2, 0, 1, 7, 6, 7),
            ]
        )

    def test_names_columns_and_types_as_duckdb_does(self, spark: Relations) -> None:
        spark.put("rows", rows_table())
        assert spark.columns("rows") == COLUMNS

    def test_saves_scans_and_drops(self, spark: Relations, tmp_path: Path) -> None:
        spark.put("rows", pa.table({"x": [3, 1, 2]}))
        path = tmp_path / "[1]{a,b}* rows.parquet"
        assert spark.save("rows", path, order_by="x") == 3
        assert pq.read_table(path).column("x").to_pylist() == [1, 2, 3]
        pq.write_table(pa.table({"x": [9]}), tmp_path / "1 rows.parquet")
        spark.scan("again", [path])
        spark.view("more", "select x + 1 as x from again")
        assert sorted(spark.fetch("select x from more").column("x").to_pylist()) == [2, 3, 4]
        spark.drop("rows")
        with pytest.raises(UnknownRelation):
            spark.save("rows", path)

    def test_refuses_what_is_not_parquet(self, spark: Relations, tmp_path: Path) -> None:
        (tmp_path / "rows.parquet").write_text("not Parquet")
        with pytest.raises(UnreadableParquet):
            spark.scan("rows", [tmp_path / "rows.parquet"])

    def test_takes_a_name_over(self, spark: Relations) -> None:
        spark.put("rows", pa.table({"x": [1]}))
        spark.table("rows", "select x + 10 as x from rows")
        spark.table("rows", "select x * 2 as x from rows")
        assert spark.fetch("select x from rows").to_pylist() == [{"x": 22}]

    @pytest.mark.parametrize(
        "sql", ["select x + x as x from big", "select cast(sum(x) as bigint) as x from big"]
    )
    def test_refuses_numbers_beyond_64_bits_by_name(self, spark: Relations, sql: str) -> None:
        spark.put("big", pa.table({"x": [2**63 - 1, 1]}))
        for act in (spark.fetch, lambda text: spark.table("rows", text)):
            with pytest.raises(NumberTooLarge, match="does not fit 64 bits"):
                act(sql)
