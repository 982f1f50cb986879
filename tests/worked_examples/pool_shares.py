"""Worked tables of docs/algorithms/pool.md."""

from collections.abc import Sequence

from wavepool.engine.sharing import agency_parts, distributable_micro, settle_carry, share_pool
from wavepool.engine.sharing.alternatives import dhondt, hamilton, sainte_lague


def period(
    legs_minor: int,
    subsidy_minor: int,
    reversals_minor: int,
    residue_in_micro: int,
    deficit_in_minor: int,
    values: Sequence[int],
) -> dict[str, object]:
    """One pool in one period."""
    pool = distributable_micro(
        legs_minor=legs_minor,
        subsidy_minor=subsidy_minor,
        reversals_minor=reversals_minor,
        freed_minor=0,
        residue_in_micro=residue_in_micro,
        deficit_in_minor=deficit_in_minor,
    )
    shares = share_pool(pool, values)
    return {
        "distributable_micro": pool,
        "entitlements_micro": shares.entitlements_micro.tolist(),
        "residue_micro": shares.residue_micro,
        "deficit_minor": shares.deficit_minor,
    }


def payment(
    entitlement_micro: int, split_ppm: int, carry_in_micro: int, minimum_payout_minor: int
) -> dict[str, int]:
    """One payee's award to a payment and a carry."""
    agency = agency_parts([entitlement_micro], split_ppm=[split_ppm])
    paid, carried = settle_carry(
        entitlements_micro=[entitlement_micro],
        agency_micro=agency,
        carry_in_micro=[carry_in_micro],
        minimum_payout_minor=minimum_payout_minor,
    )
    return {
        "agency_micro": int(agency[0]),
        "paid_minor": int(paid[0]),
        "carry_out_micro": int(carried[0]),
    }


def dust(pool_minor: int, accounts: int, value_each: int) -> dict[str, int]:
    """What one payee gets over its accounts beside nine rivals of value 1,000.

    Three methods round to whole minor units; ours answers in micro-units.
    """
    values = [value_each] * accounts + [1000] * 9
    ours = share_pool(pool_minor * 1_000_000, values).entitlements_micro.tolist()
    return {
        "hamilton": sum(hamilton(pool_minor, values)[:accounts]),
        "sainte_lague": sum(sainte_lague(pool_minor, values)[:accounts]),
        "dhondt": sum(dhondt(pool_minor, values)[:accounts]),
        "ours_micro": sum(ours[:accounts]),
    }
