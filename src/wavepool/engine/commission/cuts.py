"""The cuts of one order line as a pure function: the published rule in a few lines."""

from __future__ import annotations

from typing import NamedTuple

PPM = 1_000_000


class Cuts(NamedTuple):
    """The legs of one line in minor units; direct + fee + pool = commission."""

    fee_base_minor: int
    commission_minor: int
    direct_minor: int
    fee_minor: int
    pool_minor: int


def cut_line(
    *,
    paid_minor: int,
    platform_coupon_minor: int,
    shipping_minor: int,
    tax_minor: int,
    rate_ppm: int,
    direct_ppm: int,
    fee_ppm: int,
    has_pool: bool,
) -> Cuts:
    """Cut one line's commission, in the published order.

    The fee base is what the buyer paid plus what the platform's own coupon
    paid for them, less shipping and tax; refunds never reduce it. The pool
    takes every remainder; without a pool leg the direct leg does.

    Args: all amounts in minor units, >= 0; rates in ppm, direct + fee <= 10^6.

    >>> cut_line(paid_minor=10_000, platform_coupon_minor=0, shipping_minor=1_000, tax_minor=0,
    ...          rate_ppm=200_000, direct_ppm=200_000, fee_ppm=100_000, has_pool=True)
    Cuts(fee_base_minor=9000, commission_minor=1800, direct_minor=360, fee_minor=180, pool_minor=1260)
    """
    fee_base = max(0, paid_minor + platform_coupon_minor - shipping_minor - tax_minor)
    commission = fee_base * rate_ppm // PPM
    fee = commission * fee_ppm // PPM
    direct = commission * direct_ppm // PPM if has_pool else commission - fee
    pool = commission - direct - fee
    assert pool >= 0, "direct_ppm + fee_ppm must not exceed 10^6"
    return Cuts(fee_base, commission, direct, fee, pool)
