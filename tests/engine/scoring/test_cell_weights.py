"""Base rates: what a signal counts in each exposure cell, with back-off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.scoring import (
    CellKey,
    CellRules,
    CellShape,
    Evidence,
    cell_table,
    cell_weights,
)

WEIGHTS = (400_000, 200_000, 200_000, 200_000)
RULES = CellRules(WEIGHTS, cell_min_touches=200, slot_min_touches=200)
PPM = 1_000_000


def cell(
    slot: str = "top", *, band: int = 0, scene: str = "headlines", tier: str = "all"
) -> CellKey:
    return CellKey(scene, slot, band, tier)


def watched(ppm: int, *, touches: int = 200) -> Evidence:
    """A cell of ten viewers in which so many of a million watch, and nothing else happens."""
    return Evidence(touches, 10_000_000, (10 * ppm, 0, 0, 0))


class TestAWeight:
    def test_is_the_published_one_where_there_is_no_earlier_period(self) -> None:
        keys = [cell("top"), cell("end", band=3)]
        assert cell_weights({}, keys, RULES) == {keys[0]: WEIGHTS, keys[1]: WEIGHTS}

    def test_is_the_lowest_rate_of_the_scene_over_the_own_rate(self) -> None:
        earlier = {
            cell("top"): Evidence(200, 1_000_000, (500_000, 100_000, 30_000, 8_000)),
            cell("end"): Evidence(300, 2_000_000, (500_000, 400_000, 20_000, 16_000)),
        }
        assert cell_weights(earlier, list(earlier), RULES) == {
            # rates: 0.5, 0.1, 0.03, 0.008
            cell("top"): (200_000, 200_000, 66_666, 200_000),
            # rates: 0.25, 0.2, 0.01, 0.008
            cell("end"): (400_000, 100_000, 200_000, 200_000),
        }

    def test_is_the_published_one_where_nobody_ever_gave_the_signal(self) -> None:
        earlier = {
            cell("top"): watched(0),
            cell("end"): watched(500_000),
            cell("mid"): watched(250_000),
        }
        weights = cell_weights(earlier, list(earlier), RULES)
        assert [weights[key][0] for key in earlier] == [400_000, 200_000, 400_000]

    def test_is_the_published_one_where_a_cell_has_touches_without_influence(self) -> None:
        earlier = {cell("top"): Evidence(500, 0, (0, 0, 0, 0)), cell("end"): watched(500_000)}
        assert cell_weights(earlier, list(earlier), RULES)[cell("top")] == WEIGHTS

    def test_of_one_scene_is_not_moved_by_another(self) -> None:
        earlier = {
            cell("top"): watched(400_000),
            cell("top", scene="open"): watched(100_000),
            cell("end", scene="open"): watched(200_000),
        }
        weights = cell_weights(earlier, list(earlier), RULES)
        assert [weights[key][0] for key in earlier] == [400_000, 400_000, 200_000]

    @given(
        st.dictionaries(
            st.builds(
                cell, st.sampled_from("abc"), band=st.integers(0, 2), scene=st.sampled_from("xy")
            ),
            st.builds(
                Evidence,
                st.integers(1, 500),
                st.integers(0, 10**12),
                st.tuples(*[st.integers(0, 10**12)] * 4),
            ),
        )
    )
    def test_lies_between_zero_and_the_published_one_and_some_cell_has_all_of_it(
        self, earlier: dict[CellKey, Evidence]
    ) -> None:
        keys = [
            cell(slot, band=band, scene=scene)
            for slot in "abcd"
            for band in (0, 1)
            for scene in "xy"
        ]
        weights = cell_weights(earlier, keys, RULES)
        assert list(weights) == keys
        for row in weights.values():
            assert all(0 <= own <= most for own, most in zip(row, WEIGHTS, strict=True))
        for scene in "xy":
            best = zip(*(row for key, row in weights.items() if key.scene_id == scene), strict=True)
            assert tuple(max(own) for own in best) == WEIGHTS


# The slot `top`: 199 touches in band 0, 400 in band 1. The slot `end`: 150 in all.
EARLIER = {
    cell("top", band=0): watched(900_000, touches=199),
    cell("top", band=1): watched(300_000, touches=400),
    cell("end", band=0): watched(600_000, touches=150),
    cell("mid", band=0): watched(200_000, touches=200),
}


class TestBackOff:
    @pytest.mark.parametrize(
        ("key", "rate_ppm", "reason"),
        [
            (cell("mid", band=0), 200_000, "200 touches are enough of a cell"),
            (cell("top", band=1), 300_000, "400 are"),
            (cell("top", band=0), 600_000, "199 are not: the slot, (0.9 + 0.3) / 2"),
            (cell("top", band=2), 600_000, "no touch: the slot"),
            (
                cell("end", band=0),
                500_000,
                "neither cell nor slot: the scene, (0.9+0.3+0.6+0.2) / 4",
            ),
            (cell("new", band=3), 500_000, "a slot nobody has seen: the scene"),
            (cell("top", band=0, tier="gold"), 600_000, "a tier nobody has seen: the slot"),
        ],
    )
    def test_takes_the_next_larger_group(self, key: CellKey, rate_ppm: int, reason: str) -> None:
        keys = [cell("mid", band=0), key]
        watch = cell_weights(EARLIER, keys, RULES)[key][0]
        assert watch == 400_000 * 200_000 // rate_ppm, reason

    def test_asks_the_threshold_of_slots_of_slots_only(self) -> None:
        rules = CellRules(WEIGHTS, cell_min_touches=100, slot_min_touches=500)
        keys = [cell("mid", band=0), cell("end", band=0), cell("top", band=2)]
        weights = cell_weights(EARLIER, keys, rules)
        # 150 touches are enough of a cell here; 599 are enough of a slot, 150 would not be.
        assert [weights[key][0] for key in keys] == [400_000, 133_333, 133_333]
        rules = CellRules(WEIGHTS, cell_min_touches=100, slot_min_touches=600)
        assert cell_weights(EARLIER, keys, rules)[keys[2]][0] == 160_000


class TestTheLowestRate:
    def test_is_taken_over_the_cells_that_this_period_has(self) -> None:
        earlier = {cell("top"): watched(500_000), cell("gone"): watched(100_000)}
        assert cell_weights(earlier, [cell("top")], RULES)[cell("top")][0] == 400_000
        both = cell_weights(earlier, [cell("top"), cell("gone")], RULES)
        assert both[cell("top")][0] == 80_000


class TestTheTable:
    def test_numbers_cells_as_touches_do(self) -> None:
        shape = CellShape(slots=2, bands=4, tiers=3)
        keys = {cell("b", band=3, scene="open", tier="gold"): (1, 2, 3, 4), cell("a"): (5, 6, 7, 8)}
        rows = cell_table(
            keys,
            shape=shape,
            scenes={"headlines": 0, "open": 1},
            slots={"a": 0, "b": 1},
            tiers={"all": 0, "gold": 1, "new": 2},
        ).to_pylist()
        assert rows[0] == {
            "cell_no": ((1 * 2 + 1) * 4 + 3) * 3 + 1,
            "scene_id": "open",
            "slot": "b",
            "band": 3,
            "tier": "gold",
            "watch_ppm": 1,
            "save_ppm": 2,
            "share_ppm": 3,
            "follow_ppm": 4,
        }
        assert [rows[1][name] for name in ("cell_no", "watch_ppm", "follow_ppm")] == [0, 5, 8]

    def test_gives_every_cell_its_own_number(self) -> None:
        shape = CellShape(slots=3, bands=4, tiers=2)
        numbers = {
            shape.number(scene_no=scene, slot_no=slot, band=band, tier_no=tier)
            for scene in range(5)
            for slot in range(3)
            for band in range(4)
            for tier in range(2)
        }
        assert numbers == set(range(5 * 3 * 4 * 2))
