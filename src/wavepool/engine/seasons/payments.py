"""Money below the minor unit: pool shares, awards and agencies' parts, paid whole, rest carried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine import sharing
from wavepool.engine.seasons.pools import SharedPool
from wavepool.engine.seasons.run import Turn

PPM = 1_000_000
_MOVED = ("payee_id", "currency", "line_key", "kind", "ref_id", "net_micro", "order_no")
Agencies = Mapping[object, list[tuple[object, object, int]]]


class Movements:
    """Amounts in micro-units on their way to payees, in the order of payment."""

    def __init__(self, payee_type: pa.DataType) -> None:
        self.payee_type = payee_type
        self.chunks: list[pa.Table] = []
        self.parts: list[dict[str, Any]] = []

    def add_rows(
        self,
        payees: Sequence[Any],
        micro: Sequence[int] | np.ndarray,
        *,
        order: int,
        keys: str,
        kind: str,
        refs: str,
        currency: str,
    ) -> None:
        """Add rows of one key, kind and currency, one per payee; micro >= 0."""
        rows = len(payees)
        texts = {"line_key": keys, "kind": kind, "ref_id": refs, "currency": currency}
        columns = {name: pa.repeat(pa.scalar(text), rows) for name, text in texts.items()}
        columns["payee_id"] = pa.array(payees, self.payee_type)
        columns["net_micro"] = pa.array(micro, pa.int64())
        columns["order_no"] = pa.repeat(pa.scalar(order, pa.int64()), rows)
        self.chunks.append(pa.table({name: columns[name] for name in _MOVED}))

    def table(self) -> pa.Table:
        """Columns payee_id, currency, line_key, kind, ref_id, net_micro, order_no."""
        kinds = {"payee_id": self.payee_type, "net_micro": pa.int64(), "order_no": pa.int64()}
        empty = pa.schema([(name, kinds.get(name, pa.string())) for name in _MOVED]).empty_table()
        return pa.concat_tables([empty, *self.chunks])


def move_pool_shares(moves: Movements, pool: SharedPool, agencies: Agencies, *, order: int) -> None:
    """Add a pool's entitlements, less what agencies take of them, and note the agencies' parts."""
    entitled = pool.entitlements_micro
    payees = np.asarray(pool.payee_ids)
    rows = np.flatnonzero(entitled)
    payees, entitled = payees[rows], entitled[rows].copy()
    pool_id, currency = str(pool.account["pool_id"]), str(pool.account["currency"])
    if agencies:
        for place, payee in enumerate(payees.tolist()):
            award = int(entitled[place])
            for agency_id, agency_payee, split_ppm in agencies.get(payee, ()):
                part = award * split_ppm // PPM
                entitled[place] -= part
                moves.parts.append(
                    {
                        "ref_id": f"P:{pool_id}",
                        "payee_id": payee,
                        "agency_id": agency_id,
                        "agency_payee_id": agency_payee,
                        "award_micro": award,
                        "split_ppm": split_ppm,
                        "part_micro": part,
                        "currency": currency,
                    }
                )
    moves.add_rows(
        payees.tolist(),
        entitled,
        order=order,
        keys=f"P:{pool_id}",
        kind="pool",
        refs=pool_id,
        currency=currency,
    )


def move_awards(moves: Movements, turn: Turn, awards: pa.Table, *, order: int) -> None:
    """Add incentive awards; an agency with a contract for awards takes its part of each."""
    if awards.num_rows == 0:
        return
    ends_at = turn.row.ends_at
    contracts = {
        row["creator_id"]: row
        for row in turn.rel.fetch(
            "select k.creator_id as creator_id, k.agency_id as agency_id, a.payee_id as agency_payee_id, "
            "k.split_ppm as split_ppm from contracts as k join agencies as a on a.agency_id = k.agency_id "
            f"where k.income_type = 'award' and k.valid_from < {ends_at} "
            f"and (k.valid_to is null or k.valid_to >= {ends_at})"
        ).to_pylist()
    }
    for row in awards.to_pylist():
        if row["award_minor"] == 0:
            continue
        key = award_key(row)
        micro = row["award_minor"] * PPM
        contract = contracts.get(row["subject_id"]) if row["subject_kind"] == "creator" else None
        if contract is not None:
            part = micro * contract["split_ppm"] // PPM
            moves.parts.append(
                {
                    "ref_id": key,
                    "payee_id": row["payee_id"],
                    "agency_id": contract["agency_id"],
                    "agency_payee_id": contract["agency_payee_id"],
                    "award_micro": micro,
                    "split_ppm": contract["split_ppm"],
                    "part_micro": part,
                    "currency": row["currency"],
                }
            )
            micro -= part
        moves.add_rows(
            [row["payee_id"]],
            [micro],
            order=order,
            keys=key,
            kind="award",
            refs=row["programme_id"],
            currency=row["currency"],
        )


def award_key(row: Mapping[str, Any]) -> str:
    """Statement key of an award: programme, right, subject and, for agencies, the anchor.

    >>> award_key({"programme_id": "base", "once_key": "base", "subject_id": 3, "anchor_id": 9})
    'A:base:base:3:9'
    """
    anchor = "" if row["anchor_id"] is None else f":{row['anchor_id']}"
    return f"A:{row['programme_id']}:{row['once_key']}:{row['subject_id']}{anchor}"


def move_agency_parts(moves: Movements, *, order: int) -> None:
    """Add one line per agency payee and currency: the sum of its parts of shares and awards."""
    sums: dict[tuple[object, str], int] = defaultdict(int)
    for part in moves.parts:
        sums[part["agency_payee_id"], part["currency"]] += part["part_micro"]
    for (payee, currency), micro in sorted(sums.items(), key=lambda item: str(item[0])):
        moves.add_rows(
            [payee],
            [micro],
            order=order,
            keys=f"GA:{currency}",
            kind="agency",
            refs="agency_awards",
            currency=currency,
        )


def pay_movements(
    moves: pa.Table, carries: pa.Table, *, minimum_payout_minor: int
) -> tuple[pa.Table, pa.Table]:
    """Pay whole minor units line by line; what is left of a line opens the payee's next one.

    Args:
        moves: as `Movements.table`; (payee_id, currency, line_key) unique.
        carries: payee_id, currency, carry_micro; what earlier periods left.

    Returns:
        micro_lines: the moves with carry_in_micro, paid_minor, carry_out_micro,
        and carries: payee_id, currency, carry_micro > 0, for the next period.
        Per payee: Σ net + carry in = Σ paid · 10^6 + carry out.
    """
    lines, left = [], []
    currencies = sorted(
        set(moves.column("currency").to_pylist()) | set(carries.column("currency").to_pylist())
    )
    for currency in currencies:
        mine = _of_currency(moves, currency).sort_by(
            [("payee_id", "ascending"), ("order_no", "ascending"), ("line_key", "ascending")]
        )
        brought = _of_currency(carries, currency)
        ids = np.concatenate([_ids(mine), _ids(brought)])
        known, places = np.unique(ids, return_inverse=True)
        balance = np.zeros(len(known), dtype=np.int64)
        np.add.at(balance, places[mine.num_rows :], brought.column("carry_micro").to_numpy())
        paid, before, after = _pay_in_rounds(
            mine.column("net_micro").to_numpy(),
            places[: mine.num_rows],
            balance,
            minimum_payout_minor,
        )
        lines.append(
            mine.append_column("carry_in_micro", pa.array(before, pa.int64()))
            .append_column("paid_minor", pa.array(paid, pa.int64()))
            .append_column("carry_out_micro", pa.array(after, pa.int64()))
        )
        rest = np.flatnonzero(balance)
        left.append(
            pa.table(
                {
                    "payee_id": pa.array(
                        known[rest].tolist(), carries.schema.field("payee_id").type
                    ),
                    "currency": pa.array([currency] * len(rest), pa.string()),
                    "carry_micro": pa.array(balance[rest], pa.int64()),
                }
            )
        )
    if not lines:
        extra = [
            pa.field(name, pa.int64())
            for name in ("carry_in_micro", "paid_minor", "carry_out_micro")
        ]
        return pa.schema([*moves.schema, *extra]).empty_table(), carries
    return pa.concat_tables(lines), pa.concat_tables(left)


def _pay_in_rounds(
    micro: np.ndarray, places: np.ndarray, balance: np.ndarray, minimum_payout_minor: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pay each payee's first line, then each second line, …; changes `balance` to what is left."""
    count = len(micro)
    paid, before, after = (np.zeros(count, dtype=np.int64) for _ in range(3))
    is_first = np.ones(count, dtype=bool)
    is_first[1:] = places[1:] != places[:-1]
    starts = np.maximum.accumulate(np.where(is_first, np.arange(count), 0))
    rank = np.arange(count) - starts
    for number in range(int(rank.max()) + 1 if count else 0):
        rows = np.flatnonzero(rank == number)
        before[rows] = balance[places[rows]]
        settled = sharing.settle_carry(
            entitlements_micro=micro[rows],
            agency_micro=np.zeros(len(rows), dtype=np.int64),
            carry_in_micro=before[rows],
            minimum_payout_minor=minimum_payout_minor,
        )
        paid[rows], after[rows] = settled.paid_minor, settled.carry_out_micro
        balance[places[rows]] = settled.carry_out_micro
    return paid, before, after


def _of_currency(table: pa.Table, currency: str) -> pa.Table:
    return table.filter(pc.equal(table.column("currency"), currency))


def _ids(table: pa.Table) -> np.ndarray:
    return np.array(table.column("payee_id").to_pylist())
