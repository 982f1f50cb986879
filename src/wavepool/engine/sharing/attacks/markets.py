"""Small seeded markets: one payee's events, and the rivals it shares a pool with.

Event columns, all whole numbers: one view, the viewer's equal slice of a
user-centric pool, influence in micro-viewers, and per dimension the evidence as
it stands (`raw`) and with the floor granted event by event (`lifted`).
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from wavepool.engine.sharing.whole_columns import PPM, floor_ppm

EventTable: TypeAlias = npt.NDArray[np.int64]

VIEWS, SLICE, INFLUENCE = 0, 1, 2
RAW = slice(3, 6)
LIFTED = slice(6, 9)

FLOOR_PPM = 100_000
_DUST_RIVALS = 200
MARKET_SHAPES = ("mixed", "two audiences", "dust")


class Market(NamedTuple):
    """`events` shape (e, 9) of the payee that attacks, `rivals` shape (r, 9) of sums."""

    shape: str
    pool_micro: int
    events: EventTable
    rivals: EventTable


def seeded_market(rng: np.random.Generator, *, shape: str) -> Market:
    """Draw a market of one of three shapes.

    "mixed": every event differs. "two audiences": the payee has two kinds of
    viewers, each perfect or worthless in each dimension, and the rivals are
    specialists. "dust": thousands of like events of poor quality, whose whole
    share is some tens of minor units, among better rivals of the same size.
    """
    if shape == "dust":
        return _dust_market(rng)
    rows = int(rng.integers(16, 32))
    if shape == "two audiences":
        dimensions = int(rng.choice([1, 3]))
        kinds = np.resize(rng.integers(0, 2, size=(2, dimensions)), (2, 3)) * PPM
        signals = kinds[(rng.random(rows) < rng.choice([0.1, 0.3, 0.5])).astype(np.int64)]
        rivals = [_rival(rng, signals_ppm=rng.integers(0, 2, size=(1, 3)) * PPM) for _ in range(40)]
    else:
        signals = rng.integers(0, PPM + 1, size=(rows, 3))
        rivals = [_rival(rng, signals_ppm=rng.integers(0, PPM + 1, size=(4, 3))) for _ in range(40)]
    events = _events(rng, signals_ppm=signals, spread=1.5)
    return Market(shape, 100_000 * PPM, events, np.stack(rivals))


def accounts_of(events: EventTable, labels: npt.NDArray[np.int64]) -> EventTable:
    """Add events up per account; labels run from 0, shape (e,)."""
    sums = np.zeros((int(labels.max()) + 1, events.shape[1]), dtype=np.int64)
    np.add.at(sums, labels, events)
    return sums[sums[:, VIEWS] > 0]


def _dust_market(rng: np.random.Generator) -> Market:
    poor, better = (np.full((rows, 3), ppm) for rows, ppm in ((3000, 200_000), (1, 500_000)))
    events = _events(rng, signals_ppm=poor, spread=0.0)
    rival = _events(rng, signals_ppm=better, spread=0.0)
    # A better rival of the same value needs 28 viewers where the poor one has 55.
    sizes = rng.integers(500, 1500, size=(_DUST_RIVALS, 1)) * len(events) * 28 // 55 // 1000
    return Market("dust", (_DUST_RIVALS + 1) * 75 * PPM, events, rival * sizes)


def _events(
    rng: np.random.Generator, *, signals_ppm: npt.NDArray[np.int64], spread: float
) -> EventTable:
    rows = len(signals_ppm)
    influence = (rng.lognormal(0.0, spread, size=rows) * 300_000).astype(np.int64).clip(1, PPM)
    table = np.zeros((rows, 9), dtype=np.int64)
    table[:, VIEWS] = 1
    table[:, SLICE] = PPM if spread == 0.0 else rng.integers(1, PPM + 1, size=rows)
    table[:, INFLUENCE] = influence
    lifted_ppm = FLOOR_PPM + floor_ppm(signals_ppm, ppm=PPM - FLOOR_PPM)
    for column in range(3):
        table[:, 3 + column] = floor_ppm(influence, ppm=signals_ppm[:, column])
        table[:, 6 + column] = floor_ppm(influence, ppm=lifted_ppm[:, column])
    return table


def _rival(rng: np.random.Generator, *, signals_ppm: npt.NDArray[np.int64]) -> EventTable:
    rows = int(rng.integers(1, 9))
    signals = np.resize(signals_ppm, (rows, 3))
    sums: EventTable = _events(rng, signals_ppm=signals, spread=1.0).sum(axis=0)
    return sums
