"""Verification: honest receipts pass; every edit is found and named in its place."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.receipts import (
    Difference,
    OrderFacts,
    PolicyRef,
    ReceiptInvalid,
    RefundFacts,
    StatementLine,
    Weight,
    read_receipt,
    receipt_json,
    refund_receipt,
    seals_of,
    verify_receipt,
    verifying,
)

KINDS = [
    "commission",
    "refund",
    "agency_commission",
    "agency_refund",
    "pool",
    "award_lump_sum",
    "award_tiered",
    "award_per_anchor",
    "award_frame",
    "agency_awards",
    "held",
    "adjustment",
    "debt",
]

# Texts that only describe and may be edited without a difference. There are none:
# every text of a receipt is sealed, and every formula is compared word for word.
DESCRIPTIVE_TEXTS: frozenset[str] = frozenset()

Receipts = Mapping[str, dict[str, Any]]
Path = tuple[str | int, ...]


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _leaves(item, (*path, place))
    else:
        yield path, value


def _edits(value: Any) -> list[Any]:
    """Values of the same type that differ, and one of another type."""
    if isinstance(value, bool):
        return [not value, int(value)]
    if isinstance(value, int):
        return [value + 1, value - 1, -value - 7, value * 2 + 1, str(value)]
    if isinstance(value, str):
        flipped = ("1" if value[-1:] == "0" else "0").join([value[:-1], ""])
        return [value + " ", flipped, "", None]
    return [0, 1, "x", False]


def _edited(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    edited = copy.deepcopy(document)
    holder: Any = edited
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return edited


def _section(document: dict[str, Any], path: Path) -> int:
    """Place of an edit in the order of verification: head, steps, merkle, manifest, seals."""
    steps = len(document["steps"])
    if path[0] == "steps":
        return 1 + int(path[1]) if len(path) > 1 else 1
    return {"merkle": steps + 1, "manifest": steps + 2, "seals": steps + 3}.get(str(path[0]), 0)


def _found_at(document: dict[str, Any], edited: dict[str, Any]) -> int | None:
    """Where verification places the first difference; None when it finds none."""
    try:
        difference = verify_receipt(edited).first_difference
    except ReceiptInvalid as error:
        parts = error.pointer.split("/")[1:]
        return _section(document, tuple(int(p) if p.isdigit() else p for p in parts))
    if difference is None:
        return None
    names = ["head", *(step["name"] for step in document["steps"]), "merkle", "manifest"]
    return names.index(difference.step)


class TestHonestReceipt:
    @pytest.mark.parametrize("kind", KINDS)
    def test_verifies(self, receipts: Receipts, kind: str) -> None:
        verified = verify_receipt(receipts[kind])
        assert (verified.ok, verified.first_difference) == (True, None)
        assert verified.checked_steps == len(receipts[kind]["steps"])
        assert verified.membership == "no_manifest"
        assert verified.origin == "arithmetic verified, origin not"

    def test_there_is_one_of_every_kind(self, receipts: Receipts) -> None:
        assert list(receipts) == KINDS

    @pytest.mark.parametrize("kind", KINDS)
    def test_survives_its_file(self, receipts: Receipts, kind: str) -> None:
        again = read_receipt(receipt_json(receipts[kind]))
        assert again == receipts[kind]
        assert verify_receipt(again).ok

    def test_is_verified_in_under_50_ms(self, receipts: Receipts) -> None:
        started = time.perf_counter()
        for _ in range(10):
            verify_receipt(receipts["pool"])
        assert time.perf_counter() - started < 10 * 0.050

    @given(
        paid=st.integers(1, 10**13),
        ppm=st.lists(st.integers(0, 500_000), min_size=4, max_size=4),
        weights=st.lists(st.integers(0, 10**12), max_size=4),
        refunds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    )
    def test_of_any_refund_verifies(
        self, paid: int, ppm: list[int], weights: list[int], refunds: tuple[int, int]
    ) -> None:
        order = OrderFacts(
            line_id="o-1",
            paid_minor=paid,
            platform_coupon_minor=0,
            shipping_minor=0,
            tax_minor=0,
            plan_id=None,
            rate_ppm=ppm[0],
            scene_id="open",
            pool_id=None,
            direct_ppm=ppm[1],
            fee_ppm=ppm[2],
            rule="linear",
            weights=tuple(Weight(party=n, weight=w) for n, w in enumerate([1, *weights])),
            party=0,
            agency_id=None,
            split_ppm=ppm[3],
        )
        before, now = sorted(paid * share // 10**6 for share in refunds)
        commission = paid * ppm[0] // 10**6
        direct = commission - commission * ppm[2] // 10**6
        total = 1 + sum(weights)
        quotas = [divmod(direct * w, total) for w in [1, *weights]]
        left = direct - sum(quota for quota, _ in quotas)
        is_raised = sum(rest > quotas[0][1] for _, rest in quotas) < left
        share = quotas[0][0] + is_raised
        kept = share - share * ppm[3] // 10**6
        due = kept * now // paid - kept * before // paid
        line = StatementLine(
            period="2026-02",
            line_key="R:o-1:2026-02",
            payee_id=7,
            kind="refund",
            ref_id="o-1",
            currency="JPY",
            amount_minor=-due,
            micro=-due * 10**6,
            is_held=False,
        )
        document = refund_receipt(
            line,
            PolicyRef(id="default", version=1, digest="0" * 64),
            order=order,
            refund=RefundFacts(
                refunded_before_minor=before,
                is_cancelled_before=False,
                refunded_minor=now,
                is_cancelled=False,
            ),
        )
        assert verify_receipt(document).ok


class TestEdit:
    @pytest.mark.parametrize("kind", KINDS)
    def test_of_any_value_is_found_at_its_place_or_before(
        self, receipts: Receipts, kind: str
    ) -> None:
        document = receipts[kind]
        missed = []
        for path, value in _leaves(document):
            for edit in _edits(value):
                found = _found_at(document, _edited(document, path, edit))
                if found is None or found > _section(document, path):
                    missed.append((path, edit, found))
        assert [path for path, _, _ in missed if str(path[-1]) not in DESCRIPTIVE_TEXTS] == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_drops_repeats_or_adds_a_field_is_found(
        self, receipts: Receipts, kind: str
    ) -> None:
        document = receipts[kind]
        for path, value in _leaves({"": document}):
            holder_path = path[1:-1]
            edited = copy.deepcopy(document)
            holder: Any = edited
            for key in holder_path:
                holder = holder[key]
            if isinstance(holder, list):
                holder.append(value)
            else:
                del holder[path[-1]]
            assert _found_at(document, edited) is not None, path
            if isinstance(holder, dict):
                holder.update({str(path[-1]): value, "extra": 1})
                assert _found_at(document, edited) is not None, path

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_swaps_two_steps_is_found(self, receipts: Receipts, kind: str) -> None:
        edited = copy.deepcopy(receipts[kind])
        edited["steps"][0], edited["steps"][1] = edited["steps"][1], edited["steps"][0]
        assert _found_at(receipts[kind], edited) is not None

    def test_of_a_result_names_step_field_and_both_values(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["commission"])
        edited["steps"][2]["result"]["commission_minor"] = 2_040
        verified = verify_receipt(edited)
        assert verified.first_difference == Difference(
            step="commission", field="result/commission_minor", expected=2_039, found=2_040
        )
        assert (verified.ok, verified.checked_steps) == (False, 2)

    def test_of_a_carried_number_names_the_step_that_reads_it(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["commission"])
        edited["steps"][4]["inputs"]["commission_minor"] = 2_038
        assert verify_receipt(edited).first_difference == Difference(
            step="fee", field="inputs/commission_minor", expected=2_039, found=2_038
        )

    def test_of_the_amount_names_the_line(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["pool"])
        edited["line"]["amount_minor"] = 8_963
        assert verify_receipt(edited).first_difference == Difference(
            step="head", field="line/amount_minor", expected=8_962, found=8_963
        )

    def test_that_rounds_away_is_found_by_the_seal(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["commission"])
        edited["steps"][2]["inputs"]["rate_ppm"] = 200_001
        difference = verify_receipt(edited).first_difference
        assert difference is not None
        assert (difference.step, difference.field) == ("commission", "seal")

    def test_to_inputs_that_contradict_each_other_is_told(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["refund"])
        edited["steps"][7]["inputs"]["refunded_minor"] = 10_001
        difference = verify_receipt(edited).first_difference
        assert difference is not None
        assert (difference.step, difference.field) == ("reversal", "inputs")
        assert difference.found == "refunds of 10001 are above the 10000 paid"


class TestForger:
    """Whoever edits and seals again: arithmetic and the Merkle path still hold."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_cannot_move_a_result_a_carried_number_or_the_line(
        self, receipts: Receipts, kind: str
    ) -> None:
        document = receipts[kind]
        results: set[str] = set()
        bound: list[Path] = [("line", name) for name in document["line"]]
        for place, step in enumerate(document["steps"]):
            bound += [("steps", place, "inputs", n) for n in step["inputs"] if n in results]
            bound += [("steps", place, "result", n) for n in step["result"]]
            bound += [("steps", place, "name"), ("steps", place, "formula")]
            results |= set(step["result"]) | set(step["inputs"])
        checked = 0
        for path, value in _leaves(document):
            if not any(path[: len(start)] == start for start in bound):
                continue
            for edit in _edits(value):
                edited = _edited(document, path, edit)
                try:
                    edited["seals"] = seals_of(edited)
                    assert not verify_receipt(edited).ok, (path, edit)
                except ReceiptInvalid:
                    pass
                checked += 1
        assert checked > 60

    def test_can_move_a_fact_that_rounds_away(self, receipts: Receipts) -> None:
        # The limit of the guarantee, as docs/algorithms/receipts.md states it.
        edited = copy.deepcopy(receipts["commission"])
        edited["steps"][2]["inputs"]["rate_ppm"] = 200_001
        edited["seals"] = seals_of(edited)
        assert verify_receipt(edited).ok

    def test_cannot_pay_itself_more(self, receipts: Receipts) -> None:
        edited = copy.deepcopy(receipts["debt"])
        edited["line"].update(amount_minor=16, micro=16_000_000)
        edited["steps"][0]["inputs"].update(lines_minor=-16)
        edited["steps"][0]["result"].update(debt_out_minor=46)
        edited["steps"][1]["inputs"].update(debt_out_minor=46)
        edited["steps"][1]["result"].update(amount_minor=16, micro=16_000_000)
        edited["seals"] = seals_of(edited)
        difference = verify_receipt(edited).first_difference
        assert difference is not None
        assert (difference.step, difference.field) == ("merkle", "path")


class TestSabotage:
    """Each guard, broken, is seen to let its edit through."""

    @staticmethod
    def _is_missed(document: dict[str, Any], path: Path, value: Any) -> bool:
        edited = _edited(document, path, value)
        edited["seals"] = seals_of(edited)
        return verify_receipt(edited).ok

    def test_without_seals_a_fact_moves(
        self, receipts: Receipts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edited = _edited(receipts["commission"], ("steps", 0, "inputs", "touch_id"), 1)
        assert not verify_receipt(edited).ok
        monkeypatch.setattr(verifying, "seals_of", lambda document: document["seals"])
        assert verify_receipt(edited).ok

    def test_without_the_recomputation_a_result_moves(
        self, receipts: Receipts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit = (receipts["held"], ("steps", 0, "result", "held_minor"), 151)
        assert not self._is_missed(*edit)
        monkeypatch.setattr(verifying, "_first_unequal", lambda *parts: None)
        assert self._is_missed(*edit)

    def test_without_the_merkle_check_a_line_moves(
        self, receipts: Receipts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit = (receipts["pool"], ("line", "payee_id"), 8)
        assert not self._is_missed(*edit)
        monkeypatch.setattr(verifying, "_merkle_difference", lambda document: None)
        assert self._is_missed(*edit)
