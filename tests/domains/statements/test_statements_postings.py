"""A month's transfers as the books take them: words that fit, and no key twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.ledger.operations.checking import check_transfers
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.queries import taxes
from wavepool.domains.statements.tables import CORRECTIONS, HEADS, open_postings
from worlds.month_end import OCTOBER, SEPTEMBER, MonthEnd, end_of

#: As long as the books let a key be.
LONG = "M:1:A:" + "n" * 114
RUN = pa.schema(
    [
        ("key", pa.string()),
        ("debit", pa.string()),
        ("credit", pa.string()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),
    ]
)
POOLS = pa.schema(
    [
        ("pool_id", pa.string()),
        ("currency", pa.string()),
        ("deficit_in_minor", pa.int64()),
        ("deficit_out_minor", pa.int64()),
    ]
)


def posted(folder: Path, *rows: dict[str, Any]) -> pa.Table:
    """What is posted of a month whose run has these transfers and nothing else."""
    month = folder / SEPTEMBER
    month.mkdir()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=RUN), month / "transfers.parquet")
    pq.write_table(POOLS.empty_table(), month / "pool_accounts.parquet")
    with open_postings(
        folder, SEPTEMBER, heads=HEADS.empty_table(), corrections=CORRECTIONS.empty_table()
    ) as found:
        (table,) = found.chunks(100)
    return table


def award(key: str) -> dict[str, Any]:
    """A transfer of an award."""
    return {
        "key": key, "debit": "carry_liability:CNY", "credit": "payee:1", "currency": "CNY",
        "amount_minor": 5,
    }  # fmt: skip


class TestASubject:
    def test_is_the_whole_key_where_the_books_have_room(self, tmp_path: Path) -> None:
        key = "M:1:A:" + "n" * 55
        (row,) = posted(tmp_path, award(key)).to_pylist()
        assert row["subject"] == f"settlement:2026-09:{key}"
        assert len(row["subject"]) == 80

    def test_is_cut_to_what_the_books_keep_and_stays_its_own(self, tmp_path: Path) -> None:
        table = posted(tmp_path, award(LONG), award(f"{LONG[:-1]}m"))
        check_transfers(table)
        first, second = table.to_pylist()
        for row in (first, second):
            assert (len(row["key"]), len(row["subject"])) == (120, 80)
            assert row["subject"].startswith("settlement:2026-09:M:1:A:nnn")
        assert first["subject"] != second["subject"]


@pytest.mark.django_db
class TestTwoCurrenciesOfOnePayee:
    def correct(self, months: MonthEnd, currency: str, minor: int) -> None:
        """Eve asks, Fay approves."""
        at = end_of(SEPTEMBER)
        asked = operations.ask_correction(
            payee_id=months.fair.payees["ada"].pk, currency=currency, amount_minor=minor,
            reason="A parcel was counted twice.", cause="mistake", ref="",
            actor=months.actor("eve", at=at), as_of=at,
        )  # fmt: skip
        operations.approve_correction(
            public_id=asked.public_id, actor=months.actor("fay", at=at), as_of=at
        )

    def keys(self, kind: str, month: str = SEPTEMBER) -> set[str]:
        rows = Transfer.objects.filter(kind=kind, period=month)
        return {key.replace(str(self.payee), "ada") for key in rows.values_list("key", flat=True)}

    def test_are_each_posted_when_both_owe(self, months: MonthEnd) -> None:
        self.payee = months.fair.payees["ada"].pk
        self.correct(months, "CNY", -10_500)
        self.correct(months, "USD", -700)
        months.close(SEPTEMBER)
        assert self.keys("debt") == {"OO:ada:CNY", "OO:ada:USD"}
        for currency, owed in (("CNY", -630), ("USD", -700)):
            account = books.get_account(f"payee:{self.payee}:receivable:{currency}")
            assert account.balance_minor == owed
        months.close(OCTOBER)
        assert self.keys("debt_repaid", OCTOBER) == {"OI:ada:CNY"}
        assert books.prove_books().reconciles

    def test_are_each_posted_when_both_are_taxed(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.payee = months.fair.payees["ada"].pk

        def a_tenth(*, income_minor: int, **_more: Any) -> queries.Withheld:
            return queries.Withheld(income_minor // 10, "a tenth")

        monkeypatch.setattr(taxes, "_OWN", [a_tenth])
        self.correct(months, "USD", 500)
        months.close(SEPTEMBER)
        assert {"T:ada:CNY", "T:ada:USD"} <= self.keys("tax")
        assert books.get_account("tax:office:clearing:USD").balance_minor == 50
        assert books.prove_books().reconciles
