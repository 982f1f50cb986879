"""Worked tables of docs/algorithms/integrity.md."""

from collections.abc import Sequence

import numpy as np

from wavepool.engine.integrity import core_numbers
from wavepool.engine.integrity.chance import exceeds_chance, expected_micro


def cores(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """Core numbers of a graph of five buyers."""
    return core_numbers(5, np.array(left, np.int64), np.array(right, np.int64)).tolist()


def chance(pairs: int, purchases: int, ways: int, met: int) -> tuple[int, int]:
    """What chance expects of a group at a payee, and whether its meetings go beyond."""
    expected = expected_micro(pairs=pairs, purchases=purchases, ways=ways)
    return expected, int(exceeds_chance(met=met, expected=expected, deviations=3, spare=3))
