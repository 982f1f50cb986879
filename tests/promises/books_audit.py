"""An auditor who trusts nothing but a settlement's own tables and adds everything up again."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from wavepool.engine.commission import cut_line

Row = dict[str, Any]
MICRO = 1_000_000
LEGS = ("commission", "fee", "pool")


def rows_of(out: Path, period: str, table: str) -> list[Row]:
    """Rows of one table of one period."""
    rows: list[Row] = pq.read_table(out / period / f"{table}.parquet").to_pylist()
    return rows


def periods_of(out: Path) -> list[str]:
    """The settled periods in order."""
    return sorted(path.parent.name for path in out.glob("*/stage-books.json"))


def audit(out: Path) -> list[str]:
    """Name everything that does not add up, over all periods; an empty list is clean books."""
    faults: list[str] = []
    balances: Counter[str] = Counter()
    reversed_so_far: Counter[tuple[Any, str, Any]] = Counter()
    ruled: set[Any] = set()
    for period in periods_of(out):
        moved = _transfers(out, period, faults)
        balances.update(moved)
        faults += _cuts(out, period)
        faults += _statements(out, period, moved)
        faults += _reversals(out, period, reversed_so_far, ruled)
        ruled |= {row["line_id"] for row in rows_of(out, period, "ruled_parts")}
        faults += _pools(out, period)
        faults += _standing(out, period, balances)
    return faults


def _transfers(out: Path, period: str, faults: list[str]) -> Counter[str]:
    moved: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    for row in rows_of(out, period, "transfers"):
        keys[row["key"]] += 1
        if row["amount_minor"] <= 0 or row["debit"] == row["credit"]:
            faults.append(f"{period}: transfer {row['key']} moves nothing")
        moved[row["debit"]] -= row["amount_minor"]
        moved[row["credit"]] += row["amount_minor"]
    faults += [f"{period}: transfer {key} occurs twice" for key, n in keys.items() if n > 1]
    if sum(moved.values()):
        faults.append(f"{period}: entries add up to {sum(moved.values())}")
    return moved


def _cuts(out: Path, period: str) -> list[str]:
    faults = []
    parts: Counter[Any] = Counter()
    for row in rows_of(out, period, "settling_shares"):
        parts[row["line_id"]] += row["kept_minor"] + row["agency_minor"]
    for row in rows_of(out, period, "settling"):
        line = row["line_id"]
        legs = row["direct_minor"] + row["fee_minor"] + row["pool_minor"]
        if legs != row["commission_minor"]:
            faults.append(f"{period}: line {line} cuts {row['commission_minor']} into {legs}")
        if parts[line] != row["direct_minor"]:
            faults.append(f"{period}: line {line} gives {row['direct_minor']} as {parts[line]}")
        if row["plan_id"] is None:
            continue
        cuts = cut_line(
            paid_minor=row["paid_minor"],
            platform_coupon_minor=row["platform_coupon_minor"],
            shipping_minor=row["shipping_minor"],
            tax_minor=row["tax_minor"],
            rate_ppm=row["rate_ppm"],
            direct_ppm=row["direct_ppm"],
            fee_ppm=row["fee_ppm"],
            has_pool=row["pool_id"] is not None,
        )
        if (cuts.commission_minor, cuts.pool_minor) != (row["commission_minor"], row["pool_minor"]):
            faults.append(f"{period}: line {line} is not cut by the rule")
    return faults


def _statements(out: Path, period: str, moved: Counter[str]) -> list[str]:
    faults = []
    visible: Counter[Any] = Counter()
    held: Counter[Any] = Counter()
    for row in rows_of(out, period, "statement_lines"):
        if row["kind"] != "debt":
            (held if row["is_held"] else visible)[row["payee_id"]] += row["amount_minor"]
    for row in rows_of(out, period, "statements"):
        payee, net = row["payee_id"], row["lines_minor"] - row["debt_in_minor"]
        if (row["lines_minor"], row["held_minor"]) != (visible[payee], held[payee]):
            faults.append(f"{period}: the statement of {payee} is not the sum of its lines")
        if (row["payable_minor"], row["debt_out_minor"]) != (max(net, 0), max(-net, 0)):
            faults.append(f"{period}: {payee} is not paid what is left of {net}")
    booked = {name: n for name, n in moved.items() if name.startswith("payee:") and n}
    told = {f"payee:{payee}": n for payee, n in visible.items() if n}
    if booked != told:
        faults.append(f"{period}: the ledger gives payees {booked}, their lines say {told}")
    return faults


def _reversals(
    out: Path, period: str, so_far: Counter[tuple[Any, str, Any]], ruled: set[Any]
) -> list[str]:
    """Each leg's reversals since the first period are its floor at what is refunded now.

    A ruling moves what is left of a held leg elsewhere; from then on each step is looked at.
    """
    faults = []
    changes = {row["line_id"]: row for row in rows_of(out, period, "refund_changes")}
    lines = {row["line_id"]: row for row in rows_of(out, period, "state/settled")}
    for row in rows_of(out, period, "reversals"):
        key = (row["line_id"], row["leg"], row["part_id"])
        so_far[key] += row["amount_minor"]
        if row["leg"] not in LEGS:
            continue
        change = changes[row["line_id"]]
        share = Fraction(change["now_num"], change["now_den"])
        leg_minor = lines[row["line_id"]][f"{row['leg']}_minor"]
        due = floor(leg_minor * share)
        if row["line_id"] in ruled:
            before = floor(leg_minor * Fraction(change["before_num"], change["before_den"]))
            due = so_far[key] - row["amount_minor"] + due - before
        if so_far[key] != due:
            faults.append(f"{period}: {key} is reversed by {so_far[key]}, due {due}")
    return faults


def _pools(out: Path, period: str) -> list[str]:
    faults = []
    entitled: Counter[str] = Counter()
    for row in rows_of(out, period, "pool_shares"):
        entitled[row["pool_id"]] += row["entitlement_micro"]
    for row in rows_of(out, period, "pool_accounts"):
        came = row["legs_minor"] + row["subsidy_minor"] + row["freed_minor"]
        went = row["reversals_minor"] + row["deficit_in_minor"]
        found = (came - went) * MICRO + row["residue_in_micro"]
        told = row["distributed_micro"] + row["residue_out_micro"]
        if found != told - row["deficit_out_minor"] * MICRO:
            faults.append(f"{period}: pool {row['pool_id']} has {found}, tells {told}")
        if entitled[row["pool_id"]] != row["distributed_micro"] or row["distributed_micro"] < 0:
            faults.append(f"{period}: pool {row['pool_id']} is not what payees get of it")
        if row["deficit_out_minor"] and row["distributed_micro"]:
            faults.append(f"{period}: pool {row['pool_id']} gives while it owes")
    return faults


def _standing(out: Path, period: str, balances: Counter[str]) -> list[str]:
    """Balances since the first period, against what is left open at this one's end."""
    faults = []
    stored = {
        row["account"]: row["balance_minor"]
        for row in rows_of(out, period, "state/balances")
        if row["balance_minor"]
    }
    if stored != {name: n for name, n in balances.items() if n}:
        faults.append(f"{period}: the stored balances are not the sum of the transfers")
    carried = sum(row["carry_micro"] for row in rows_of(out, period, "state/carries"))
    carried += sum(row["residue_micro"] for row in rows_of(out, period, "state/residues"))
    liability = sum(n for name, n in balances.items() if name.startswith("carry_liability:"))
    if liability * MICRO != carried:
        faults.append(f"{period}: the carry liability is {liability}, carried are {carried} micro")
    parked = sum(row["amount_minor"] for row in rows_of(out, period, "state/holds_open"))
    escrow = sum(n for name, n in balances.items() if name.startswith("escrow:"))
    if parked != escrow:
        faults.append(f"{period}: escrow has {escrow}, holds park {parked}")
    owed = sum(row["deficit_minor"] for row in rows_of(out, period, "state/deficits"))
    if owed != -sum(n for name, n in balances.items() if name.startswith("pool:")):
        faults.append(f"{period}: the pools owe {owed}, the ledger says otherwise")
    return faults
