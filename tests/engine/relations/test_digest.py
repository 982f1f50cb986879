"""The content digest: the same for the same rows, another for any other."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.relations.digest_rows import COLUMNS, ROWS, TEXTS, rows_table
from wavepool.engine.relations import Relations, content_digest, open_relations, row_text_sql

DIGEST = "6eeac6cd8b8e4e7072679ff294d4f2416e680ff7d65c2643559d8f7e7dc6b616"


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    opened = open_relations(
        "duckdb", scratch=tmp_path_factory.mktemp("engine"), threads=1, memory_mb=200
    )
    yield opened
    opened.close()


def digest_of(rel: Relations, table: pa.Table, columns: dict[str, str] | None = None) -> str:
    rel.put("rows", table)
    return content_digest(rel, "rows", columns)


class TestTheText:
    def test_of_a_row_is_what_the_page_says(self, rel: Relations) -> None:
        rel.put("rows", rows_table())
        found = rel.fetch(f"select {row_text_sql(COLUMNS)} as t from rows").column("t").to_pylist()
        assert sorted(found) == sorted(TEXTS)

    @given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
    @settings(max_examples=20)
    def test_counts_code_points(self, rel: Relations, word: str) -> None:
        rel.put("rows", pa.table({"word": pa.array([word])}))
        (row,) = rel.fetch(f"select {row_text_sql({'word': 'text'})} as t from rows").to_pylist()
        assert row["t"] == f"{len(word)}:{word}"


class TestTheDigest:
    def test_is_the_hash_of_the_sorted_hashes(self, rel: Relations) -> None:
        hashes = sorted(hashlib.sha256(text.encode()).hexdigest() for text in TEXTS)
        apart = hashlib.sha256("".join(hashes).encode()).hexdigest()
        assert digest_of(rel, rows_table()) == apart == DIGEST

    def test_of_no_rows_is_the_hash_of_nothing(self, rel: Relations) -> None:
        assert digest_of(rel, rows_table()[:0]) == hashlib.sha256(b"").hexdigest()

    def test_does_not_depend_on_the_order_of_rows(self, rel: Relations) -> None:
        rows = list(ROWS)
        random.Random(7).shuffle(rows)
        assert digest_of(rel, rows_table(tuple(rows))) == DIGEST

    def test_does_not_depend_on_threads_or_on_where_the_rows_lie(self, tmp_path: Path) -> None:
        found = set()
        for threads in (1, 3):
            scratch = tmp_path / str(threads)
            rel = open_relations("duckdb", scratch=scratch, threads=threads, memory_mb=200)
            rel.table(
                "rows", "select i % 1000 as x, concat('t', i // 7) as t from range(70000) as r(i)"
            )
            rel.save("rows", scratch / "rows.parquet", order_by="x, t" if threads == 1 else "")
            found.add(content_digest(rel, "rows"))
            rel.scan("rows", [scratch / "rows.parquet"])
            found.add(content_digest(rel, "rows"))
            rel.close()
        assert len(found) == 1

    @pytest.mark.parametrize(
        "rows",
        [
            ROWS[:-1],  # a duplicate is a row
            (*ROWS, ROWS[0]),
            (*ROWS[:2], (None, "~", None), *ROWS[3:]),  # a null is not the text ~
            (*ROWS[:2], (None, "", None), *ROWS[3:]),  # nor no text
            (*ROWS[:2], (0, None, None), *ROWS[3:]),  # nor a zero
            (*ROWS[:2], (None, None, False), *ROWS[3:]),  # nor no
            (*ROWS[:1], (-1, "买遍全求", False), *ROWS[2:]),
            (*ROWS[:1], (1, "买遍全球", False), *ROWS[2:]),
            (*ROWS[:1], (-1, "买遍全球", True), *ROWS[2:]),
        ],
    )
    def test_is_another_for_other_rows(self, rel: Relations, rows: Any) -> None:
        assert digest_of(rel, rows_table(rows)) != DIGEST

    def test_tells_fields_apart_however_their_texts_meet(self, rel: Relations) -> None:
        pairs = (("a|1:b", "c"), ("a", "1:b|1:c"), ("a", "b|1:c"), ("a|1", "b|c"), ("~", "~"))
        tables = [pa.table({"a": [first], "b": [second]}) for first, second in pairs]
        tables.append(
            pa.table({"a": pa.array([None], pa.string()), "b": pa.array([None], pa.string())})
        )
        assert len({digest_of(rel, table) for table in tables}) == len(tables)

    def test_tells_a_number_from_its_text(self, rel: Relations) -> None:
        number = pa.table({"x": pa.array([1], pa.int64())})
        assert digest_of(rel, number) != digest_of(rel, pa.table({"x": ["1"]}))
        assert digest_of(rel, number) == digest_of(rel, pa.table({"x": pa.array([1], pa.int32())}))

    def test_is_of_the_columns_asked_for_in_their_order(self, rel: Relations) -> None:
        swapped = {"flag": "boolean", "word": "text", "number": "bigint"}
        assert digest_of(rel, rows_table(), COLUMNS) == DIGEST
        assert digest_of(rel, rows_table(), swapped) != DIGEST
        fewer = {"number": "bigint"}
        assert digest_of(rel, rows_table(), fewer) == digest_of(
            rel, rows_table().select(["number"])
        )
