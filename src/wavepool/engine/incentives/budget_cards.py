"""One budget per programme and period: pay claims in full, or all of them by the same share."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.programmes import MICRO, Programmes
from wavepool.engine.incentives.roster import Period, check_columns
from wavepool.engine.incentives.schedules import IntArray
from wavepool.engine.incentives.windows import is_due

CLAIM_MAX = 9 * 10**12
"""The largest claim in minor units: a million times it still fits 64 bits."""


class ClaimTooLarge(OverflowError):
    """A claim is beyond 9·10^12 minor units, or the claims of one programme beyond 64 bits."""

    def __init__(self, largest: int, *, claims: int) -> None:
        self.largest = largest
        self.claims = claims
        super().__init__(f"{claims} claims of up to {largest} minor units cannot be added exactly")


class Budget(NamedTuple):
    """What one programme may spend in one period."""

    minor: int
    traffic_units: int


class Reject(NamedTuple):
    """A budget row that counts for nothing, with the rule it breaks."""

    table: str
    programme_id: str
    rule: str
    value: str


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets of one period and currency by programme, and the rows that are refused."""

    by_programme: dict[str, Budget]
    rejects: tuple[Reject, ...]

    def find_budget(self, programme_id: str) -> Budget:
        """Return the programme's budget; without a row it is zero."""
        return self.by_programme.get(programme_id, Budget(0, 0))


def open_budgets(
    budgets: pa.Table, *, programmes: Programmes, period: Period, currency: str
) -> Budgets:
    """Read the budgets of a period.

    Args:
        budgets: programme_id, period, currency, budget_minor, traffic_units?; at most one row
            per programme and period.

    Returns:
        Budgets in `currency`. Refused, each with its rule: `unknown_programme`,
        `currency_of_programme` (the row is in another), `one_row` (the programme has several),
        `zero_or_more`.

    Raises:
        TableInvalid: a column is missing.
    """
    rows = _rows(budgets, period)
    known = {each.id: each.currency for each in programmes.programmes}
    times = Counter(str(row["programme_id"]) for row in rows)
    taken: dict[str, Budget] = {}
    rejects = []
    for row in rows:
        programme_id = str(row["programme_id"])
        minor, traffic = _whole(row["budget_minor"]), _whole(row.get("traffic_units"))
        if programme_id not in known:
            rejects.append(Reject("budgets", programme_id, "unknown_programme", programme_id))
        elif row["currency"] != known[programme_id]:
            value = str(row["currency"])
            rejects.append(Reject("budgets", programme_id, "currency_of_programme", value))
        elif times[programme_id] > 1:
            rejects.append(Reject("budgets", programme_id, "one_row", str(times[programme_id])))
        elif min(minor, traffic) < 0:
            value = str(min(minor, traffic))
            rejects.append(Reject("budgets", programme_id, "zero_or_more", value))
        elif known[programme_id] == currency:
            taken[programme_id] = Budget(minor, traffic)
    return Budgets(taken, tuple(sorted(rejects)))


def scale_back(claims: IntArray, *, remaining: int) -> IntArray:
    """Scale claims back to what remains, each floored in millionths of its unit.

    Args:
        claims: shape (n,), in whole units, 0 to CLAIM_MAX.
        remaining: whole units that may be spent, >= 0.

    Returns:
        Millionths, shape (n,): every claim in full when their sum fits, else
        floor(claim · 10^6 · remaining / sum). They never add up to more than remaining · 10^6.

    Raises:
        ClaimTooLarge: a claim or the sum leaves the exact range.

    >>> scale_back(np.array([100, 200, 300]), remaining=100).tolist()
    [16666666, 33333333, 50000000]
    """
    largest = int(claims.max(initial=0))
    if largest > CLAIM_MAX or largest * len(claims) >= 2**63:
        raise ClaimTooLarge(largest, claims=len(claims))
    total = int(claims.sum())
    if total <= remaining:
        return claims * MICRO
    # Products pass 64 bits, so each distinct claim is scaled once with unbounded integers.
    distinct, places = np.unique(claims, return_inverse=True)
    scaled = [claim * MICRO * remaining // total for claim in distinct.tolist()]
    return np.array(scaled, dtype=np.int64)[places]


def planned_budgets(programmes: Programmes, periods: tuple[Period, ...]) -> pa.Table:
    """Write the published budgets as rows of the `budgets` table, for worlds and what-if runs.

    Returns:
        programme_id, period, currency, budget_minor, traffic_units: one row per programme and
        period in which it is evaluated.
    """
    rows = [
        {
            "programme_id": programme.id,
            "period": period.name,
            "currency": programme.currency,
            "budget_minor": programme.planned.minor,
            "traffic_units": programme.planned.traffic_units,
        }
        for programme in programmes.programmes
        for period in periods
        if programme.planned is not None and is_due(programme, period)
    ]
    return pa.Table.from_pylist(rows, schema=BUDGETS_SCHEMA)


BUDGETS_SCHEMA = pa.schema(
    {
        "programme_id": pa.string(),
        "period": pa.string(),
        "currency": pa.string(),
        "budget_minor": pa.int64(),
        "traffic_units": pa.int64(),
    }
)


def _rows(budgets: pa.Table, period: Period) -> list[dict[str, object]]:
    check_columns(budgets, ("programme_id", "period", "currency", "budget_minor"), table="budgets")
    rows: list[dict[str, object]] = budgets.to_pylist()
    return [row for row in rows if row["period"] == period.name]


def _whole(value: object) -> int:
    """Read an absent amount as zero."""
    return value if isinstance(value, int) else 0
