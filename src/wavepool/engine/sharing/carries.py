"""From micro-units to whole payments: the agency's part, and the carry."""

from typing import NamedTuple

import numpy as np

from wavepool.engine.money import (
    AMOUNT_MAX,
    AmountTooLarge,
    MoneyError,
    checked_non_negative,
)
from wavepool.engine.sharing.whole_columns import (
    PPM,
    IntColumn,
    WholeNumbers,
    floor_ppm,
    require_equal_lengths,
    whole_column,
)


class CarrySettlement(NamedTuple):
    """What is paid now, in minor units, and what waits, in micro-units."""

    paid_minor: IntColumn
    carry_out_micro: IntColumn


class AgencyAboveEntitlement(MoneyError):
    """An agency's part is larger than the award it is taken from."""

    def __init__(self, *, row: int, agency_micro: int, entitlement_micro: int) -> None:
        self.row = row
        self.agency_micro = agency_micro
        self.entitlement_micro = entitlement_micro
        super().__init__(
            f"row {row}: agency part {agency_micro} is above the award {entitlement_micro}"
        )


def agency_parts(entitlements_micro: WholeNumbers, *, split_ppm: WholeNumbers) -> IntColumn:
    """Give the agency's part of every award, rounded down in micro-units.

    Args:
        entitlements_micro: shape (n,), awards in micro-units.
        split_ppm: shape (n,), the agency's rate; 0 .. 10^6, 0 without agency.

    Returns:
        Micro-units for the agency, shape (n,); the rest is the creator's.

    Raises:
        RateOutOfRange, ColumnsDiffer, NotWholeNumbers, NegativeAmount: bad columns.

    >>> agency_parts([1_000_001], split_ppm=[300_000]).tolist()
    [300000]
    """
    entitlements = whole_column(entitlements_micro, name="entitlements_micro")
    rates = whole_column(split_ppm, name="split_ppm")
    require_equal_lengths(entitlements_micro=entitlements, split_ppm=rates)
    return floor_ppm(entitlements, ppm=rates)


def settle_carry(
    *,
    entitlements_micro: WholeNumbers,
    agency_micro: WholeNumbers,
    carry_in_micro: WholeNumbers,
    minimum_payout_minor: int,
) -> CarrySettlement:
    """Pay whole minor units out of a balance and carry the rest.

    One row per payee and currency: `balance = carry in + award - agency part`.
    An agency's payee is a row of its own, with what it takes as its award.

    Args:
        entitlements_micro: shape (n,), awards of all pools of the currency.
        agency_micro: shape (n,), taken from the award; <= the award.
        carry_in_micro: shape (n,), what earlier periods left.
        minimum_payout_minor: below this nothing is paid and all is carried.

    Returns:
        `paid_minor` and `carry_out_micro`, shape (n,) each;
        `paid x 10^6 + carry out` is the balance in every row, and the carry
        stays below max(1, minimum) minor units.

    Raises:
        AgencyAboveEntitlement: an agency takes more than the award.
        AmountTooLarge: a balance beyond 2^63-1 micro-units.
        ColumnsDiffer, NotWholeNumbers, NegativeAmount: bad columns.

    Source: docs/algorithms/pool.md.

    >>> settle_carry(
    ...     entitlements_micro=[1_700_000], agency_micro=[0], carry_in_micro=[400_000],
    ...     minimum_payout_minor=1,
    ... ).carry_out_micro.tolist()
    [100000]
    """
    entitlements = whole_column(entitlements_micro, name="entitlements_micro")
    agency = whole_column(agency_micro, name="agency_micro")
    carry_in = whole_column(carry_in_micro, name="carry_in_micro")
    require_equal_lengths(
        entitlements_micro=entitlements, agency_micro=agency, carry_in_micro=carry_in
    )
    minimum = checked_non_negative(minimum_payout_minor, name="minimum_payout_minor")
    balance = _balances(entitlements, agency=agency, carry_in=carry_in)
    whole = balance // PPM
    paid = np.where(whole >= minimum, whole, 0)
    return CarrySettlement(paid, balance - paid * PPM)


def _balances(entitlements: IntColumn, *, agency: IntColumn, carry_in: IntColumn) -> IntColumn:
    over = np.flatnonzero(agency > entitlements)
    if len(over):
        row = int(over[0])
        raise AgencyAboveEntitlement(
            row=row, agency_micro=int(agency[row]), entitlement_micro=int(entitlements[row])
        )
    net = entitlements - agency
    too_large = np.flatnonzero(carry_in > AMOUNT_MAX - net)
    if len(too_large):
        row = int(too_large[0])
        raise AmountTooLarge(int(carry_in[row]) + int(net[row]))
    return net + carry_in
