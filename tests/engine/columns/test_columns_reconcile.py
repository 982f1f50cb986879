"""Two sides of the same money, and the keys where they part."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest

from engine.columns.good_rows import relations
from wavepool.engine.columns import Reconciled, reconcile
from wavepool.engine.relations import Relations


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    with relations(tmp_path_factory.mktemp("reconcile")) as opened:
        ours = {"key": ["a", "a", "b", "c", "d"], "amount_minor": [60, 40, 100, 100, 5]}
        theirs = {"key": ["a", "b", "c", "e"], "amount_minor": [100, 101, 98, 0]}
        opened.put("ours", pa.table(ours))
        opened.put("theirs", pa.table(theirs))
        yield opened


class TestReconcile:
    def test_finds_what_differs_by_more_than_the_tolerance(self, rel: Relations) -> None:
        found = reconcile(rel, left="ours", right="theirs", tolerance_minor=1)
        assert found == Reconciled(differing=1, only_left=1, only_right=1)
        breaks = rel.fetch("select * from breaks order by key").to_pylist()
        assert [tuple(row.values()) for row in breaks] == [
            ("c", 100, 98, 2, "differs"),
            ("d", 5, None, 5, "only left"),
            ("e", None, 0, 0, "only right"),
        ]

    def test_without_tolerance_finds_a_single_unit(self, rel: Relations) -> None:
        found = reconcile(rel, left="ours", right="theirs")
        assert found == Reconciled(differing=2, only_left=1, only_right=1)
