"""Values per scene to values per pool."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.money import AmountTooLarge, NegativeAmount
from wavepool.engine.sharing import (
    ColumnsDiffer,
    PayeeRepeated,
    RateOutOfRange,
    SceneRow,
    UnknownScene,
    combine_scenes,
)

ONE_POOL = {
    "headlines": SceneRow("big", 1_000_000),
    "short_video": SceneRow("big", 500_000),
    "open": SceneRow("", 1_000_000),
}
OWN_POOLS = {
    "headlines": SceneRow("news", 1_000_000),
    "short_video": SceneRow("video", 500_000),
    "open": SceneRow("", 0),
}
ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(["headlines", "short_video", "open"])),
    unique=True,
    max_size=20,
)


def combined(
    rows: list[tuple[int, str, int]], scenes: dict[str, SceneRow]
) -> dict[str, dict[int, int]]:
    pools = combine_scenes(
        payee_ids=[payee for payee, _, _ in rows],
        scene_ids=[scene for _, scene, _ in rows],
        values=[value for _, _, value in rows],
        scenes=scenes,
    )
    return {
        pool: dict(zip(table.payee_ids.tolist(), table.values.tolist(), strict=True))
        for pool, table in pools.items()
    }


class TestCombineScenes:
    def test_adds_weighted_values_up_in_one_pool(self) -> None:
        rows = [(7, "headlines", 100), (7, "short_video", 31), (3, "short_video", 8)]
        assert combined([*rows, (9, "open", 5)], ONE_POOL) == {"big": {3: 4, 7: 115}}

    def test_keeps_pools_apart_when_each_scene_has_its_own(self) -> None:
        rows = [(7, "headlines", 100), (7, "short_video", 31), (3, "short_video", 8)]
        assert combined(rows, OWN_POOLS) == {"news": {7: 100}, "video": {3: 4, 7: 15}}

    def test_rounds_down_scene_by_scene(self) -> None:
        scenes = {"a": SceneRow("big", 500_000), "b": SceneRow("big", 500_000)}
        assert combined([(1, "a", 1), (1, "b", 1)], scenes) == {"big": {1: 0}}

    def test_sorts_payees_and_takes_texts(self) -> None:
        pools = combine_scenes(
            payee_ids=["zoe", "ada"],
            scene_ids=["headlines"] * 2,
            values=[1, 2],
            scenes=ONE_POOL,
        )
        assert pools["big"].payee_ids.tolist() == ["ada", "zoe"]
        assert pools["big"].values.tolist() == [2, 1]

    @given(keys=ROWS, seed=st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_rows(
        self, keys: list[tuple[int, str]], seed: np.random.Generator
    ) -> None:
        rows = [(payee, scene, 13 * payee + len(scene)) for payee, scene in keys]
        shuffled = list(rows)
        seed.shuffle(shuffled)
        assert combined(shuffled, ONE_POOL) == combined(rows, ONE_POOL)

    def test_is_exact_at_the_edge_of_64_bits(self) -> None:
        assert combined([(1, "short_video", 2**63 - 1)], ONE_POOL) == {"big": {1: 2**62 - 1}}

    def test_refuses_a_total_beyond_64_bits_which_would_wrap(self) -> None:
        values = np.array([2**62, 2**62])
        assert int(values.sum()) == -(2**63)
        with pytest.raises(AmountTooLarge) as refused:
            combined([(1, "headlines", 2**62), (2, "headlines", 2**62)], ONE_POOL)
        assert refused.value.amount == 2**63

    def test_refuses_two_rows_of_one_payee_and_scene(self) -> None:
        with pytest.raises(PayeeRepeated, match="payee 4 has more than one row in scene headlines"):
            combined([(4, "headlines", 1), (2, "headlines", 1), (4, "headlines", 1)], ONE_POOL)

    def test_refuses_a_scene_that_the_policy_does_not_list(self) -> None:
        with pytest.raises(UnknownScene, match="radio"):
            combined([(1, "radio", 1)], ONE_POOL)

    def test_refuses_bad_columns_and_weights(self) -> None:
        with pytest.raises(NegativeAmount):
            combined([(1, "headlines", -1)], ONE_POOL)
        with pytest.raises(RateOutOfRange):
            combined([(1, "headlines", 1)], {"headlines": SceneRow("big", 1_000_001)})
        with pytest.raises(ColumnsDiffer):
            combine_scenes(payee_ids=[1], scene_ids=[], values=[1], scenes=ONE_POOL)
