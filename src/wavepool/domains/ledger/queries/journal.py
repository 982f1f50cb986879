"""The books as a journal in plain text that beancount reads and checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from wavepool.domains.ledger.models import LedgerAccount, Purpose, Transfer
from wavepool.domains.ledger.queries.snapshots import one_snapshot
from wavepool.engine.money import format_minor

_CHUNK: Final = 5_000
#: What we owe is a liability, what we keep is income, what we are owed or hold outside an asset.
_ROOTS: Final = {
    Purpose.RECEIVABLE: "Assets",
    Purpose.EXTERNAL: "Assets",
    Purpose.FEE: "Income",
}
_OPENED: Final = date(1970, 1, 1)


def journal_lines(*, until: date) -> Iterator[str]:
    """The journal of all posted transfers, line by line, as of one moment.

    It opens every account, gives one transaction a transfer, and ends with a
    balance assertion without tolerance for every account on the day after
    `until`. A balance has the sign that the format asks for: debits above zero.

    Args:
        until: the day of the export in UTC, not before the last transfer's.
    """
    with one_snapshot():
        yield 'option "title" "wavepool"'
        names = {}
        for account in LedgerAccount.objects.order_by("pk").iterator(chunk_size=_CHUNK):
            names[account.pk] = journal_account(account)
            yield f"{_OPENED} open {names[account.pk]} {account.currency}"
            yield f'  code: "{account.code}"'
        last = _OPENED
        for transfer in _posted():
            last = _day(transfer)
            yield from _transaction(transfer, names)
        end = max(until, last) + timedelta(days=1)
        for account in LedgerAccount.objects.order_by("pk").iterator(chunk_size=_CHUNK):
            amount = format_minor(-account.balance_minor, account.currency)
            yield f"{end} balance {names[account.pk]} {amount} ~ 0 {account.currency}"


def journal_account(account: LedgerAccount) -> str:
    """Name an account as the format wants it; no two accounts share a name.

    The row's number stands in it because owners' ids may hold other letters.
    """
    root = _ROOTS.get(Purpose(account.purpose), "Liabilities")
    owner = "-".join(part.capitalize() for part in account.owner_kind.split("_") if part)
    parts = (root, owner, f"N{account.pk}", account.purpose.capitalize(), account.currency)
    return ":".join(parts)


def _posted() -> Iterator[Transfer]:
    """Posted transfers in the order of their days."""
    rows = Transfer.objects.filter(state=Transfer.State.POSTED).select_related("batch")
    return rows.order_by("posted_at", "pk").iterator(chunk_size=_CHUNK)


def _transaction(transfer: Transfer, names: dict[int, str]) -> Iterator[str]:
    amount = f"{format_minor(transfer.amount_minor, transfer.currency)} {transfer.currency}"
    yield f"{_day(transfer)} * {_quoted(transfer.kind)} {_quoted(transfer.subject)} ^batch-{transfer.batch_id}"
    yield f"  key: {_quoted(f'{transfer.batch.key}/{transfer.key}')}"
    yield f"  {names[transfer.debit_id]}  {amount}"
    yield f"  {names[transfer.credit_id]}  -{amount}"


def _day(transfer: Transfer) -> date:
    assert transfer.posted_at is not None, "a posted transfer says when"
    return transfer.posted_at.date()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
