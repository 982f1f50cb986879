"""Relations on DuckDB: scan, put, view, table, save, drop, and their faults by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wavepool.engine.relations import (
    DuckRelations,
    NumberTooLarge,
    Relations,
    RelationsError,
    UnknownRelation,
    UnreadableParquet,
    open_relations,
)

HIGHEST = 2**63 - 1


@pytest.fixture
def rel(tmp_path: Path) -> Iterator[Relations]:
    opened = open_relations("duckdb", scratch=tmp_path / "scratch", threads=2, memory_mb=200)
    yield opened
    opened.close()


def numbers(*values: int) -> pa.Table:
    return pa.table({"x": pa.array(values, pa.int64())})


def read(rel: Relations, name: str) -> list[int]:
    return sorted(rel.fetch(f"select x from {name}").column("x").to_pylist())


class TestOpening:
    def test_makes_the_scratch_folder(self, rel: Relations, tmp_path: Path) -> None:
        assert (tmp_path / "scratch").is_dir()
        assert (rel.dialect, rel.scratch) == ("duckdb", tmp_path / "scratch")

    def test_of_an_unknown_engine_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RelationsError, match="unknown engine 'sqlite': use duckdb"):
            open_relations("sqlite", scratch=tmp_path)


class TestScan:
    def test_reads_all_files_as_one(self, rel: Relations, tmp_path: Path) -> None:
        paths = [tmp_path / "a.parquet", tmp_path / "it's b.parquet"]
        for number, path in enumerate(paths):
            pq.write_table(numbers(number, 10 + number), path)
        rel.scan("rows", paths)
        assert read(rel, "rows") == [0, 1, 10, 11]

    @pytest.mark.parametrize("name", ["[1]*", "1?", "**", "[!2]", "a{1,2}", "back\\slash", "[1"])
    def test_takes_a_path_as_it_is_written(self, rel: Relations, tmp_path: Path, name: str) -> None:
        for folder, value in ((name, 1), ("1", 2), ("1x", 3), ("a1", 4)):
            (tmp_path / folder).mkdir()
            pq.write_table(numbers(value), tmp_path / folder / "rows.parquet")
        rel.scan("rows", [tmp_path / name / "rows.parquet"])
        assert read(rel, "rows") == [1]

    def test_reads_a_neighbour_when_a_path_is_a_pattern(
        self, rel: Relations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for folder, value in (("1?", 1), ("1x", 3)):
            (tmp_path / folder).mkdir()
            pq.write_table(numbers(value), tmp_path / folder / "rows.parquet")
        monkeypatch.setattr("wavepool.engine.relations.duck._without_wildcards", str)
        rel.scan("rows", [tmp_path / "1?" / "rows.parquet"])
        assert read(rel, "rows") == [1, 3]

    @pytest.mark.parametrize("fault", ["missing", "empty", "text", "truncated", "a folder"])
    def test_refuses_what_is_not_parquet_by_its_path(
        self, rel: Relations, tmp_path: Path, fault: str
    ) -> None:
        good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
        pq.write_table(numbers(*range(1_000)), good)
        whole = good.read_bytes()
        contents = {"empty": b"", "text": b"touch_id,viewer_id\n" * 9, "truncated": whole[:-100]}
        if fault == "a folder":
            bad.mkdir()
        elif fault in contents:
            bad.write_bytes(contents[fault])
        with pytest.raises(UnreadableParquet) as refusal:
            rel.scan("rows", [good, bad])
        assert refusal.value.path == bad
        assert refusal.value.reason
        assert str(refusal.value) == f"{bad}: not readable as Parquet: {refusal.value.reason}"
        with pytest.raises(UnknownRelation):
            rel.save("rows", tmp_path / "out.parquet")


class TestANameThatIsTaken:
    @pytest.mark.parametrize("first", ["put", "view", "table", "scan"])
    @pytest.mark.parametrize("then", ["put", "view", "table", "scan"])
    def test_goes_to_the_later_one(
        self, rel: Relations, tmp_path: Path, first: str, then: str
    ) -> None:
        for value, act in ((1, first), (2, then)):
            path = tmp_path / f"{value}.parquet"
            pq.write_table(numbers(value), path)
            if act == "put":
                rel.put("rows", numbers(value))
            elif act == "scan":
                rel.scan("rows", [path])
            else:
                getattr(rel, act)("rows", f"select cast({value} as bigint) as x")
        assert read(rel, "rows") == [2]

    @pytest.mark.parametrize("first", ["put", "table"])
    def test_may_be_read_by_the_table_that_takes_it(self, rel: Relations, first: str) -> None:
        rel.put("given", numbers(1, 2))
        if first == "put":
            rel.put("rows", numbers(1, 2))
        else:
            rel.table("rows", "select * from given")
        rel.table("rows", "select x + 10 as x from rows")
        rel.table("rows", "select x * 2 as x from rows")
        assert read(rel, "rows") == [22, 24]

    def test_is_kept_by_the_earlier_one_when_the_later_fails(self, rel: Relations) -> None:
        rel.table("rows", "select cast(1 as bigint) as x")
        with pytest.raises(NumberTooLarge):
            rel.table("rows", f"select {HIGHEST} + x as x from rows")
        assert read(rel, "rows") == [1]
        rel.table("rows", "select cast(3 as bigint) as x")
        assert read(rel, "rows") == [3]


class TestAView:
    def test_runs_each_time_and_a_table_once(self, rel: Relations) -> None:
        rel.put("given", numbers(1))
        rel.view("lazy", "select x + 1 as x from given")
        rel.table("kept", "select x + 1 as x from given")
        rel.put("given", numbers(5, 6))
        assert (read(rel, "lazy"), read(rel, "kept")) == ([6, 7], [2])


class TestDrop:
    @pytest.mark.parametrize("act", ["put", "view", "table"])
    def test_forgets_a_relation_of_any_kind(self, rel: Relations, tmp_path: Path, act: str) -> None:
        if act == "put":
            rel.put("rows", numbers(1))
        else:
            getattr(rel, act)("rows", "select 1 as x")
        rel.drop("rows")
        with pytest.raises(UnknownRelation) as refusal:
            rel.save("rows", tmp_path / "rows.parquet")
        assert refusal.value.name == "rows"
        rel.table("rows", "select cast(2 as bigint) as x")
        assert read(rel, "rows") == [2]

    def test_of_a_name_nobody_has_changes_nothing(self, rel: Relations) -> None:
        rel.put("rows", numbers(1))
        rel.drop("nobody")
        assert read(rel, "rows") == [1]


class TestColumns:
    def test_are_named_with_portable_types_in_order(self, rel: Relations) -> None:
        rel.table(
            "rows",
            "select cast(1 as bigint) as b, 'a' as a, true as c, cast(1 as integer) as d, "
            "cast(1 as double) as e",
        )
        assert list(rel.columns("rows").items()) == [
            ("b", "bigint"),
            ("a", "text"),
            ("c", "boolean"),
            ("d", "integer"),
            ("e", "double"),
        ]
        rel.put("given", pa.table({"x": pa.array([1], pa.int64()), "名": pa.array(["一"])}))
        assert rel.columns("given") == {"x": "bigint", "名": "text"}


class TestSave:
    def test_writes_one_file_in_the_order_asked_for_and_counts_it(
        self, rel: Relations, tmp_path: Path
    ) -> None:
        rel.table("rows", "select (i * 7919) % 400009 as x, i % 3 as y from range(400009) as r(i)")
        path = tmp_path / "rows.parquet"
        assert rel.save("rows", path, order_by="y desc, x") == 400_009
        saved = pq.read_table(path)
        pairs = list(zip(saved.column("y").to_pylist(), saved.column("x").to_pylist(), strict=True))
        assert pairs == sorted(pairs, key=lambda row: (-row[0], row[1]))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.parquet", "scratch"]

    def test_replaces_an_earlier_file_whole(self, rel: Relations, tmp_path: Path) -> None:
        path = tmp_path / "it's rows.parquet"
        for values in ((1, 2, 3), (4,)):
            rel.put("rows", numbers(*values))
            assert rel.save("rows", path, order_by="x") == len(values)
        assert pq.read_table(path).column("x").to_pylist() == [4]

    def test_leaves_the_earlier_file_when_it_fails(self, rel: Relations, tmp_path: Path) -> None:
        path = tmp_path / "rows.parquet"
        rel.put("rows", numbers(1))
        rel.save("rows", path)
        before = path.read_bytes()
        rel.put("given", numbers(1, HIGHEST))
        rel.view("rows", "select x + 1 as x from given")
        with pytest.raises(NumberTooLarge):
            rel.save("rows", path)
        assert path.read_bytes() == before

    def test_of_no_rows_keeps_the_columns(self, rel: Relations, tmp_path: Path) -> None:
        rel.view("rows", "select cast(1 as bigint) as x, 'a' as y where 1 = 0")
        assert rel.save("rows", tmp_path / "rows.parquet") == 0
        rel.scan("rows", [tmp_path / "rows.parquet"])
        assert rel.columns("rows") == {"x": "bigint", "y": "text"}


class TestNumbersBeyond64Bits:
    @pytest.mark.parametrize(
        "sql",
        [
            f"select x + {HIGHEST} as x from given",
            f"select x * {HIGHEST} as x from given",
            f"select -x - {HIGHEST} as x from given",
            f"select cast(sum(x + {HIGHEST - 2}) as bigint) as x from given",
            f"select x from (select {HIGHEST} + x as x from given) as g",
        ],
    )
    def test_are_refused_by_name(self, rel: Relations, sql: str) -> None:
        rel.put("given", numbers(2, 1))
        for act in (rel.fetch, lambda text: rel.table("rows", text)):
            with pytest.raises(NumberTooLarge, match="does not fit 64 bits"):
                act(sql)

    def test_are_told_from_a_text_that_is_no_number(self, rel: Relations) -> None:
        rel.put("given", pa.table({"x": ["seven"]}))
        with pytest.raises(Exception, match="Could not convert") as refusal:
            rel.fetch("select cast(x as bigint) as x from given")
        assert not isinstance(refusal.value, RelationsError)


class TestMemory:
    def test_is_bounded_and_what_is_larger_goes_to_disk(self, tmp_path: Path) -> None:
        rel = DuckRelations(scratch=tmp_path, threads=1, memory_mb=40)
        try:
            # 3 million rows of 40 bytes and more: three times what may be held.
            rel.table(
                "rows",
                "select (i * 48271) % 3000000 as x, concat('a long text, number ', i) as t "
                "from range(3000000) as r(i)",
            )
            spilled = sum(path.stat().st_size for path in (tmp_path / "spill").iterdir())
            counted = rel.fetch(
                "select cast(count(*) as bigint) as n, cast(sum(x) as bigint) as s, "
                "count(distinct x) as d from rows"
            ).to_pylist()
        finally:
            rel.close()
        assert spilled > 20_000_000
        assert counted == [{"n": 3_000_000, "s": 4_499_998_500_000, "d": 3_000_000}]
