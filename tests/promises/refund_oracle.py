"""What refunds take from whom, in plain Python from the published rule; it knows no SQL.

A line is cut at the rate of the day it was paid. It counts in the month in which it settles, and
so does all that was refunded of it by then; what is refunded later counts in its own month. Of
each leg, so much is reversed in all as the refunded part of what was paid, rounded down. Who
would get less than nothing gets nothing and owes the rest next month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PPM = 1_000_000


@dataclass(frozen=True)
class OracleLine:
    """An order line: whose content sold it, at which rate, and when it settles (None: never)."""

    number: int
    creator: int
    paid_minor: int
    rate_ppm: int
    has_pool: bool
    settles_at: int | None
    agency: int | None = None
    agency_ppm: int = 0
    is_held: bool = False

    def legs(self) -> dict[str, int]:
        commission = self.paid_minor * self.rate_ppm // PPM
        fee = commission // 10
        direct = commission // 5 if self.has_pool else commission - fee
        agency = direct * self.agency_ppm // PPM
        return {"commission": commission, "fee": fee, "pool": commission - direct - fee,
                "kept": direct - agency, "agency": agency}  # fmt: skip


def settle_by_hand(
    lines: Sequence[OracleLine],
    refunds: Sequence[tuple[int, int, int]],
    month_ends: Sequence[int],
) -> tuple[Counter[tuple[int, int, str]], dict[tuple[int, int], tuple[int, int]]]:
    """What is reversed by (month, line, leg), and (payable, debt) by (month, payee).

    Args:
        refunds: line, minor units, when; minor units of -1 cancel the whole line.
    """
    reversals: Counter[tuple[int, int, str]] = Counter()
    moved: Counter[tuple[int, int]] = Counter()
    for line in lines:
        before: Counter[str] = Counter()
        for month, ends_at in enumerate(month_ends):
            if line.settles_at is None or line.settles_at >= ends_at:
                continue
            mine = [
                minor for number, minor, at in refunds if number == line.number and at < ends_at
            ]
            refunded = line.paid_minor if -1 in mine else min(sum(mine), line.paid_minor)
            is_new = month == 0 or line.settles_at >= month_ends[month - 1]
            for leg, minor in line.legs().items():
                due = minor * refunded // line.paid_minor
                reversals[month, line.number, leg] = due - before[leg]
                payee = {"kept": line.creator, "agency": line.agency}.get(leg)
                if payee is not None and not line.is_held:
                    moved[month, payee] += (minor if is_new else 0) - (due - before[leg])
                before[leg] = due
    settled, debts = {}, Counter[int]()
    for month in range(len(month_ends)):
        for payee in sorted({payee for _month, payee in moved}):
            total = moved[month, payee] - debts[payee]
            debts[payee] = max(0, -total)
            settled[month, payee] = (max(0, total), debts[payee])
    return +reversals, settled
