"""Random partitions by the million, each checked with whole numbers."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.sharing.attacks.markets import FLOOR_PPM
from wavepool.engine.sharing.roots import DEFAULT_TENTHS, Tenths, root_values
from wavepool.engine.sharing.whole_columns import PPM, IntColumn, floor_ppm

IntTable: TypeAlias = npt.NDArray[np.int64]
EvidenceSums = Callable[[IntTable, IntTable], IntTable]

_BATCH = 20_000
_EVENTS = 8
_ACCOUNTS = 4
_INFLUENCE_MAX = 2**59
_VALUE_MIN = 1000


class FuzzReport(NamedTuple):
    """What the partitions did to the value of the payees.

    `gaining` counts the partitions that were worth more than one account;
    `best_gain` is the largest difference in value, `best_gain_ppm` the largest
    in ppm of the honest value, of the partitions with a value of 1,000 or more
    (below that a single unit of rounding is already many ppm).
    """

    partitions: int
    gaining: int
    best_gain: int
    best_gain_ppm: int


def floored_per_event(influence_micro: IntTable, signals_ppm: IntTable) -> IntTable:
    """Add evidence up with the floor granted event by event, as the settlement does.

    Args:
        influence_micro: shape (r, e).
        signals_ppm: shape (r, e, 3), each 0 .. 10^6.

    Returns:
        Quality, experience and commerce sums, shape (r, 3).
    """
    lifted_ppm = FLOOR_PPM + floor_ppm(signals_ppm, ppm=PPM - FLOOR_PPM)
    repeated = np.broadcast_to(influence_micro[:, :, None], signals_ppm.shape)
    sums: IntTable = floor_ppm(repeated, ppm=lifted_ppm).sum(axis=1)
    return sums


def floored_on_totals(influence_micro: IntTable, signals_ppm: IntTable) -> IntTable:
    """Add evidence up and apply the floor afterwards: the trap, which rewards splitting.

    Args, Returns: as `floored_per_event`.
    """
    repeated = np.broadcast_to(influence_micro[:, :, None], signals_ppm.shape)
    raw = floor_ppm(repeated, ppm=signals_ppm).sum(axis=1)
    floors = floor_ppm(influence_micro.sum(axis=1), ppm=FLOOR_PPM)
    sums: IntTable = np.maximum(raw, floors[:, None])
    return sums


def fuzz_partitions(
    *,
    seed: int,
    partitions: int,
    evidence_sums: EvidenceSums = floored_per_event,
    tenths: Tenths = DEFAULT_TENTHS,
) -> FuzzReport:
    """Divide random payees over up to four accounts and compare the values exactly.

    Five kinds of evidence take turns: even, all-or-nothing, like mixes (where
    splitting is neutral but for rounding), tiny and huge influence.

    Args:
        seed: of the generator; the same seed gives the same report.
        partitions: how many; a million take some seconds.
        evidence_sums: how events become sums; the default is ours.
        tenths: weights of the three dimensions.

    Returns:
        Counts and the largest gains; for our rule no gain is above zero.
    """
    rng = np.random.default_rng(seed)
    gaining, best_gain, best_gain_ppm = 0, -(2**63), -PPM
    for start, batch in zip(range(0, partitions, _BATCH), _evidence(rng), strict=False):
        rows = min(_BATCH, partitions - start)
        influence, signals = (table[:rows] for table in batch)
        accounts = rng.integers(2, _ACCOUNTS + 1, size=(rows, 1))
        labels = rng.integers(0, accounts, size=(rows, _EVENTS))
        whole = _values(evidence_sums(influence, signals), tenths)
        parts = np.zeros(rows, dtype=np.int64)
        for account in range(_ACCOUNTS):
            own = np.where(labels == account, influence, 0)
            parts += _values(evidence_sums(own, signals), tenths)
        gains = parts - whole
        gaining += int((gains > 0).sum())
        best_gain = max(best_gain, int(gains.max()))
        best_gain_ppm = max(best_gain_ppm, _best_ppm(gains, whole))
    return FuzzReport(partitions, gaining, best_gain, best_gain_ppm)


def _values(sums: IntTable, tenths: Tenths) -> IntColumn:
    return root_values(
        quality_micro=sums[:, 0],
        experience_micro=sums[:, 1],
        commerce_micro=sums[:, 2],
        tenths=tenths,
    )


def _best_ppm(gains: IntColumn, whole: IntColumn) -> int:
    pairs = zip(gains.tolist(), whole.tolist(), strict=True)
    return max((gain * PPM // value for gain, value in pairs if value >= _VALUE_MIN), default=-PPM)


def _evidence(rng: np.random.Generator) -> Iterator[tuple[IntTable, IntTable]]:
    """Draw batches of influence, shape (batch, 8), and signals, shape (batch, 8, 3)."""
    shape = (_BATCH, _EVENTS)
    while True:
        influence = rng.integers(1, PPM + 1, size=shape)
        even = rng.integers(0, PPM + 1, size=(*shape, 3))
        yield influence, even
        yield influence, rng.integers(0, 2, size=(*shape, 3)) * PPM
        yield influence, np.repeat(even[:, :1, :], _EVENTS, axis=1)
        yield rng.integers(0, 12, size=shape), even
        yield rng.integers(1, _INFLUENCE_MAX, size=shape), even
