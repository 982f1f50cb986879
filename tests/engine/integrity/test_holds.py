import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavepool.engine.integrity import HoldTerms, HoldTermsOutOfRange, holds_from

TERMS = HoldTerms(
    expiry_days=30, self_purchase_default_kept_ppm=0, lockstep_default_kept_ppm=1_000_000
)

lines = st.lists(
    st.tuples(
        st.integers(1, 5),  # payee
        st.integers(0, 500),  # direct leg
        st.integers(0, 500),  # pool leg
        st.sampled_from(["clean", "self", "ring", "both"]),
    ),
    max_size=25,
)


def suspects(rows: list[tuple[int, int, int, str]], *marks: str) -> pa.Table:
    chosen = [(line_id, *row) for line_id, row in enumerate(rows) if row[3] in marks]
    names = {"line_id": 0, "payee_id": 1, "direct_minor": 2, "pool_minor": 3}
    columns = {name: pa.array([r[i] for r in chosen], pa.int64()) for name, i in names.items()}
    texts = {"currency": "CNY", "evidence": json.dumps({"mark": marks[0]})}
    return pa.table(
        columns
        | {name: pa.array([text] * len(chosen), pa.string()) for name, text in texts.items()}
    )


def open_holds(rows: list[tuple[int, int, int, str]]) -> pa.Table:
    return holds_from(
        self_purchases=suspects(rows, "self", "both"),
        ring_lines=suspects(rows, "ring", "both"),
        period="2024-06",
        opened_at=1_719_763_200_000,
        terms=TERMS,
    )


def payable(
    rows: list[tuple[int, int, int, str]], holds: list[dict[str, object]]
) -> dict[int, int]:
    """Per payee, the direct legs less what is parked in escrow."""
    amounts = dict.fromkeys(range(1, 6), 0)
    for payee, direct, _, _ in rows:
        amounts[payee] += direct
    for hold in holds:
        amounts[hold["payee_id"]] -= hold["amount_minor"]
    return amounts


def others_are_untouched(
    rows: list[tuple[int, int, int, str]], holds: list[dict[str, object]]
) -> bool:
    clean = set(range(1, 6)) - {r[0] for r in rows if r[3] != "clean"}
    before, after = payable(rows, []), payable(rows, holds)
    return all(before[payee] == after[payee] for payee in clean)


class TestHoldsFrom:
    @settings(max_examples=30, deadline=None)
    @given(lines)
    def test_change_no_other_payees_amount(self, rows: list[tuple[int, int, int, str]]) -> None:
        holds = open_holds(rows).to_pylist()
        assert others_are_untouched(rows, holds)
        assert all(amount >= 0 for amount in payable(rows, holds).values())
        marked = sum(direct for _, direct, _, mark in rows if mark != "clean")
        assert sum(hold["amount_minor"] for hold in holds) == marked

    def test_would_be_caught_parking_another_payees_money(self) -> None:
        rows = [(1, 40, 60, "self"), (2, 30, 0, "clean")]
        (hold,) = open_holds(rows).to_pylist()
        assert others_are_untouched(rows, [hold])
        assert not others_are_untouched(rows, [{**hold, "payee_id": 2}])

    @settings(max_examples=30, deadline=None)
    @given(lines)
    def test_open_one_hold_per_line_each_with_evidence(
        self, rows: list[tuple[int, int, int, str]]
    ) -> None:
        holds = open_holds(rows).to_pylist()
        assert len({hold["line_id"] for hold in holds}) == len(holds)
        assert all(json.loads(hold["evidence"]) for hold in holds)
        assert [hold["hold_id"] for hold in holds] == sorted(hold["hold_id"] for hold in holds)

    def test_put_self_purchase_before_lockstep(self) -> None:
        holds = open_holds([(1, 40, 60, "both"), (1, 10, 0, "ring")]).to_pylist()
        assert [(h["hold_id"], h["default_kept_ppm"]) for h in holds] == [
            ("lockstep:line:1", 1_000_000),
            ("self_purchase:line:0", 0),
        ]

    def test_leave_a_line_that_earns_nothing(self) -> None:
        assert open_holds([(1, 0, 0, "self")]).num_rows == 0

    @pytest.mark.parametrize(("days", "kept"), [(0, 0), (30, -1), (30, 1_000_001)])
    def test_refuse_terms_out_of_range(self, days: int, kept: int) -> None:
        with pytest.raises(HoldTermsOutOfRange, match="out of range"):
            HoldTerms(
                expiry_days=days, self_purchase_default_kept_ppm=kept, lockstep_default_kept_ppm=0
            )
