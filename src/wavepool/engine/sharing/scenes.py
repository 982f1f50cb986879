"""Values per scene to values per pool, by the weights of the policy."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wavepool.engine.money import AMOUNT_MAX, AmountTooLarge, MoneyError
from wavepool.engine.sharing.whole_columns import (
    IntColumn,
    WholeNumbers,
    exact_total,
    floor_ppm,
    require_equal_lengths,
    whole_column,
)


class SceneRow(NamedTuple):
    """What the policy says of one scene: its pool, and its weight there."""

    pool_id: str
    weight_ppm: int


class PoolValues(NamedTuple):
    """One pool's values: one row per payee, sorted by payee."""

    payee_ids: npt.NDArray[np.generic]
    values: IntColumn


class UnknownScene(MoneyError):
    """A value stands in a scene that the policy does not list."""

    def __init__(self, scene_id: str) -> None:
        self.scene_id = scene_id
        super().__init__(f"scene {scene_id!r} is not in the policy")


class PayeeRepeated(MoneyError):
    """A payee has two rows in one scene, so its evidence was not added up first."""

    def __init__(self, *, payee_id: object, scene_id: str) -> None:
        self.payee_id = payee_id
        self.scene_id = scene_id
        super().__init__(f"payee {payee_id} has more than one row in scene {scene_id}")


def combine_scenes(
    *,
    payee_ids: Sequence[int] | Sequence[str] | npt.NDArray[np.generic],
    scene_ids: Sequence[str] | npt.NDArray[np.generic],
    values: WholeNumbers,
    scenes: Mapping[str, SceneRow],
) -> dict[str, PoolValues]:
    """Add the values of a payee's scenes up to its value in each pool.

    `value in pool = sum over the pool's scenes of (value x weight_ppm // 10^6)`,
    rounded down scene by scene, so that the parts on a receipt add up.

    Args:
        payee_ids: shape (n,), all numbers or all texts.
        scene_ids: shape (n,); a payee has at most one row per scene.
        values: shape (n,), each 0 .. 2^63-1.
        scenes: scene to its pool and weight; an empty pool name means that
            the scene has no pool and its rows count nowhere.

    Returns:
        Pool to its payees and values, pools and payees sorted; a pool that no
        row reaches is present and empty.

    Raises:
        UnknownScene: a row's scene is not in `scenes`.
        PayeeRepeated: two rows of one payee and scene.
        AmountTooLarge: a pool's values add up beyond 2^63-1.
        RateOutOfRange, ColumnsDiffer, NotWholeNumbers, NegativeAmount: bad columns.

    Guarantee: independent of the order of rows; still superadditive in the
    evidence (docs/algorithms/value.md).
    """
    payees, scene_names = np.asarray(payee_ids), np.asarray(scene_ids, dtype=np.str_)
    column = whole_column(values, name="values")
    require_equal_lengths(payee_ids=payees, scene_ids=scene_names, values=column)
    reached: dict[str, list[tuple[npt.NDArray[np.generic], IntColumn]]] = {
        row.pool_id: [] for row in scenes.values() if row.pool_id
    }
    for scene_id in np.unique(scene_names).tolist():
        if scene_id not in scenes:
            raise UnknownScene(scene_id)
        pool_id, weight_ppm = scenes[scene_id]
        if not pool_id:
            continue
        in_scene = scene_names == scene_id
        _require_single_rows(payees[in_scene], scene_id=scene_id)
        weighted = floor_ppm(column[in_scene], ppm=weight_ppm)
        reached[pool_id].append((payees[in_scene], weighted))
    return {pool_id: _added_up(reached[pool_id]) for pool_id in sorted(reached)}


def _require_single_rows(payees: npt.NDArray[np.generic], *, scene_id: str) -> None:
    distinct, counts = np.unique(payees, return_counts=True)
    if len(distinct) < len(payees):
        raise PayeeRepeated(payee_id=distinct[int(np.argmax(counts))].item(), scene_id=scene_id)


def _added_up(parts: list[tuple[npt.NDArray[np.generic], IntColumn]]) -> PoolValues:
    if not parts:
        return PoolValues(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    weighted = np.concatenate([part for _, part in parts])
    total = exact_total(weighted)
    if total > AMOUNT_MAX:
        raise AmountTooLarge(total)
    distinct, rows = np.unique(np.concatenate([ids for ids, _ in parts]), return_inverse=True)
    sums = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(sums, rows, weighted)
    return PoolValues(distinct, sums)
