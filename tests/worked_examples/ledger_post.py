"""Worked table of docs/algorithms/ledger.md: the judgement of a batch, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import platform_ready
from wavepool.domains.ledger.operations import AmountOutOfRange, InsufficientFunds
from wavepool.domains.ledger.operations.chunks import (
    HeldAccount,
    changes_of,
    check_changes,
    resolve,
)
from wavepool.domains.ledger.tables import NewTransfer, table_of

assert platform_ready.READY
BALANCES = {"bank": -1_000, "ada": 1_000, "bao": 0}


def judge(post: Sequence[tuple[str, str, int]], reserved: int) -> dict[str, object]:
    """Try one batch on books where the bank gave Ada 1 000."""
    held = tuple(
        HeldAccount(
            id=number,
            code=code,
            currency="CNY",
            may_go_negative=code == "bank",
            balance_minor=balance_minor,
            reserved_minor=reserved if code == "ada" else 0,
        )
        for number, (code, balance_minor) in enumerate(BALANCES.items(), 1)
    )
    table = table_of(
        [
            NewTransfer(key=str(n), debit=debit, credit=credit, currency="CNY", amount_minor=amount)
            for n, (debit, credit, amount) in enumerate(post)
        ]
    )
    debit_ids, credit_ids = resolve(table, held)
    changes = changes_of(table, debit_ids=debit_ids, credit_ids=credit_ids)
    refusal = None
    try:
        check_changes({each.id: each for each in held}, changes)
    except (AmountOutOfRange, InsufficientFunds) as error:
        refusal, changes = type(error).__name__, {}
    after = {
        each.code: replace(each, balance_minor=each.balance_minor + changes[each.id].delta_minor)
        if each.id in changes
        else each
        for each in held
    }
    ada = after["ada"]
    return {
        "ada": ada.balance_minor,
        "bao": after["bao"].balance_minor,
        "available": ada.balance_minor - ada.reserved_minor,
        "refusal": refusal,
    }
