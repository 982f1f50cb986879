"""Rails: answers in any order, silence, files and their results, reports and differences."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from wavepool.connectors.batch_files.reading import result_sheet
from wavepool.connectors.batch_files.writing import batch_file
from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk
from wavepool.connectors.sandbox_payouts.rail import OverHttp, SandboxRail
from wavepool.connectors.sandbox_payouts.server import serving
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Payout, ReportLine, ResultFile
from wavepool.domains.payouts.operations import Instruction, RailSilent, Receipt
from wavepool.domains.payouts.operations.sending import merged
from wavepool.domains.statements.models import Statement
from wavepool.plumbing.actor import MACHINE
from worlds.payday import LATER, NOON, SET, Payday, cleared, payout_of, wallet

HOUR = timedelta(hours=1)
COLUMNS = "序号,收款账号,收款户名,金额(元),备注,状态,失败原因,流水号"


def told(key: str, **more: Any) -> Instruction:
    given: dict[str, Any] = {
        "key": key,
        "line_no": 1,
        "account_name": "Ada",
        "account_number": "62220001",
        "amount_minor": 100,
        "currency": "CNY",
    }
    return Instruction(**{**given, **more})


class TestReceipts:
    def test_come_in_any_order_and_twice(self) -> None:
        paid, failed = Receipt(key="a", kind="paid"), Receipt(key="b", kind="failed")
        found = merged([told("a"), told("b")], [failed, paid, failed])
        assert [(each.key, each.kind) for each in found] == [("a", "paid"), ("b", "failed")]

    def test_that_contradict_or_are_missing_are_unknown(self) -> None:
        said = [Receipt(key="a", kind="paid"), Receipt(key="a", kind="failed")]
        found = merged([told("a"), told("b")], [*said, Receipt(key="c", kind="paid")])
        assert [(each.key, each.kind) for each in found] == [("a", "unknown"), ("b", "unknown")]

    def test_of_two_amounts_are_unknown(self) -> None:
        said = [
            Receipt(key="a", kind="paid", amount_minor=100),
            Receipt(key="a", kind="paid", amount_minor=1_000),
        ]
        assert [each.kind for each in merged([told("a")], said)] == ["unknown"]


class TestTheSandboxOverHttp:
    def test_pays_once_per_key_and_tells_of_it(self, tmp_path: Path) -> None:
        desk = Desk(Bank(tmp_path))
        with serving(desk) as address:
            rail = SandboxRail(OverHttp(address))
            first = rail.submit(batch="b", instructions=[told("po_1")])
            again = rail.submit(batch="b", instructions=[told("po_1")])
            assert first == again
            assert [each.kind for each in first] == ["paid"]
            assert rail.look_up(key="po_1").kind == "paid"
            assert [(each.key, each.amount_minor) for each in rail.report()] == [("po_1", 100)]

    def test_is_silent_where_the_bank_is(self, tmp_path: Path) -> None:
        with serving(Desk(Bank(tmp_path)), silence_s=0.2) as address:
            rail = SandboxRail(OverHttp(address, timeout_s=0.05))
            with pytest.raises(RailSilent):
                rail.submit(batch="b", instructions=[told("po_1", account_number="62220004")])
            assert rail.look_up(key="po_1").kind == "paid"
            closed = rail.look_up(key="po_2")
            assert (closed.kind, closed.code) == ("failed", "never_arrived")
            late = rail.submit(batch="b", instructions=[told("po_2")])
            assert [each.kind for each in late] == ["failed"]

    def test_is_silent_where_nobody_listens(self) -> None:
        with pytest.raises(RailSilent):
            SandboxRail(OverHttp("http://127.0.0.1:9", timeout_s=0.2)).report()


@pytest.mark.django_db
class TestSilence:
    def test_leaves_the_outcome_unknown_and_the_reconciler_finds_it(self, payday: Payday) -> None:
        payday.account(number="6222000011110004", at=SET + HOUR)
        batch = payday.signed()
        payday.work()
        assert payout_of(payday.ada).state == "unknown"
        assert wallet(payday.ada) == (120_000, 120_000)
        batch.refresh_from_db()
        assert batch.state == "sent"
        calls = payday.desk.calls
        payday.work(at=NOON + LATER)
        assert payout_of(payday.ada).state == "paid"
        assert wallet(payday.ada) == (0, 0)
        batch.refresh_from_db()
        assert batch.state == "settled"
        paid = [each for each in payday.bank.every() if each["amount_minor"] == 120_000]
        assert len(paid) == 1
        assert payday.desk.calls > calls

    def test_is_waited_for_as_long_as_the_bank_does_not_know(self, payday: Payday) -> None:
        payday.account(number="6222000011110005", at=SET + HOUR)
        payday.signed()
        payday.work()
        payday.work(at=NOON + LATER)
        payday.work(at=NOON + 2 * LATER)
        ada = payout_of(payday.ada)
        assert (ada.state, wallet(payday.ada)) == ("unknown", (120_000, 120_000))
        assert [each.pk for each in queries.waiting_payouts()] == [ada.pk]
        payday.bank.decide(key=ada.public_id, outcome="failed")
        payday.work(at=NOON + 3 * LATER)
        assert (payout_of(payday.ada).state, wallet(payday.ada)) == ("failed", (120_000, 0))

    def test_of_a_call_that_never_arrived_ends_as_failed_for_good(self, payday: Payday) -> None:
        batch = payday.signed()
        for payout_id in queries.list_planned(batch):
            operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=NOON)
        told_of = operations.begin_sending(batch_id=batch.public_id, most=9, as_of=NOON)
        assert len(told_of) == 2
        # Here the process dies; the next one sends nothing, and asks.
        assert operations.begin_sending(batch_id=batch.public_id, most=9, as_of=NOON) == []
        payday.work()
        payday.work(at=NOON + LATER)
        assert {each.state for each in Payout.objects.all()} == {"failed"}
        assert wallet(payday.ada) == (120_000, 0)
        rail: Any = operations.get_rail("sandbox")
        assert [each.kind for each in rail.submit(batch="b", instructions=told_of)] == [
            "failed",
            "failed",
        ]

    def test_another_amount_is_not_believed(self, payday: Payday) -> None:
        batch = payday.signed()
        for payout_id in queries.list_planned(batch):
            operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=NOON)
        operations.begin_sending(batch_id=batch.public_id, most=9, as_of=NOON)
        receipt = Receipt(key=payout_of(payday.ada).public_id, kind="paid", amount_minor=120_001)
        assert operations.settle_payout(receipt=receipt, actor=MACHINE, as_of=NOON).state == (
            "unknown"
        )

    def test_a_late_answer_changes_nothing(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        ada = payout_of(payday.ada)
        for kind in ("failed", "paid", "unknown"):
            receipt: Any = Receipt(key=ada.public_id, kind=kind)  # type: ignore[arg-type]
            operations.settle_payout(receipt=receipt, actor=MACHINE, as_of=NOON)
        assert (payout_of(payday.ada).state, wallet(payday.ada)) == ("paid", (0, 0))
        assert Statement.objects.get(payee=payday.ada).paid_minor == 120_000


class TestTheBatchFile:
    def test_is_this_to_the_byte(self) -> None:
        rows = [
            told("po_1", line_no=1, account_name="艾达", account_number="622200010001",
                 amount_minor=120_000, remark="po_1"),
            told("po_2", line_no=3, account_name="Chen", account_number="chen@example.com",
                 amount_minor=5, remark="=1+1"),
        ]  # fmt: skip
        text = (
            "批次号,付款日期,总笔数,总金额(元)\r\n"
            "pb_1,20261116,2,1200.05\r\n"
            "序号,收款账号,收款户名,金额(元),备注\r\n"
            "1,622200010001,艾达,1200.00,po_1\r\n"
            "3,chen@example.com,Chen,0.05,'=1+1\r\n"
        )
        given: dict[str, Any] = {"batch": "pb_1", "at": NOON, "instructions": rows}
        assert batch_file(**given, encoding="gb18030") == text.encode("gb18030")
        assert batch_file(**given, encoding="utf-8") == b"\xef\xbb\xbf" + text.encode()

    def test_runs_nothing_in_a_spreadsheet(self) -> None:
        for start in "=+-@\t\r":
            row = told("po", account_name=f"{start}cmd", remark=f"{start}x")
            data = batch_file(batch="b", at=NOON, instructions=[row], encoding="utf-8")
            *_head, cells = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
            assert [each[0] for each in (cells[2], cells[4])] == ["'", "'"]

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("", "head"),
            ("a,b\n1,2\n", "head"),
            ("批次号,付款日期,总笔数,总金额(元)\nb,1,1,1.00\nx,y\n", "columns"),
            (f"批次号,付款日期,总笔数,总金额(元)\nb,1,x,1.00\n{COLUMNS}\n", "count"),
            (f"批次号,付款日期,总笔数,总金额(元)\nb,1,0,1.0.0\n{COLUMNS}\n", "amount"),
            (f"批次号,付款日期,总笔数,总金额(元)\nb,1,1,1.00\n{COLUMNS}\n1,2\n", "columns"),
            (f"批次号,付款日期,总笔数,总金额(元)\nb,1,1,1\n{COLUMNS}\n1,2,A,1,r,?,,\n", "state"),
        ],
    )
    def test_names_what_cannot_be_read(self, text: str, rule: str) -> None:
        assert [each.rule for each in result_sheet(text.encode()).faults] == [rule]


def answered(data: bytes, *, failed: tuple[str, ...] = ()) -> list[list[str]]:
    """A result file that fits a batch file: all paid but the lines that are named."""
    head, values, _columns, *rows = csv.reader(io.StringIO(data.decode("gb18030"), newline=""))
    done = [
        [*row, "失败", "账户已注销", ""] if row[0] in failed else [*row, "成功", "", f"T{row[0]}"]
        for row in rows
    ]
    return [head, values, COLUMNS.split(","), *done]


def as_bytes(rows: list[list[str]], encoding: str = "gb18030") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def filed(payday: Payday) -> Payday:
    """Both are paid by file; the batch is released."""
    payday.account("creator", rail="batch-file", at=SET + HOUR)
    payday.account("agency", rail="batch-file", number="6222000011110009", at=SET + HOUR)
    batch = payday.signed(rail="batch-file")
    payday.work()
    operations.release_file(batch_id=batch.public_id, actor=payday.actor("eve"), as_of=NOON)
    return payday


def the_file(payday: Payday) -> bytes:
    return operations.write_file(
        batch_id=payout_of(payday.ada).batch.public_id,
        encoding="gb18030",
        actor=payday.actor("eve"),
    )


def take(payday: Payday, data: bytes) -> ResultFile:
    return operations.take_result(
        batch_id=payout_of(payday.ada).batch.public_id,
        name="result.csv",
        data=data,
        actor=payday.actor("eve"),
        as_of=NOON + LATER,
    )


@pytest.mark.django_db
class TestAFiledBatch:
    def test_is_sent_once_and_its_file_stays_the_same(self, filed: Payday) -> None:
        assert {each.state for each in Payout.objects.all()} == {"sent"}
        assert the_file(filed) == the_file(filed)
        assert "6222000011110001,Ada,1200.00" in the_file(filed).decode("gb18030")
        with pytest.raises(operations.BatchMoved):
            operations.release_file(
                batch_id=payout_of(filed.ada).batch.public_id,
                actor=filed.actor("eve"),
                as_of=NOON,
            )

    def test_is_settled_by_its_result_file(self, filed: Payday) -> None:
        result = take(filed, as_bytes(answered(the_file(filed), failed=("2",))))
        assert (result.is_taken, result.line_count, result.faults) == (True, 2, [])
        filed.work(at=NOON + LATER)
        ada, chen = payout_of(filed.ada), payout_of(filed.chen)
        assert (ada.state, ada.rail_reference) == ("paid", "T1")
        assert (chen.state, chen.why) == ("failed", "账户已注销")
        assert (wallet(filed.ada), wallet(filed.chen)) == ((0, 0), (30_000, 0))
        assert cleared("batch-file") == 120_000
        assert chen.batch.state == "mixed"
        assert queries.bridge_of("batch-file", "CNY").is_sound

    def test_takes_the_same_file_once(self, filed: Payday) -> None:
        data = as_bytes(answered(the_file(filed)), "utf-8")
        assert take(filed, data) == take(filed, data)
        filed.work(at=NOON + LATER)
        assert take(filed, data).is_taken
        assert ResultFile.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ((1, 0, "pb_other"), {"row": 2, "rule": "other_batch", "value": "pb_other"}),
            ((1, 2, "3"), {"row": 2, "rule": "count", "value": "3"}),
            ((1, 3, "1500.01"), {"row": 2, "rule": "total", "value": "150001"}),
            ((3, 3, "1200.01"), {"row": 4, "rule": "other_amount", "value": "120001"}),
            ((3, 0, "9"), {"row": 4, "rule": "unknown_line", "value": "9"}),
            ((4, 0, "1"), {"row": 5, "rule": "line_twice", "value": "1"}),
            ((3, 1, "6222999"), {"row": 4, "rule": "other_account", "value": "…2999"}),
        ],
    )
    def test_refuses_a_wrong_file_whole_and_keeps_it(
        self, filed: Payday, change: tuple[int, int, str], fault: dict[str, Any]
    ) -> None:
        rows = answered(the_file(filed))
        row, cell, text = change
        rows[row][cell] = text
        data = as_bytes(rows)
        result = take(filed, data)
        assert not result.is_taken
        assert fault in result.faults
        assert queries.unseal(bytes(result.sealed)) == data
        filed.work(at=NOON + LATER)
        assert {each.state for each in Payout.objects.all()} == {"sent"}
        assert wallet(filed.ada) == (120_000, 120_000)
        assert ReportLine.objects.count() == 0
        # The right one is taken afterwards.
        assert take(filed, as_bytes(answered(the_file(filed)))).is_taken

    def test_refuses_a_file_that_says_otherwise_than_one_that_waits(self, filed: Payday) -> None:
        """Taken and not settled yet: the first word stands, or paid money would be paid again."""
        take(filed, as_bytes(answered(the_file(filed))))
        result = take(filed, as_bytes(answered(the_file(filed), failed=("1",))))
        assert result.faults == [{"row": 4, "rule": "settled_otherwise", "value": "paid"}]
        filed.work(at=NOON + LATER)
        assert payout_of(filed.ada).state == "paid"

    def test_refuses_a_file_that_says_otherwise_than_before(self, filed: Payday) -> None:
        take(filed, as_bytes(answered(the_file(filed))))
        filed.work(at=NOON + LATER)
        result = take(filed, as_bytes(answered(the_file(filed), failed=("1",))))
        assert result.faults == [{"row": 4, "rule": "settled_otherwise", "value": "paid"}]
        assert payout_of(filed.ada).state == "paid"
