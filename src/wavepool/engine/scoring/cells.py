"""Exposure cells: how a signal counts where it is common and where it is rare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

PPM = 1_000_000
SIGNALS = ("watch", "save", "share", "follow")


class Evidence(NamedTuple):
    """Touches, influence and influence with each signal, of a cell in an earlier period."""

    touches: int
    viewers_micro: int
    signals_micro: tuple[int, int, int, int]

    def plus(self, other: Evidence) -> Evidence:
        """Add two cells."""
        both = zip(self.signals_micro, other.signals_micro, strict=True)
        watch, save, share, follow = (own + more for own, more in both)
        return Evidence(
            self.touches + other.touches,
            self.viewers_micro + other.viewers_micro,
            (watch, save, share, follow),
        )


class CellKey(NamedTuple):
    """Scene, slot, band of the day and audience tier."""

    scene_id: str
    slot: str
    band: int
    tier: str


@dataclass(frozen=True, slots=True)
class CellRules:
    """Signal weights in ppm (watch, save, share, follow) and the back-off thresholds."""

    weights_ppm: tuple[int, int, int, int]
    cell_min_touches: int
    slot_min_touches: int


NOTHING = Evidence(0, 0, (0, 0, 0, 0))


def cell_weights(
    earlier: Mapping[CellKey, Evidence], keys: Sequence[CellKey], rules: CellRules
) -> dict[CellKey, tuple[int, int, int, int]]:
    """Weigh each signal in each cell by the scene's lowest base rate over the cell's own.

    A cell with few touches takes its slot's rate, a thin slot its scene's. A
    rate of zero, and a scene without an earlier period, leave the published
    weight as it is.

    Returns:
        For each key the weights in ppm of watch, save, share, follow; each at
        most the published weight.

    Source: indirect standardisation of rates; docs/algorithms/value.md.
    """
    slots: dict[tuple[str, str], Evidence] = {}
    scenes: dict[str, Evidence] = {}
    for key, evidence in earlier.items():
        slot = (key.scene_id, key.slot)
        slots[slot] = slots.get(slot, NOTHING).plus(evidence)
        scenes[key.scene_id] = scenes.get(key.scene_id, NOTHING).plus(evidence)

    rates: dict[CellKey, tuple[int, ...]] = {}
    for key in keys:
        own = earlier.get(key, NOTHING)
        if own.touches < rules.cell_min_touches:
            own = slots.get((key.scene_id, key.slot), NOTHING)
            if own.touches < rules.slot_min_touches:
                own = scenes.get(key.scene_id, NOTHING)
        rates[key] = tuple(
            signal * PPM // own.viewers_micro if own.viewers_micro else 0
            for signal in own.signals_micro
        )

    lowest: dict[tuple[str, int], int] = {}
    for key, row in rates.items():
        for place, rate in enumerate(row):
            if rate > 0:
                at = (key.scene_id, place)
                lowest[at] = min(lowest.get(at, rate), rate)

    weights = {}
    for key, row in rates.items():
        watch, save, share, follow = (
            weight * lowest[key.scene_id, place] // rate if rate > 0 else weight
            for place, (weight, rate) in enumerate(zip(rules.weights_ppm, row, strict=True))
        )
        weights[key] = (watch, save, share, follow)
    return weights


@dataclass(frozen=True, slots=True)
class CellShape:
    """How many slots, bands and tiers there are; with the scene they number a cell."""

    slots: int
    bands: int
    tiers: int

    def number(self, *, scene_no: int, slot_no: int, band: int, tier_no: int) -> int:
        """Number of a cell, as SQL computes it from the codes that a touch carries."""
        return ((scene_no * self.slots + slot_no) * self.bands + band) * self.tiers + tier_no


def cell_table(
    weights: Mapping[CellKey, tuple[int, int, int, int]],
    *,
    shape: CellShape,
    scenes: Mapping[str, int],
    slots: Mapping[str, int],
    tiers: Mapping[str, int],
) -> pa.Table:
    """Lay the weights out for SQL: cell_no, the cell's own names, and four weights."""
    keys = list(weights)
    numbers = [
        shape.number(
            scene_no=scenes[key.scene_id],
            slot_no=slots[key.slot],
            band=key.band,
            tier_no=tiers[key.tier],
        )
        for key in keys
    ]
    columns: dict[str, pa.Array] = {
        "cell_no": pa.array(numbers, pa.int64()),
        "scene_id": pa.array([key.scene_id for key in keys], pa.string()),
        "slot": pa.array([key.slot for key in keys], pa.string()),
        "band": pa.array([key.band for key in keys], pa.int64()),
        "tier": pa.array([key.tier for key in keys], pa.string()),
    }
    for place, signal in enumerate(SIGNALS):
        columns[f"{signal}_ppm"] = pa.array([weights[key][place] for key in keys], pa.int64())
    return pa.table(columns)
