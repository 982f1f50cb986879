"""P5 on the platform: a run is a function of the facts and the rules, whatever store holds them.

One digest over both stores, DuckDB's threads, and 32 orders of the rows of the assembled season;
and one digest of the input over 32 orders in which a store may give its rows.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import stores
from promises.draft_program import settled_fair
from promises.own_store import own_store, store_template
from wavepool.domains.credits.operations import sources
from wavepool.domains.credits.tables import season_files, write_season
from wavepool.engine.policy import Policy, default_policy
from wavepool.engine.seasons import Plan, settle_season
from worlds.fair import Fair

__all__ = ["own_store", "store_template"]
TESTS = Path(__file__).resolve().parents[1]
ORDERS = 32


@pytest.fixture
def fair(own_store: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """The fair in a store of its own."""
    settings.DATA_DIR = tmp_path / "data"
    return settled_fair(tmp_path / "data", monkeypatch)


def assembled(fair: Fair, place: Path, policy: Policy) -> Path:
    """The fair's season as files, as a run writes it."""
    digest, _rows = write_season(
        sources.season_tables(policy),
        lambda: fair.touch_files(None),
        seasons=place,
        name="test",
        say=lambda _: None,
    )
    return place / digest


def settled(
    season: Path, out: Path, policy: Policy, *, threads: int = 1, rings: bool = False
) -> str:
    """The digest of a settlement; looking for rings, as the platform does, finds none here."""
    plan = Plan(season, out, policy, threads=threads, memory_mb=1_000, is_looking_for_rings=rings)
    return settle_season(plan, say=lambda _: None).digest


def shuffled(season: Path, target: Path, *, seed: int) -> Path:
    """Every table anew with its rows in another order, in row groups of seven."""
    for path in season.rglob("*.parquet"):
        rows = pq.read_table(path)
        order = list(range(rows.num_rows))
        random.Random(f"{seed} {path.name}").shuffle(order)
        place = target / path.relative_to(season)
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows.take(pa.array(order, pa.int64())), place, row_group_size=7)
    return target


@pytest.mark.both_stores
class TestTheResults:
    @pytest.mark.timeout(900)
    def test_are_one_over_threads_and_orders_of_rows(self, fair: Fair, tmp_path: Path) -> None:
        policy = default_policy()
        season = assembled(fair, tmp_path / "seasons", policy)
        digest = settled(season, tmp_path / "out", policy)
        found = {
            settled(
                shuffled(season, tmp_path / f"season-{seed}", seed=seed),
                tmp_path / f"out-{seed}",
                policy,
                threads=(1, 2, 4)[seed % 3],
                rings=seed % 16 == 0,
            )
            for seed in range(ORDERS)
        }
        assert found == {digest}

    def test_change_with_one_fact(self, fair: Fair, tmp_path: Path) -> None:
        policy = default_policy()
        before = assembled(fair, tmp_path / "seasons", policy)
        fair.facts["order_lines"][4]["paid_minor"] += 5
        after = assembled(fair, tmp_path / "seasons", policy)
        assert after != before
        assert settled(before, tmp_path / "one", policy) != settled(after, tmp_path / "two", policy)


@pytest.mark.both_stores
class TestTheInput:
    def test_is_one_over_the_orders_of_a_stores_rows(self, fair: Fair, tmp_path: Path) -> None:
        assert len(inputs_of(fair, tmp_path)) == 1

    def test_is_found_to_differ_without_the_order_of_the_assembly(
        self, fair: Fair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unsorted(name: str, rows: pa.Table) -> pa.Table:
            contract = season_files.empty(name)
            return season_files.shaped_columns(rows, contract.schema)

        monkeypatch.setattr(season_files, "shaped", unsorted)
        monkeypatch.setattr(sources, "shaped", unsorted)
        monkeypatch.setattr(
            sources, "season_tables", lambda _policy: {"pieces": lambda: pieces_of(fair)}
        )
        assert len(inputs_of(fair, tmp_path)) > 1


class TestTheStores:
    @pytest.mark.must_run
    @pytest.mark.timeout(900)
    def test_give_one_digest(self, tmp_path: Path) -> None:
        try:
            stores.find_postgres()
        except stores.PostgresMissing as missing:
            pytest.skip(str(missing))
        found = {store: printed(store, tmp_path / store) for store in ("sqlite", "postgresql")}
        assert found["sqlite"] == found["postgresql"]
        assert [len(value) for value in found["sqlite"].values()] == [64, 64]


def pieces_of(fair: Fair) -> pa.Table:
    """The pieces in the order in which the fair has them."""
    return pa.Table.from_pylist(fair.facts["pieces"], schema=season_files.empty("pieces").schema)


def inputs_of(fair: Fair, tmp_path: Path) -> set[str]:
    """The digests of the input over many orders of the facts."""
    policy, found = default_policy(), set()
    for seed in range(ORDERS):
        chance = random.Random(seed)
        for rows in fair.facts.values():
            chance.shuffle(rows)
        fair.write_lake()
        found.add(assembled(fair, tmp_path / f"seasons-{seed}", policy).name)
    return found


def printed(store: str, data: Path) -> dict[str, str]:
    """What a process with that store prints of its run."""
    names = ("DATABASE_URL", "WAVEPOOL_TEST_POSTGRES")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "promises.draft_program"],
        env={
            **kept,
            "WAVEPOOL_TEST_STORE": store,
            "WAVEPOOL_DATA": str(data),
            "PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found
