"""The rules under attack: ours, and the ones that other platforms use or propose."""

from collections.abc import Callable, Sequence
from math import isqrt
from statistics import median_low
from typing import NamedTuple

import numpy as np

from wavepool.engine.sharing.alternatives import dhondt, hamilton, sainte_lague
from wavepool.engine.sharing.attacks.markets import (
    FLOOR_PPM,
    INFLUENCE,
    LIFTED,
    RAW,
    SLICE,
    VIEWS,
    EventTable,
)
from wavepool.engine.sharing.pools import share_pool
from wavepool.engine.sharing.roots import root_values
from wavepool.engine.sharing.whole_columns import PPM, floor_ppm

SHRINK_VIEWERS_MICRO = 20 * PPM

Values = Callable[[EventTable, EventTable], list[int]]
Shares = Callable[[int, Sequence[int]], Sequence[int]]


class Rule(NamedTuple):
    """How accounts become values, and values become money.

    `values(accounts, rivals)` may look at the rivals, because a cap or a mean
    is set from the market; `shares(pool_micro, values)` answers in micro-units.
    """

    name: str
    values: Values
    shares: Shares


def _floor_and_carry(pool_micro: int, values: Sequence[int]) -> Sequence[int]:
    shares: list[int] = share_pool(pool_micro, values).entitlements_micro.tolist()
    return shares


def _whole_units(method: Callable[[int, Sequence[int]], tuple[int, ...]]) -> Shares:
    def shares(pool_micro: int, values: Sequence[int]) -> Sequence[int]:
        return [units * PPM for units in method(pool_micro // PPM, values)]

    return shares


def _value(accounts: EventTable, _: EventTable) -> list[int]:
    return _roots(accounts[:, LIFTED])


def _floor_on_totals(accounts: EventTable, _: EventTable) -> list[int]:
    floors = floor_ppm(accounts[:, INFLUENCE], ppm=FLOOR_PPM)
    return _roots(np.maximum(accounts[:, RAW], floors[:, None]))


def _views(accounts: EventTable, _: EventTable) -> list[int]:
    views: list[int] = accounts[:, VIEWS].tolist()
    return views


def _slices(accounts: EventTable, _: EventTable) -> list[int]:
    slices: list[int] = accounts[:, SLICE].tolist()
    return slices


def _capped(accounts: EventTable, rivals: EventTable) -> list[int]:
    cap = median_low(_roots(rivals[:, LIFTED]))
    return [min(value, cap) for value in _roots(accounts[:, LIFTED])]


def _damped(accounts: EventTable, _: EventTable) -> list[int]:
    return [isqrt(value * PPM) for value in _roots(accounts[:, LIFTED])]


def _shrunk(accounts: EventTable, rivals: EventTable) -> list[int]:
    viewers = int(rivals[:, INFLUENCE].sum())
    means_ppm = [int(total) * PPM // viewers for total in rivals[:, LIFTED].sum(axis=0)]
    columns = []
    for column, mean_ppm in zip(accounts[:, LIFTED].T.tolist(), means_ppm, strict=True):
        prior = SHRINK_VIEWERS_MICRO * mean_ppm // PPM
        columns.append(
            [
                own * (total + prior) // (own + SHRINK_VIEWERS_MICRO)
                for own, total in zip(accounts[:, INFLUENCE].tolist(), column, strict=True)
            ]
        )
    return _roots(np.array(columns, dtype=np.int64).T)


def _roots(sums: EventTable) -> list[int]:
    values: list[int] = root_values(
        quality_micro=sums[:, 0], experience_micro=sums[:, 1], commerce_micro=sums[:, 2]
    ).tolist()
    return values


OUR_RULE = Rule("ours: value, floor and carry", _value, _floor_and_carry)

RULES = (
    OUR_RULE,
    Rule("pro-rata by views", _views, _floor_and_carry),
    Rule("user-centric", _slices, _floor_and_carry),
    Rule("value, Hamilton", _value, _whole_units(hamilton)),
    Rule("value, Sainte-Laguë", _value, _whole_units(sainte_lague)),
    Rule("value, D'Hondt", _value, _whole_units(dhondt)),
    Rule("value, cap per account", _capped, _floor_and_carry),
    Rule("value, square-root damping", _damped, _floor_and_carry),
    Rule("value, shrunk to the mean", _shrunk, _floor_and_carry),
    Rule("value, floor on totals (the trap)", _floor_on_totals, _floor_and_carry),
)
