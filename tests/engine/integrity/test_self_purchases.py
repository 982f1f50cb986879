from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from wavepool.engine.integrity import HoldTerms, find_self_purchases, holds_from
from wavepool.engine.relations import Relations, open_relations

SEEN = 1_717_200_000_000
LINKS = [
    ("buyer:1", "device:a", "device"),
    ("payee:70", "device:a", "device"),
    ("buyer:2", "address:x", "address"),
    ("payee:70", "address:x", "address"),
    ("buyer:3", "creator:30", "self"),
    ("buyer:4", "pay:s", "pay_account"),
    ("shop:9", "pay:s", "payout_account"),
]
LINES = [
    # line, buyer, payee, creator, outcome, direct, pool
    (101, 1, 70, 30, "direct", 40, 160),
    (102, 2, 70, 30, "direct", 40, 160),
    (103, 3, 71, 30, "indirect", 30, 0),
    (104, 4, 70, 30, "direct", 40, 160),
    (105, 4, 9, 31, "host", 0, 0),
    (106, 1, None, None, "organic", 0, 0),
    (107, 3, 70, 33, "direct", 40, 160),
]
TERMS = HoldTerms(
    expiry_days=30, self_purchase_default_kept_ppm=0, lockstep_default_kept_ppm=1_000_000
)


def credits_of(rows: list[tuple[object, ...]]) -> pa.Table:
    line, buyer, payee, creator, outcome, direct, pool = ([*c] for c in zip(*rows, strict=True))
    return pa.table(
        {
            "line_id": line,
            "buyer_id": buyer,
            "payee_id": pa.array(payee, pa.int64()),
            "creator_id": pa.array(creator, pa.int64()),
            "shop_id": [9] * len(line),
            "session_id": pa.array([None] * len(line), pa.int64()),
            "paid_at": pa.array([SEEN] * len(line), pa.int64()),
            "outcome": outcome,
            "currency": ["CNY"] * len(line),
            "direct_minor": direct,
            "pool_minor": pool,
        }
    )


def links_of(rows: list[tuple[str, str, str]]) -> pa.Table:
    names = ("left_id", "right_id", "kind")
    columns = {
        name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)
    }
    return pa.table(columns | {"seen_at": pa.array([SEEN] * len(rows), pa.int64())})


@pytest.fixture
def rel(tmp_path: Path) -> Iterator[Relations]:
    relations = open_relations("duckdb", scratch=tmp_path, threads=2, memory_mb=500)
    relations.put("credits", credits_of(LINES))
    relations.put("identity_links", links_of(LINKS))
    yield relations
    relations.close()


def found(rel: Relations) -> dict[int, str]:
    table = find_self_purchases(rel)
    return dict(zip(table["line_id"].to_pylist(), table["linked_to"].to_pylist(), strict=True))


class TestFindSelfPurchases:
    def test_lists_the_lines_of_tied_buyers_with_whom_they_are_tied_to(
        self, rel: Relations
    ) -> None:
        assert found(rel) == {101: "payee:70", 103: "creator:30", 105: "shop:9"}

    def test_gives_the_chain_of_links_as_evidence(self, rel: Relations) -> None:
        first = find_self_purchases(rel).to_pylist()[0]
        assert first == {
            "line_id": 101,
            "buyer_id": 1,
            "payee_id": 70,
            "creator_id": 30,
            "shop_id": 9,
            "currency": "CNY",
            "direct_minor": 40,
            "pool_minor": 160,
            "linked_to": "payee:70",
            "path_links": 2,
            "evidence": '[["buyer:1","device:a","device",1717200000000],'
            '["payee:70","device:a","device",1717200000000]]',
        }

    def test_never_rests_on_a_shared_address(self, rel: Relations) -> None:
        assert 102 not in found(rel)

    def test_would_list_the_neighbour_if_an_address_were_a_device(self, rel: Relations) -> None:
        as_device = [(a, b, "device" if kind == "address" else kind) for a, b, kind in LINKS]
        rel.put("identity_links", links_of(as_device))
        assert found(rel)[102] == "payee:70"

    def test_ties_a_shop_only_where_its_own_host_won(self, rel: Relations) -> None:
        assert 104 not in found(rel)

    def test_names_the_payee_before_the_creator(self, rel: Relations) -> None:
        rel.put("identity_links", links_of([*LINKS, ("buyer:3", "payee:71", "self")]))
        assert found(rel)[103] == "payee:71"

    def test_of_no_links_is_an_empty_table_of_the_same_columns(self, rel: Relations) -> None:
        columns = find_self_purchases(rel).schema
        rel.put("identity_links", links_of([]))
        table = find_self_purchases(rel)
        assert table.num_rows == 0
        assert table.schema == columns

    def test_ignores_chains_longer_than_asked(self, rel: Relations) -> None:
        table = find_self_purchases(rel, max_path_links=1)
        assert table["line_id"].to_pylist() == [103]


class TestHoldsFromSelfPurchases:
    def test_park_the_direct_leg_of_earning_lines_alone(self, rel: Relations) -> None:
        holds = holds_from(
            self_purchases=find_self_purchases(rel),
            period="2024-06",
            opened_at=1_719_763_200_000,
            terms=TERMS,
        )
        assert holds.drop_columns(["evidence"]).to_pylist() == [
            {
                "hold_id": f"self_purchase:line:{line_id}",
                "cause": "self_purchase",
                "rule": "hard_link_to_winner",
                "subject_kind": "line",
                "subject_id": str(line_id),
                "payee_id": payee_id,
                "line_id": line_id,
                "currency": "CNY",
                "amount_minor": amount,
                "opened_period": "2024-06",
                "expires_at": 1_722_355_200_000,
                "default_kept_ppm": 0,
            }
            for line_id, payee_id, amount in ((101, 70, 40), (103, 71, 30))
        ]
