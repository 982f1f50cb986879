"""Numbers near 2^63: the right answer or a named error, never a wrapped one."""

from __future__ import annotations

import pytest

from engine.scoring.small_engine import table
from engine.scoring.small_evidence import PPM, Line, Look, Market, Sums, run, weigh
from wavepool.engine import scoring
from wavepool.engine.relations import NumberTooLarge, Relations
from wavepool.engine.scoring import LoadBin, solve_saturation

HIGHEST = 2**63 - 1


def value_sums(
    rel: Relations, *, viewers: int, signal: int, factor_ppm: int = PPM, rows: int = 1
) -> dict[str, int]:
    """Value pieces of one payee whose sums are given outright."""
    rel.put("scenes_in_force", table(scene_no=[0], scene_id=["headlines"]))
    rel.put(
        "piece_sums",
        table(
            piece_id=list(range(rows)),
            creator_id=[1] * rows,
            payee_id=[1] * rows,
            scene_no=[0] * rows,
            factor_ppm=[factor_ppm] * rows,
            touches=[1] * rows,
            viewers_micro=[viewers] * rows,
            signal_micro=[signal] * rows,
            liked_micro=[viewers] * rows,
        ),
    )
    nobody = {name: [] for name in ("piece_id", "creator_id", "payee_id", "scene_no")}
    rel.put("new_touches", table(**nobody, influence=[], is_experience=[]))
    rel.put("lifts", table(**nobody, experience_micro=[], commerce_micro=[]))
    rel.put("piece_feedback", table(piece_id=[], bad_ppm=[]))
    scoring.value_pieces(rel, floor_ppm=100_000)
    (row,) = rel.fetch("select * from payee_evidence").to_pylist()
    return {name: row[f"{name}_micro"] for name in ("viewers", "quality", "experience", "commerce")}


class TestLargeSums:
    def test_are_valued_exactly_up_to_64_bits(self, rel: Relations) -> None:
        assert value_sums(rel, viewers=HIGHEST, signal=HIGHEST, factor_ppm=333_333) == {
            "viewers": HIGHEST,
            # floor(n / 10) + floor(0.9 · floor(0.333 333 · n))
            "quality": 922_337_203_685_477_580 + 2_767_008_844_044_821_685,
            "experience": HIGHEST,
            "commerce": 922_337_203_685_477_580,
        }

    def test_of_two_pieces_are_refused_beyond_64_bits(self, rel: Relations) -> None:
        assert value_sums(rel, viewers=HIGHEST // 2, signal=0, rows=2)["viewers"] == HIGHEST - 1
        with pytest.raises(NumberTooLarge):
            value_sums(rel, viewers=HIGHEST // 2 + 1, signal=0, rows=2)

    def test_of_parts_are_refused_beyond_64_bits(self, rel: Relations) -> None:
        weigh(rel, Market(looks=[Look(1, 101, 60_000)]))
        for part in ("a", "b"):
            for name, key in scoring.SUMS.items():
                columns = {column: [0] for column in key}
                rel.put(f"{name}_{part}", table(**columns, touches=[HIGHEST]))
        with pytest.raises(NumberTooLarge):
            scoring.add_up_parts(rel, suffixes=["a", "b"])


class TestLargeLoads:
    def test_are_influence_up_to_the_last_that_trust_can_multiply(self, rel: Relations) -> None:
        dwell = HIGHEST // PPM
        weigh(rel, Market(looks=[Look(1, 101, dwell)]))
        (row,) = rel.fetch("select viewers_micro from piece_sums").to_pylist()
        assert row == {"viewers_micro": PPM}
        with pytest.raises(NumberTooLarge):
            weigh(rel, Market(looks=[Look(1, 101, dwell + 1)]))

    def test_are_refused_when_one_viewers_add_up_beyond_64_bits(self, rel: Relations) -> None:
        looks = [Look(1, 101, HIGHEST // 2 + 1)] * 2
        with pytest.raises(NumberTooLarge):
            weigh(rel, Market(looks=looks, viewers={1: (0, "all")}))

    def test_are_solved_for_whatever_their_length(self) -> None:
        bins = [LoadBin(1, 10**9, HIGHEST), LoadBin(0, 10**9, HIGHEST)]
        # Mean loads alike: 2 · (2^63 − 1) / (0.5 · 2 · 10^9), rounded up.
        assert solve_saturation(bins, saturation_ppm=500_000) == 18_446_744_074


class TestLargeCommissions:
    def test_are_spread_up_to_64_bits_and_refused_beyond(self, rel: Relations) -> None:
        looks = [Look(1, 101, 60_000)]
        market = Market(looks=looks, lines=[Line(1, {1: 1}, net_minor=HIGHEST)])
        assert run(rel, market)[0].pieces[101] == Sums(1, PPM, 460_000, PPM, PPM)
        market = Market(looks=looks, lines=[Line(1, {1: 2}, net_minor=HIGHEST // 2 + 1)])
        with pytest.raises(NumberTooLarge):
            run(rel, market)
