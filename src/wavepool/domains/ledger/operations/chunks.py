"""Writing many transfers at once: accounts locked in order, rows in one stream, one move each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils.translation import gettext as _

from wavepool.domains.ledger.models import Transfer
from wavepool.domains.ledger.operations.commands import Command
from wavepool.domains.ledger.operations.refusals import (
    AccountMissing,
    AmountOutOfRange,
    CurrencyMismatch,
    InsufficientFunds,
)
from wavepool.domains.ledger.tables import exact_sums
from wavepool.engine.money import AMOUNT_MAX
from wavepool.plumbing.bulk import write_rows

_ACCOUNT: Final = "id, code, currency, may_go_negative, balance_minor, reserved_minor"
# The order of the ids is the order of every writer, so no two wait for each other.
_LOCK: Final = {
    "postgresql": (
        f"SELECT {_ACCOUNT} FROM ledger_account WHERE code = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
    ),
    "sqlite": (
        f"SELECT {_ACCOUNT} FROM ledger_account WHERE code IN (SELECT value FROM json_each(%s))"
        " ORDER BY id"
    ),
}
_MOVE: Final = {
    "postgresql": """
        UPDATE ledger_account AS a
        SET balance_minor = a.balance_minor + w.delta,
            reserved_minor = a.reserved_minor + w.reserve
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w(id, delta, reserve)
        WHERE a.id = w.id
            AND (a.may_go_negative
                 OR a.balance_minor + w.delta >= a.reserved_minor + w.reserve)
        """,
    "sqlite": """
        UPDATE ledger_account
        SET balance_minor = balance_minor + %s, reserved_minor = reserved_minor + %s
        WHERE id = %s AND (may_go_negative OR balance_minor + %s >= reserved_minor + %s)
        """,
}


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """An account under our lock, as it is now."""

    id: int
    code: str
    currency: str
    may_go_negative: bool
    balance_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch does to one account: to its balance, and to what is reserved of it."""

    delta_minor: int
    reserve_minor: int


def lock_accounts(codes: Iterable[str]) -> tuple[HeldAccount, ...]:
    """Lock accounts in the order of their ids and read them; those that exist."""
    wanted = sorted(set(codes))
    given = wanted if connection.vendor == "postgresql" else json.dumps(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK[connection.vendor], [given])
        return tuple(HeldAccount(*row) for row in cursor.fetchall())


def write_transfers(table: pa.Table, *, batch_id: int, command: Command) -> None:
    """Write checked transfers of a claimed batch and move the balances.

    Raises:
        AccountMissing, CurrencyMismatch, InsufficientFunds, AmountOutOfRange:
            the caller rolls everything back.
    """
    codes = pa.chunked_array([*table["debit"].chunks, *table["credit"].chunks], pa.string())
    held = lock_accounts(pc.unique(codes).to_pylist())
    debit_ids, credit_ids = resolve(table, held)
    changes = changes_of(table, debit_ids=debit_ids, credit_ids=credit_ids)
    check_changes({each.id: each for each in held}, changes)
    _insert(table, debit_ids, credit_ids, batch_id=batch_id, command=command)
    move_balances(changes)


def resolve(table: pa.Table, held: tuple[HeldAccount, ...]) -> tuple[Any, Any]:
    """Ids of the accounts of both sides.

    Raises:
        AccountMissing: a code that nobody opened.
        CurrencyMismatch: an account in another currency than its transfer.
    """
    codes = pa.array([each.code for each in held], pa.string())
    ids = pa.array([each.id for each in held], pa.int64())
    currencies = pa.array([each.currency for each in held], pa.string())
    sides = []
    for name in ("debit", "credit"):
        place = pc.index_in(table[name], value_set=codes)
        if place.null_count:
            missing = pc.index(pc.is_null(place), pa.scalar(value=True)).as_py()
            raise AccountMissing(table[name][missing].as_py())
        differs = pc.not_equal(pc.take(currencies, place), table["currency"])
        first = pc.index(differs, pa.scalar(value=True)).as_py()
        if first >= 0:
            row = {key: table[key][first].as_py() for key in ("key", "currency")}
            raise CurrencyMismatch(
                row["key"], code=table[name][first].as_py(), currency=row["currency"]
            )
        sides.append(pc.take(ids, place))
    return sides[0], sides[1]


def changes_of(table: pa.Table, *, debit_ids: Any, credit_ids: Any) -> dict[int, Change]:
    """What the transfers do to each account, summed exactly, by id."""
    is_pending, amounts = table["is_pending"], table["amount_minor"]
    is_posted = pc.invert(is_pending)
    given = exact_sums(pc.filter(debit_ids, is_posted), pc.filter(amounts, is_posted))
    got = exact_sums(pc.filter(credit_ids, is_posted), pc.filter(amounts, is_posted))
    reserved = exact_sums(pc.filter(debit_ids, is_pending), pc.filter(amounts, is_pending))
    ids = sorted(given.keys() | got.keys() | reserved.keys())
    return {
        each: Change(got.get(each, 0) - given.get(each, 0), reserved.get(each, 0)) for each in ids
    }


def check_changes(held: Mapping[int, HeldAccount], changes: Mapping[int, Change]) -> None:
    """Refuse what an account cannot bear.

    Raises:
        InsufficientFunds: an account that may not go below zero would.
        AmountOutOfRange: a balance would leave 64 bits.
    """
    for account_id, change in changes.items():
        account = held[account_id]
        balance_minor = account.balance_minor + change.delta_minor
        reserved_minor = account.reserved_minor + change.reserve_minor
        if max(abs(balance_minor), reserved_minor, abs(change.delta_minor)) > AMOUNT_MAX:
            raise AmountOutOfRange(_("The balance of %(code)s") % {"code": account.code})
        if not account.may_go_negative and balance_minor < reserved_minor:
            raise InsufficientFunds(
                account.code,
                available_minor=account.balance_minor - account.reserved_minor,
                wanted_minor=change.reserve_minor - change.delta_minor,
            )


def move_balances(changes: Mapping[int, Change]) -> None:
    """Move the balances of locked accounts, by the store's own condition once more."""
    rows = [(each, change.delta_minor, change.reserve_minor) for each, change in changes.items()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ids, deltas, reserves = map(list, zip(*rows, strict=True))
            cursor.execute(_MOVE["postgresql"], [ids, deltas, reserves])
        else:
            cursor.executemany(
                _MOVE["sqlite"],
                [(delta, reserve, each, delta, reserve) for each, delta, reserve in rows],
            )
        assert cursor.rowcount == len(rows), "an account changed under its lock"


def _insert(
    table: pa.Table, debit_ids: Any, credit_ids: Any, *, batch_id: int, command: Command
) -> None:
    count, is_pending = table.num_rows, table["is_pending"]
    made = pa.repeat(pa.scalar(command.as_of, pa.timestamp("us", "UTC")), count)
    columns: dict[str, Any] = {
        "batch_id": pa.repeat(batch_id, count),
        "key": table["key"],
        "debit_id": debit_ids,
        "credit_id": credit_ids,
        "currency": table["currency"],
        "amount_minor": table["amount_minor"],
        "state": pc.if_else(is_pending, "pending", "posted"),
        "kind": table["kind"],
        "subject": table["subject"],
        "period": pa.repeat(command.period, count),
        "made_at": made,
        "posted_at": pc.if_else(is_pending, pa.scalar(None, made.type), made),
        "reverses_id": table["reverses_id"],
    }
    write_rows(Transfer, pa.table(columns))
