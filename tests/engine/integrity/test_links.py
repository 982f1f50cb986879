import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavepool.engine.integrity import core_numbers, linked_groups
from wavepool.engine.integrity.kcore import components
from wavepool.engine.integrity.links import link_graph, shortest_paths

SEEN = 1_717_200_000_000

edges = st.sets(
    st.tuples(st.integers(0, 13), st.integers(0, 13)).filter(lambda e: e[0] < e[1]), max_size=40
)


def links_of(*rows: tuple[str, str, str]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    left, right, kind = ([*column] for column in columns)
    return pa.table(
        {
            "left_id": pa.array(left, pa.string()),
            "right_id": pa.array(right, pa.string()),
            "kind": pa.array(kind, pa.string()),
            "seen_at": pa.array([SEEN] * len(left), pa.int64()),
        }
    )


def as_arrays(graph: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.array(sorted(graph), dtype=np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def cores_by_definition(nodes: int, graph: set[tuple[int, int]]) -> list[int]:
    core = [0] * nodes
    for k in range(1, nodes):
        kept = set(range(nodes))
        while True:
            degree = {n: sum(n in e and e[0] in kept and e[1] in kept for e in graph) for n in kept}
            low = {n for n in kept if degree[n] < k}
            if not low:
                break
            kept -= low
        for node in kept:
            core[node] = k
    return core


class TestCoreNumbers:
    def test_a_clique_with_a_tail_has_the_cliques_core_and_one(self) -> None:
        left = np.array([0, 0, 0, 1, 1, 2, 3, 4])
        right = np.array([1, 2, 3, 2, 3, 3, 4, 5])
        assert core_numbers(7, left, right).tolist() == [3, 3, 3, 3, 1, 1, 0]

    def test_a_graph_without_edges_has_zeros(self) -> None:
        none = np.array([], dtype=np.int64)
        assert core_numbers(3, none, none).tolist() == [0, 0, 0]

    @settings(max_examples=30, deadline=None)
    @given(edges)
    def test_equal_the_definition(self, graph: set[tuple[int, int]]) -> None:
        assert core_numbers(14, *as_arrays(graph)).tolist() == cores_by_definition(14, graph)

    @settings(max_examples=30, deadline=None)
    @given(edges, edges)
    def test_never_fall_when_edges_are_added(
        self, graph: set[tuple[int, int]], camouflage: set[tuple[int, int]]
    ) -> None:
        before = core_numbers(14, *as_arrays(graph))
        after = core_numbers(14, *as_arrays(graph | camouflage))
        assert (after >= before).all()


class TestComponents:
    @settings(max_examples=30, deadline=None)
    @given(edges, st.randoms(use_true_random=False))
    def test_name_the_lowest_node_reached_in_any_order_of_edges(
        self, graph: set[tuple[int, int]], order: random.Random
    ) -> None:
        rows = sorted(graph)
        order.shuffle(rows)
        ends = np.array(rows, dtype=np.int64).reshape(-1, 2)
        lowest = list(range(14))
        for _ in range(14):
            for one, other in rows:
                lowest[one] = lowest[other] = min(lowest[one], lowest[other])
        assert components(14, ends[:, 0], ends[:, 1]).tolist() == lowest


class TestLinkedGroups:
    def test_joins_through_devices_and_accounts(self) -> None:
        links = links_of(
            ("buyer:2", "device:a", "device"),
            ("payee:7", "device:a", "device"),
            ("payee:7", "pay:9", "payout_account"),
            ("buyer:5", "pay:9", "pay_account"),
            ("buyer:8", "device:b", "device"),
        )
        assert linked_groups(links).to_pylist() == [
            {"node": "buyer:2", "group": "buyer:2"},
            {"node": "buyer:5", "group": "buyer:2"},
            {"node": "buyer:8", "group": "buyer:8"},
            {"node": "device:a", "group": "buyer:2"},
            {"node": "device:b", "group": "buyer:8"},
            {"node": "pay:9", "group": "buyer:2"},
            {"node": "payee:7", "group": "buyer:2"},
        ]

    def test_keeps_a_household_apart(self) -> None:
        links = links_of(
            ("buyer:2", "address:x", "address"),
            ("buyer:3", "address:x", "address"),
            ("buyer:3", "payee:7", "self"),
        )
        assert linked_groups(links).to_pylist() == [
            {"node": "buyer:3", "group": "buyer:3"},
            {"node": "payee:7", "group": "buyer:3"},
        ]

    def test_of_no_links_is_empty(self) -> None:
        assert linked_groups(links_of()).num_rows == 0

    @settings(max_examples=30, deadline=None)
    @given(edges, st.randoms(use_true_random=False))
    def test_is_the_same_for_any_row_order_and_direction(
        self, graph: set[tuple[int, int]], order: random.Random
    ) -> None:
        rows = [(f"buyer:{a}", f"buyer:{b}", "device") for a, b in sorted(graph)]
        mixed = [(b, a, kind) if order.random() < 0.5 else (a, b, kind) for a, b, kind in rows]
        order.shuffle(mixed)
        assert linked_groups(links_of(*mixed, *rows)).equals(linked_groups(links_of(*rows)))


class TestShortestPaths:
    @pytest.fixture
    def chain(self) -> pa.Table:
        return links_of(
            ("buyer:1", "device:a", "device"),
            ("buyer:2", "device:a", "device"),
            ("buyer:2", "pay:z", "pay_account"),
            ("payee:7", "pay:z", "payout_account"),
        )

    def test_give_the_links_in_the_order_of_the_chain(self, chain: pa.Table) -> None:
        found = shortest_paths(link_graph(chain), [("buyer:2", "payee:7")], max_links=2)
        assert found == {
            ("buyer:2", "payee:7"): (
                2,
                '[["buyer:2","pay:z","pay_account",1717200000000],'
                '["payee:7","pay:z","payout_account",1717200000000]]',
            )
        }

    def test_leave_out_longer_chains_and_strangers(self, chain: pa.Table) -> None:
        pairs = [("buyer:1", "payee:7"), ("buyer:1", "payee:8"), ("buyer:9", "payee:7")]
        assert shortest_paths(link_graph(chain), pairs, max_links=3) == {}
        assert shortest_paths(link_graph(chain), pairs, max_links=4).keys() == {
            ("buyer:1", "payee:7")
        }
