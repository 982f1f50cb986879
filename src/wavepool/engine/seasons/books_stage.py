"""Stage 4: money: holds, pools, awards, carries, statements, transfers, and the proof of the books."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from wavepool.engine import postings
from wavepool.engine.receipts import leaf_digest_sql
from wavepool.engine.relations import step_sql
from wavepool.engine.seasons import awards as awards_of
from wavepool.engine.seasons.holds import open_holds, rule_holds, ruling_transfers
from wavepool.engine.seasons.payments import (
    Movements,
    award_key,
    move_agency_parts,
    move_awards,
    move_pool_shares,
    pay_movements,
)
from wavepool.engine.seasons.pools import SharedPool, share_pools, split_with_agencies, value_payees
from wavepool.engine.seasons.run import Turn

STAGE = "books"
PPM = 1_000_000
_TRANSFERS = pa.schema(
    [
        ("key", pa.string()),
        ("debit", pa.string()),
        ("credit", pa.string()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),
    ]
)
_AGENCY_PARTS = (
    "ref_id",
    "payee_id",
    "agency_id",
    "agency_payee_id",
    "award_micro",
    "split_ppm",
    "part_micro",
    "currency",
)
_ORDERS = {
    "payee_scenes": "payee_id, scene_id",
    "pool_accounts": "pool_id",
    "pool_shares": "pool_id, payee_id",
    "micro_lines": "currency, payee_id, order_no, line_key",
    "agency_parts": "agency_payee_id, ref_id, payee_id, agency_id",
    "holds": "hold_id",
    "exposure": "currency, class",
    "ruled_parts": "hold_id, party, payee_id",
    "awards": "programme_id, once_key, subject_id, anchor_id",
    "near_misses": "programme_id, subject_id",
    "refusals": "programme_id, subject_id",
    "liabilities": "programme_id",
    "budget_cards": "programme_id",
    "introduction_winners": "creator_id",
    "statement_lines": "leaf_no",
    "statements": "payee_id, currency",
    "transfers": "key",
}
_STATE_ORDERS = {
    "residues": "pool_id",
    "deficits": "pool_id",
    "carries": "payee_id, currency",
    "debts": "payee_id, currency",
    "holds_open": "hold_id, party",
    "ruled_parts": "hold_id, party, payee_id",
    "lifetime_awards": "programme_id, once_key, subject_id",
    "balances": "account, currency",
}


def keep_books(turn: Turn) -> None:
    """Write everything that the period pays, holds, carries and owes."""
    rel = turn.rel
    turn.run.say(f"{turn.period}: sharing pools")
    open_holds(turn)
    freed = rule_holds(turn)
    shared = share_pools(turn, value_payees(turn), freed)
    agencies = split_with_agencies(turn, shared)
    moves = Movements(_id_type(turn, "payees", "payee_id"))
    for order, pool in enumerate(shared):
        move_pool_shares(moves, pool, agencies[str(pool.account["pool_id"])], order=order)
    turn.run.say(f"{turn.period}: awarding programmes")
    awards = awards_of.award_period(turn)
    move_awards(moves, turn, awards, order=len(shared))
    move_agency_parts(moves, order=len(shared) + 1)
    _pay(turn, moves)
    _put_pool_shares(turn, shared)
    _put_other_transfers(turn, shared, awards)
    turn.run.say(f"{turn.period}: writing statements and books")
    _put_statements(turn)
    postings.post_transfers(
        rel, batch=f"settle:{turn.period}", has_opening=turn.open_state("balances")
    )
    postings.prove_books(rel)
    kept = [name for name in _ORDERS if name not in awards_of.TABLES or turn.run.programmes]
    for name in kept:
        turn.keep(STAGE, name, order_by=_ORDERS[name])
    for name, state_order in _STATE_ORDERS.items():
        if name != "lifetime_awards" or turn.run.programmes:
            turn.keep(STAGE, name, order_by=state_order, state=True)


def _pay(turn: Turn, moves: Movements) -> None:
    rel = turn.rel
    payee_type = moves.payee_type
    carries = pa.schema(
        [("payee_id", payee_type), ("currency", pa.string()), ("carry_micro", pa.int64())]
    )
    lines, left = pay_movements(
        moves.table(),
        turn.opening_rows("carries", carries),
        minimum_payout_minor=turn.run.policy.pool_rules.minimum_payout_minor,
    )
    rel.put("micro_lines", lines)
    rel.put("carries", left)
    types = {
        "payee_id": payee_type,
        "agency_payee_id": payee_type,
        "agency_id": _id_type(turn, "agencies", "agency_id"),
        "ref_id": pa.string(),
        "currency": pa.string(),
    }
    schema = pa.schema([(name, types.get(name, pa.int64())) for name in _AGENCY_PARTS])
    rel.put("agency_parts", pa.Table.from_pylist(moves.parts, schema=schema))


def _id_type(turn: Turn, table: str, column: str) -> pa.DataType:
    shape = turn.rel.fetch(f"select {column} from {table} where 1 = 0")
    return shape.schema.field(column).type


def _put_pool_shares(turn: Turn, shared: list[SharedPool]) -> None:
    payee_type = _id_type(turn, "payees", "payee_id")
    tables = [
        pa.table(
            {
                "pool_id": pa.array([pool.account["pool_id"]] * len(pool.payee_ids), pa.string()),
                "currency": pa.array([pool.account["currency"]] * len(pool.payee_ids), pa.string()),
                "payee_id": pa.array(pool.payee_ids.tolist(), payee_type),
                "value": pa.array(pool.values, pa.int64()),
                "entitlement_micro": pa.array(pool.entitlements_micro, pa.int64()),
            }
        )
        for pool in shared
    ]
    turn.rel.put("pool_shares", pa.concat_tables(tables))


def _put_other_transfers(turn: Turn, shared: list[SharedPool], awards: pa.Table) -> None:
    rows: list[dict[str, Any]] = ruling_transfers(turn)
    for pool in shared:
        account = pool.account
        pool_id, currency = account["pool_id"], account["currency"]
        rows.append(
            {
                "key": f"U:{pool_id}",
                "debit": "platform:subsidy",
                "credit": f"pool:{pool_id}",
                "currency": currency,
                "amount_minor": account["subsidy_minor"],
            }
        )
        moved_minor = int(account["distributable_micro"]) - int(account["residue_in_micro"])
        moved_minor = moved_minor // PPM + int(account["deficit_out_minor"])
        # A month that nobody earned in rolls on whole; what refunds take of it later comes back.
        sides = [f"pool:{pool_id}", f"carry_liability:{currency}"]
        debit, credit = sides if moved_minor > 0 else reversed(sides)
        rows.append(
            {
                "key": f"D:{pool_id}",
                "debit": debit,
                "credit": credit,
                "currency": currency,
                "amount_minor": abs(moved_minor),
            }
        )
    rows.extend(
        {
            "key": award_key(award),
            "debit": f"budget:{award['programme_id']}",
            "credit": f"carry_liability:{award['currency']}",
            "currency": award["currency"],
            "amount_minor": award["award_minor"],
        }
        for award in awards.to_pylist()
    )
    positive = [row for row in rows if int(row["amount_minor"]) > 0]
    turn.rel.put("other_transfers", pa.Table.from_pylist(positive, schema=_TRANSFERS))


def _put_statements(turn: Turn) -> None:
    rel = turn.rel
    body = step_sql("wavepool.engine.postings", "statement_lines", dialect=rel.dialect)
    rel.table("earned_lines", body)
    debt_in = (
        "select payee_id, currency, debt_minor from opening_debts"
        if turn.open_state("debts")
        else "select payee_id, currency, amount_minor as debt_minor from earned_lines where 1 = 0"
    )
    rel.table("statement_sums", _STATEMENT_SUMS.format(debt_in=debt_in))
    rel.table("statements", _STATEMENTS)
    rel.table(
        "debts",
        "select s.payee_id as payee_id, s.currency as currency, s.debt_out_minor as debt_minor "
        "from statements as s where s.debt_out_minor > 0",
    )
    rel.table("unnumbered_lines", _LINES.format(period=turn.period))
    digest = leaf_digest_sql(rel.columns("unnumbered_lines"))
    if rel.dialect == "spark":
        digest = digest.replace("sha256(", "sha2(", 1)[:-1].replace("varchar", "string") + ", 256)"
    rel.table(
        "statement_lines",
        "select row_number() over (order by l.payee_id, l.currency, l.line_key) - 1 as leaf_no, "
        f"l.*, {digest} as digest from unnumbered_lines as l",
    )
    for name in ("earned_lines", "unnumbered_lines", "statement_sums"):
        rel.drop(name)


_STATEMENT_SUMS = """
select t.payee_id as payee_id, t.currency as currency,
    cast(sum(t.lines_minor) as bigint) as lines_minor, cast(sum(t.held_minor) as bigint) as held_minor,
    cast(sum(t.debt_minor) as bigint) as debt_in_minor, cast(sum(t.line_count) as bigint) as line_count
from (
    select e.payee_id as payee_id, e.currency as currency,
        case when e.is_held then 0 else e.amount_minor end as lines_minor,
        case when e.is_held then e.amount_minor else 0 end as held_minor,
        0 as debt_minor, 1 as line_count
    from earned_lines as e
    union all
    select d.payee_id as payee_id, d.currency as currency, 0 as lines_minor, 0 as held_minor,
        d.debt_minor as debt_minor, 0 as line_count
    from ({debt_in}) as d
) as t
group by t.payee_id, t.currency
"""
_STATEMENTS = """
select s.payee_id as payee_id, s.currency as currency, s.lines_minor as lines_minor,
    s.held_minor as held_minor, s.debt_in_minor as debt_in_minor,
    greatest(s.debt_in_minor - s.lines_minor, 0) as debt_out_minor,
    greatest(s.lines_minor - s.debt_in_minor, 0) as payable_minor, s.line_count as line_count
from statement_sums as s
"""
_LINES = """
select '{period}' as period, e.line_key as line_key, e.payee_id as payee_id, e.kind as kind,
    e.ref_id as ref_id, e.currency as currency, e.amount_minor as amount_minor, e.micro as micro,
    e.is_held as is_held
from earned_lines as e
union all
select '{period}' as period, concat('D:', s.currency) as line_key, s.payee_id as payee_id, 'debt' as kind,
    cast(null as string) as ref_id, s.currency as currency,
    s.debt_out_minor - s.debt_in_minor as amount_minor,
    (s.debt_out_minor - s.debt_in_minor) * 1000000 as micro, false as is_held
from statements as s
where s.debt_out_minor <> 0 or s.debt_in_minor <> 0
"""
