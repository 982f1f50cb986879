"""Make the period's transfers and balances, and prove them."""

from __future__ import annotations

from wavepool.engine.relations import Relations, step_sql

MICRO = 1_000_000


class BooksDoNotBalance(Exception):
    """Two sums that must be equal differ; nothing may be paid from these books."""

    def __init__(self, rule: str, *, currency: str, expected: int, found: int) -> None:
        super().__init__(f"{rule} in {currency}: expected {expected}, found {found}")
        self.rule = rule
        self.currency = currency
        self.expected = expected
        self.found = found


def post_transfers(rel: Relations, *, batch: str, has_opening: bool) -> None:
    """Make `transfers` and `balances` of the period.

    Reads settling, settling_shares, settled, settled_shares, reversals,
    hold_parts, micro_lines, other_transfers and, with an opening,
    opening_balances.

    `transfers`: key (unique in the batch), batch, debit, credit, currency,
    amount_minor (> 0), state (posted). `balances`: account, currency,
    balance_minor (credits less debits since the first period).
    """
    body = step_sql(__package__, "transfers", dialect=rel.dialect)
    rel.table(
        "transfers",
        f"select b.key as key, '{batch}' as batch, b.debit as debit, b.credit as credit, "
        f"b.currency as currency, b.amount_minor as amount_minor, 'posted' as state from ({body}) as b",
    )
    rel.view("entries", step_sql(__package__, "entries", dialect=rel.dialect))
    moved = "select account, currency, amount_minor from entries"
    if has_opening:
        moved += " union all select account, currency, balance_minor as amount_minor from opening_balances"
    rel.table(
        "balances",
        "select m.account as account, m.currency as currency, "
        f"cast(sum(m.amount_minor) as bigint) as balance_minor from ({moved}) as m "
        "group by m.account, m.currency",
    )


def prove_books(rel: Relations) -> None:
    """Check what must hold after every period.

    Reads transfers, entries, balances, carries, residues, deficits, holds_open,
    statement_lines, settling, settled and reversals.

    The entries of each currency add up to zero; every amount is above zero
    and every key occurs once; the carry liability is the sum of what payees
    and pools carry; a pool's account holds its deficit and nothing else; a
    payee's entries are the visible lines of the statement, account by account;
    escrow is what open holds park, hold by hold; the platform keeps the fees.
    Each transfer has at least one side in one of these sums, so none of them
    can be changed, lost or added alone.

    Raises:
        BooksDoNotBalance: one of these does not hold.
    """
    _require_none(rel, "a transfer's amount is above zero", "transfers where amount_minor <= 0")
    _require_none(
        rel,
        "a transfer's key occurs once",
        "(select t.key as key from transfers as t group by t.key having count(*) > 1) as d",
    )
    for row in rel.fetch(
        "select currency, cast(sum(balance_minor) as bigint) as total from balances group by currency"
    ).to_pylist():
        _require("entries add up to zero", row["currency"], expected=0, found=row["total"])
    carried = _by_currency(
        rel,
        "select currency, carry_micro as amount from carries "
        "union all select currency, residue_micro as amount from residues",
    )
    liability = _by_currency(
        rel,
        "select currency, balance_minor as amount from balances where account like 'carry_liability:%'",
    )
    for currency in sorted(carried.keys() | liability.keys()):
        found = liability.get(currency, 0) * MICRO
        _require("the carry liability", currency, expected=carried.get(currency, 0), found=found)
    owed = _by_currency(rel, "select currency, deficit_minor as amount from deficits")
    pools = _by_currency(
        rel, "select currency, balance_minor as amount from balances where account like 'pool:%'"
    )
    for currency in sorted(owed.keys() | pools.keys()):
        found = pools.get(currency, 0)
        _require("the pools' balance", currency, expected=-owed.get(currency, 0), found=found)
    for rule, kept, booked in _ACCOUNTS:
        _require_same(rel, rule, kept, booked)


_LINES = """
select concat('payee:', cast(s.payee_id as string)) as account, s.currency as currency,
    s.amount_minor as amount
from statement_lines as s
where not s.is_held and s.kind <> 'debt'
"""
_PARKED = """
select concat('escrow:', h.hold_id) as account, h.currency as currency, h.amount_minor as amount
from holds_open as h
"""
_FEES = """
select 'platform:fee' as account, s.currency as currency, s.fee_minor as amount
from settling as s
union all
select 'platform:fee' as account, s.currency as currency, 0 - r.amount_minor as amount
from reversals as r
join settled as s on s.line_id = r.line_id
where r.leg = 'fee'
"""
_MOVED = "select account, currency, amount_minor as amount from entries where account like '{}'"
_STANDING = (
    "select account, currency, balance_minor as amount from balances where account like '{}'"
)
# Rule, what each account must have got or hold, and what the transfers say of it.
_ACCOUNTS = (
    ("a payee's entries are its lines", _LINES, _MOVED.format("payee:%")),
    ("escrow is what open holds park", _PARKED, _STANDING.format("escrow:%")),
    ("the platform keeps the fees", _FEES, _MOVED.format("platform:fee")),
)


def _require_same(rel: Relations, rule: str, expected: str, found: str) -> None:
    """Compare two lists of (account, currency, amount) account by account; the first that differs."""
    rows = rel.fetch(
        "select q.account as account, q.currency as currency, "
        "cast(sum(q.expected) as bigint) as expected, cast(sum(q.found) as bigint) as found from ("
        f"select e.account as account, e.currency as currency, e.amount as expected, 0 as found from ({expected}) as e "
        "union all "
        f"select f.account as account, f.currency as currency, 0 as expected, f.amount as found from ({found}) as f"
        ") as q group by q.account, q.currency having sum(q.expected) <> sum(q.found) "
        "order by account, currency limit 1"
    ).to_pylist()
    for row in rows:
        raise BooksDoNotBalance(
            f"{rule}, {row['account']}",
            currency=row["currency"],
            expected=row["expected"],
            found=row["found"],
        )


def _by_currency(rel: Relations, sql: str) -> dict[str, int]:
    rows = rel.fetch(
        f"select q.currency as currency, cast(sum(q.amount) as bigint) as amount from ({sql}) as q "
        "group by q.currency"
    ).to_pylist()
    return {row["currency"]: int(row["amount"]) for row in rows}


def _require_none(rel: Relations, rule: str, source: str) -> None:
    found = int(rel.fetch(f"select count(*) as n from {source}").column("n")[0].as_py())
    if found:
        raise BooksDoNotBalance(rule, currency="every currency", expected=0, found=found)


def _require(rule: str, currency: str, *, expected: int, found: int) -> None:
    if expected != found:
        raise BooksDoNotBalance(rule, currency=currency, expected=expected, found=found)
