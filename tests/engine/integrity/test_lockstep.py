from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.integrity.markets import Market, make_credits, ring_buyers
from wavepool.engine.integrity import (
    LockstepResult,
    NoSuchBuckets,
    TooFewPermutations,
    find_lockstep_groups,
    find_ring_lines,
    residual_exposure,
    viewer_trust,
)
from wavepool.engine.integrity.buckets import BucketShape, lay_buckets
from wavepool.engine.relations import Relations, open_relations

RING = Market(seed=3, ring=50, honest=1_500, honest_orders=9_000)
FIRST_AT = 1_717_200_000_000


def search(rel: Relations, bought: pa.Table, *, seed: int = 5, **options: object) -> LockstepResult:
    rel.put("credits", bought)
    return find_lockstep_groups(
        rel, bucket_ms=300_000, bucket_cap=100, permutations=19, seed=seed, **options
    )


def flagged(result: LockstepResult) -> set[int]:
    return set(result.evidence["buyer_id"].to_pylist())


def purchases(*rows: tuple[int, int, int]) -> pa.Table:
    """Credits of (buyer, payee, minute) with 10 + 90 minor units on each line."""
    buyer, payee, minute = ([*column] for column in zip(*rows, strict=True))
    count = len(rows)
    return pa.table(
        {
            "line_id": list(range(count)),
            "buyer_id": buyer,
            "payee_id": payee,
            "creator_id": payee,
            "session_id": pa.array([None] * count, pa.int64()),
            "paid_at": [FIRST_AT + 60_000 * each for each in minute],
            "outcome": ["direct"] * count,
            "currency": ["CNY"] * count,
            "direct_minor": [10] * count,
            "pool_minor": [90] * count,
        }
    )


@pytest.fixture(scope="module")
def rel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relations]:
    relations = open_relations(
        "duckdb", scratch=tmp_path_factory.mktemp("lockstep"), threads=2, memory_mb=1000
    )
    yield relations
    relations.close()


@pytest.fixture(scope="module")
def bought() -> pa.Table:
    return make_credits(RING)


@pytest.fixture(scope="module")
def plain_lines() -> pa.Table:
    return make_credits(replace(RING, camouflage=0))


@pytest.fixture(scope="module")
def plain(rel: Relations, plain_lines: pa.Table) -> LockstepResult:
    """The ring without camouflage, and without the rule that spares bystanders."""
    return search(rel, plain_lines, fewest_houses=0)


@pytest.fixture(scope="module")
def ring(rel: Relations, bought: pa.Table) -> LockstepResult:
    return search(rel, bought)


class TestFindLockstepGroups:
    def test_finds_a_ring_of_ten_orders_each_behind_fourfold_camouflage(
        self, ring: LockstepResult
    ) -> None:
        truth, seen = ring_buyers(RING), flagged(ring)
        hits = len(truth & seen)
        assert 100 * hits >= 98 * len(seen)  # precision >= .98
        assert 2 * hits * 100 >= 80 * (len(truth) + len(seen))  # F1 >= .80

    def test_gives_evidence_above_the_null_for_every_flag(self, ring: LockstepResult) -> None:
        assert len(ring.null_cores) == 19
        for row in ring.evidence.to_pylist():
            assert row["core"] > row["null_max"] == max(ring.null_cores)
            assert row["partners"] >= 1
            assert row["co_sessions"] >= row["payees"] >= 2
            assert row["houses"] >= 3
        assert sum(ring.groups["buyers"].to_pylist()) == ring.evidence.num_rows

    def test_holds_the_rings_payees_and_leaves_the_camouflage_alone(
        self, rel: Relations, bought: pa.Table, ring: LockstepResult
    ) -> None:
        works_for = {RING.payees // 4 + 3 * place for place in range(RING.ring_payees)}
        held = {row["payee_id"] for row in ring.payees.to_pylist() if row["is_held"]}
        assert works_for <= held
        assert held - works_for == set()
        rel.put("credits", bought)
        lines = find_ring_lines(rel, ring)
        assert set(lines["payee_id"].to_pylist()) <= held
        assert set(lines["buyer_id"].to_pylist()) <= flagged(ring)

    def test_is_the_same_for_shuffled_rows_and_one_thread(
        self, tmp_path: Path, bought: pa.Table, ring: LockstepResult
    ) -> None:
        order = np.random.Generator(np.random.Philox(9)).permutation(bought.num_rows)
        alone = open_relations("duckdb", scratch=tmp_path, threads=1, memory_mb=1000)
        assert search(alone, bought.take(pa.array(order))) == ring
        alone.close()

    def test_loses_nobody_to_camouflage_beyond_the_null_shift(
        self, rel: Relations, bought: pa.Table, plain: LockstepResult
    ) -> None:
        hidden = search(rel, bought, fewest_houses=0)
        shift = max(0, hidden.null_max - plain.null_max)
        columns = (hidden.evidence[name].to_pylist() for name in ("buyer_id", "core"))
        cores = dict(zip(*columns, strict=True))
        assert plain.evidence.num_rows >= 40
        for row in plain.evidence.to_pylist():
            if row["core"] > plain.null_max + shift:
                assert cores.get(row["buyer_id"], 0) >= row["core"] - shift

    def test_sees_no_ring_inside_one_agency(
        self, rel: Relations, plain_lines: pa.Table, plain: LockstepResult
    ) -> None:
        works_for = [RING.payees // 4 + 3 * place for place in range(RING.ring_payees)]
        rows = len(works_for)
        bound = pa.table(
            {
                "creator_id": works_for,
                "agency_id": [1] * rows,
                "valid_from": [0] * rows,
                "valid_to": pa.array([None] * rows, pa.int64()),
            }
        )
        rel.put("contracts", bound)
        assert len(flagged(plain)) >= 40
        assert flagged(search(rel, plain_lines, contracts="contracts")) == set()

    def test_flags_nobody_on_honest_data_more_often_than_promised(self, rel: Relations) -> None:
        above, deals = 0, set()
        for seed in range(5):
            honest = Market(seed=seed, honest=300, honest_orders=1_800, payees=36, days=5)
            result = search(rel, make_credits(honest), seed=seed)
            deals.add(result.null_cores)
            above += int(result.observed_core > result.null_max)
            # The bar matters: a bar of zero would flag somebody here.
            assert result.observed_core >= 1
        # Each seed exceeds with chance at most 1/20: two of five or fewer, but for 1 in 860.
        assert above <= 2
        assert len(deals) > 1

    def test_counts_lines_of_one_order_once(self, rel: Relations) -> None:
        rows = [(buyer, payee, 10 * payee) for buyer in (1, 2, 3) for payee in (1, 2)]
        assert search(rel, purchases(*rows, *rows)).observed_core == 2

    def test_links_no_pair_that_met_at_one_payee_alone(self, rel: Relations) -> None:
        rows = [(buyer, payee, 10 * payee) for buyer in (1, 2, 3) for payee in (1, 1)]
        apart = [(1, 2, 100), (2, 2, 200), (3, 2, 300)]
        assert search(rel, purchases(*rows, *apart)).observed_core == 0

    def test_refuses_a_null_too_thin_and_buckets_too_small(self, rel: Relations) -> None:
        rel.put("credits", purchases((1, 1, 1)))
        with pytest.raises(TooFewPermutations, match="at least 19"):
            find_lockstep_groups(rel, bucket_ms=300_000, bucket_cap=100, permutations=18, seed=1)
        with pytest.raises(NoSuchBuckets, match="2 purchases"):
            find_lockstep_groups(rel, bucket_ms=300_000, bucket_cap=1, permutations=19, seed=1)

    def test_of_no_lines_is_empty(self, rel: Relations) -> None:
        empty = search(rel, purchases((1, 1, 1)).slice(0, 0))
        assert (empty.observed_core, empty.null_max, empty.evidence.num_rows) == (0, 0, 0)


class TestBuckets:
    def test_divide_a_crowd_into_windows_then_tenths_then_skip_it(self, rel: Relations) -> None:
        # Four buyers in one half minute, four more in the other minutes of that window.
        rows = [(buyer, 1, 10) for buyer in range(4)]
        spread = [(9 - minute, 1, 10 + minute) for minute in (1, 2, 3, 4)]
        rel.put("credits", purchases(*rows, *spread))
        sizes = {}
        for cap in (8, 7, 3):
            lay_buckets(rel, BucketShape(bucket_ms=300_000, bucket_cap=cap), contracts=None)
            usable = "select bucket_purchases as n from integrity_buckets where is_usable = 1"
            sizes[cap] = sorted(rel.fetch(usable)["n"].to_pylist())
        assert sizes == {8: [8] * 8, 7: [1, 1, 1, 1, 4, 4, 4, 4], 3: [1, 1, 1, 1]}

    def test_join_a_payees_days_until_they_hold_enough(self, rel: Relations) -> None:
        day = 24 * 60
        rel.put("credits", purchases(*[(buyer, 1, day * (buyer // 2)) for buyer in range(10)]))
        strata = {}
        for fill in (1, 3, 100):
            shape = BucketShape(bucket_ms=300_000, bucket_cap=9, stratum_fill=fill)
            lay_buckets(rel, shape, contracts=None)
            counted = rel.fetch(
                "select count(*) as n from integrity_purchases group by stratum_no order by 1"
            )
            strata[fill] = counted["n"].to_pylist()
        assert strata == {1: [2, 2, 2, 2, 2], 3: [2, 4, 4], 100: [10]}


class TestViewerTrust:
    def test_is_zero_for_flagged_viewers_and_silent_on_others(self, ring: LockstepResult) -> None:
        trust = viewer_trust(ring)
        assert set(trust["viewer_id"].to_pylist()) == flagged(ring)
        assert set(trust["trust_ppm"].to_pylist()) == {0}


class TestResidualExposure:
    def test_sorts_every_line_into_one_class(
        self, rel: Relations, bought: pa.Table, ring: LockstepResult
    ) -> None:
        rel.put("credits", bought)
        rows = residual_exposure(rel, ring, bucket_ms=300_000, bucket_cap=100).to_pylist()
        assert sum(row["lines"] for row in rows) == bought.num_rows
        for leg in ("direct_minor", "pool_minor"):
            assert sum(row[leg] for row in rows) == sum(bought[leg].to_pylist())

    def test_names_what_a_small_market_hides(self, rel: Relations) -> None:
        # Buyer 1 and 2 meet once in each of two houses, buyer 3 knows one house,
        # buyers 4 to 6 crowd into one half minute that the cap of two skips.
        rows = [(1, 1, 0), (2, 1, 0), (1, 2, 50), (2, 2, 50), (3, 1, 90)]
        crowd = [(4, 3, 0), (5, 3, 0), (6, 3, 0), (4, 2, 200), (5, 2, 300), (6, 2, 400)]
        result = search(rel, purchases(*rows, *crowd))
        table = residual_exposure(rel, result, bucket_ms=300_000, bucket_cap=2)
        assert [tuple(row.values()) for row in table.to_pylist()] == [
            ("CNY", "crowded_bucket", True, 3, 3, 30, 270),
            ("CNY", "few_meetings", True, 5, 7, 70, 630),
            ("CNY", "one_house", True, 1, 1, 10, 90),
        ]
