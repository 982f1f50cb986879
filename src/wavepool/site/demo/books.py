"""The final runs of the closed months in the books; shops that paid what they owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from wavepool.domains.credits import queries as credit_queries
from wavepool.domains.ledger import operations
from wavepool.domains.ledger import queries as ledger
from wavepool.domains.ledger.operations import AccountName, NewTransfer
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo.stage import Stage
from wavepool.site.demo.value import CLOSED, CURRENCY, end_of

BANK: Final = AccountName(
    owner_kind="bank", owner_id="operator", purpose="external", currency=CURRENCY
)
#: What the first letters of a transfer's key say that it is.
KINDS: Final = {
    "A": "award",
    "C": "commission",
    "D": "pool_distributed",
    "F": "platform_fee",
    "G": "agency_share",
    "J": "ruling",
    "L": "pool_leg",
    "M": "pool_payment",
    "Ragency": "refund_agency",
    "Rfee": "refund_fee",
    "Rkept": "refund_commission",
    "Rpool": "refund_pool",
    "U": "subsidy",
}


def post_season(stage: Stage) -> int:
    """Post the closed months of the settlement and close them; give the number of transfers."""
    posted = 0
    for month in CLOSED:
        run = credit_queries.get_run(stage.runs[month])
        rows = credit_queries.read_run(run, "transfers", period=month).to_pylist()
        at = _settled_at(month)
        named = {word: _account(word) for row in rows for word in (row["debit"], row["credit"])}
        operations.open_accounts(names=[*named.values(), BANK], actor=MACHINE, as_of=at)
        _fund(rows, named, month=month, at=at)
        transfers = [_transfer(row, named, month) for row in rows]
        settled = operations.post_many(
            key=f"settle:{month}", transfers=transfers, period=month, actor=MACHINE, as_of=at
        )
        posted += settled.transfer_count
        _collect(month=month, at=at + timedelta(days=5))
        operations.close_period(period=month, actor=stage.staff, as_of=at + timedelta(days=7))
    return posted


def _fund(
    rows: list[dict[str, Any]], named: dict[str, AccountName], *, month: str, at: datetime
) -> None:
    """Pay in what the operator spends: budgets of programmes, and subsidies."""
    spent: dict[str, int] = {}
    for row in rows:
        if named[row["debit"]].purpose == "budget":
            spent[row["debit"]] = spent.get(row["debit"], 0) + row["amount_minor"]
    transfers = [
        NewTransfer(
            key=f"fund:{word}",
            debit=BANK.code,
            credit=named[word].code,
            currency=CURRENCY,
            amount_minor=amount_minor,
            kind="funding",
            subject=word,
        )
        for word, amount_minor in sorted(spent.items())
    ]
    if transfers:
        operations.post_many(
            key=f"fund:{month}", transfers=transfers, period=month, actor=MACHINE, as_of=at
        )


def _collect(*, month: str, at: datetime) -> None:
    """Shops pay what the month left them owing."""
    owed = ledger.list_accounts().filter(owner_kind="shop", balance_minor__lt=0)
    transfers = [
        NewTransfer(
            key=f"collect:{account.code}",
            debit=BANK.code,
            credit=account.code,
            currency=account.currency,
            amount_minor=-account.balance_minor,
            kind="shop_payment",
            subject=f"shop:{account.owner_id}",
        )
        for account in owed.order_by("code")
    ]
    operations.post_many(
        key=f"collect:{month}", transfers=transfers, period=month, actor=MACHINE, as_of=at
    )


def _transfer(row: dict[str, Any], named: dict[str, AccountName], month: str) -> NewTransfer:
    return NewTransfer(
        key=row["key"],
        debit=named[row["debit"]].code,
        credit=named[row["credit"]].code,
        currency=row["currency"],
        amount_minor=row["amount_minor"],
        kind=KINDS[row["key"].partition(":")[0]],
        subject=f"settlement:{month}:{row['key']}"[:160],
    )


def _account(word: str) -> AccountName:
    """The account that the engine calls `payee:7`, `shop:3`, `escrow:self_purchase:line:9` …"""
    kind, _, rest = word.partition(":")
    match kind, rest:
        case "payee", number:
            name = _name("payee", number, "wallet")
        case "shop", number:
            name = _name("shop", number, "receivable")
        case "pool", pool:
            name = _name("pool", pool, "pool")
        case "escrow", hold:
            name = _name("hold", hold.replace(":", "."), "escrow")
        case "carry_liability", _currency:
            name = _name("platform", "", "carry")
        case "budget", programme:
            name = _name("programme", programme, "budget")
        case "platform", "fee":
            name = _name("platform", "", "fee")
        case _:
            name = _name("platform", rest, "budget")
    return name


def _name(kind: str, number: str, purpose: str) -> AccountName:
    return AccountName(owner_kind=kind, owner_id=number, purpose=purpose, currency=CURRENCY)


def _settled_at(month: str) -> datetime:
    """The twelfth of the month after, when its shares are final."""
    return end_of(month) + timedelta(days=11, hours=2)
