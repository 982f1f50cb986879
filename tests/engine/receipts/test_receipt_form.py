"""Documents that are no receipts: named errors, with the place."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from wavepool.engine.receipts import (
    DebtFacts,
    PolicyRef,
    ReceiptContradictsLine,
    ReceiptInvalid,
    StatementLine,
    debt_receipt,
    read_receipt,
    receipt_json,
    verify_receipt,
    write_receipt,
)
from wavepool.engine.receipts.steps import COMMISSION, DEBT

Receipts = Mapping[str, dict[str, Any]]

LINE = StatementLine(
    period="2026-01",
    line_key="D:7",
    payee_id=7,
    kind="debt",
    ref_id=None,
    currency="CNY",
    amount_minor=15,
    micro=15_000_000,
    is_held=False,
)
POLICY = PolicyRef(id="default", version=1, digest="0" * 64)


class TestFile:
    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"\xff", "not readable as JSON"),
            (b"{", "not readable as JSON"),
            (b'{"a":1,"a":2}', "a key stands twice"),
            (b'{"a":1.0}', "1.0 is not a whole number"),
            (b'{"a":NaN}', "NaN is not a whole number"),
            (b'{"a":' + b"9" * 5_000 + b"}", "not readable as JSON"),
            (b"[" * 100_000, "not readable as JSON"),
            (b"[]", "expected an object"),
            (b"{}", "/format: is absent"),
        ],
    )
    def test_that_is_no_receipt_is_named(self, data: bytes, problem: str) -> None:
        with pytest.raises(ReceiptInvalid, match=problem):
            read_receipt(data)

    def test_with_a_byte_order_mark_is_read(self, receipts: Receipts) -> None:
        assert read_receipt(b"\xef\xbb\xbf" + receipt_json(receipts["held"])) == receipts["held"]


class TestForm:
    @pytest.mark.parametrize(
        ("path", "value", "pointer"),
        [
            (("format",), "wavepool-receipt-2", "/format"),
            (("line", "kind"), "gift", "/line/kind"),
            (("line", "amount_minor"), "150", "/line/amount_minor"),
            (("line", "amount_minor"), True, "/line/amount_minor"),
            (("line", "amount_minor"), 2**127, "/line/amount_minor"),
            (("line", "line_key"), "\ud800", "/line/line_key"),
            (("line", "is_held"), 1, "/line/is_held"),
            (("policy", "digest"), "AB" * 32, "/policy/digest"),
            (("steps",), [], "/steps"),
            (("steps", 0), 3, "/steps/0"),
            (("steps", 0, "name"), None, "/steps/0/name"),
            (("steps", 0, "inputs", "lines"), {}, "/steps/0/inputs/lines"),
            (
                ("steps", 0, "inputs", "lines", 1, "held_minor"),
                -1,
                "/steps/0/inputs/lines/1/held_minor",
            ),
            (("steps", 0, "inputs", "lines", 1, "a/b~c"), 1, "/steps/0/inputs/lines/1/a~1b~0c"),
            (("steps", 0, "result"), None, "/steps/0/result"),
            (("merkle", "path", 0), "00", "/merkle/path/0"),
            (("manifest", "signature"), {}, "/manifest/signature/algorithm"),
            (("seals",), [], "/seals"),
        ],
    )
    def test_names_the_first_bad_place(
        self, receipts: Receipts, path: tuple[Any, ...], value: Any, pointer: str
    ) -> None:
        document = copy.deepcopy(receipts["held"])
        holder: Any = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
        with pytest.raises(ReceiptInvalid) as caught:
            verify_receipt(document)
        assert caught.value.pointer == pointer

    def test_survives_a_number_too_long_to_print(self, receipts: Receipts) -> None:
        document = copy.deepcopy(receipts["held"])
        document["line"]["micro"] = 10**5_000
        with pytest.raises(ReceiptInvalid, match=r"/line/micro: .* beyond every amount"):
            verify_receipt(document)

    def test_of_too_few_steps_is_told(self, receipts: Receipts) -> None:
        document = copy.deepcopy(receipts["held"])
        del document["steps"][1], document["seals"][1]
        with pytest.raises(ReceiptInvalid, match="/steps: expected 2 steps, found 1"):
            verify_receipt(document)


class TestWriting:
    def test_refuses_a_line_that_the_steps_do_not_reach(self) -> None:
        with pytest.raises(ReceiptContradictsLine) as caught:
            debt_receipt(LINE, POLICY, debt=DebtFacts(lines_minor=-16, debt_in_minor=30))
        assert (caught.value.field, caught.value.computed, caught.value.held) == (
            "amount_minor",
            16,
            15,
        )

    def test_refuses_facts_of_another_form(self) -> None:
        with pytest.raises(ReceiptInvalid, match="/steps/0/inputs/debt_in_minor: is absent"):
            write_receipt(chain=DEBT, facts={"lines_minor": 1}, line=LINE, policy=POLICY)

    def test_refuses_the_steps_of_another_kind(self) -> None:
        with pytest.raises(AssertionError, match="not explained by these steps"):
            write_receipt(chain=COMMISSION, facts={}, line=LINE, policy=POLICY)

    def test_without_a_proof_is_an_estimate(self) -> None:
        document = debt_receipt(LINE, POLICY, debt=DebtFacts(lines_minor=-15, debt_in_minor=30))
        assert (document["merkle"], document["manifest"]) == (None, None)
        assert verify_receipt(document).ok
