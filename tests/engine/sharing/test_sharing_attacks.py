"""Attacks: ours gives them nothing, others do, and the search can tell."""

import numpy as np
import pytest

from wavepool.engine.sharing import fuzz_partitions, root_value, search_attacks
from wavepool.engine.sharing.attacks import OUR_RULE, RULES, floored_on_totals, floored_per_event

RULE_NAMES = [
    "ours: value, floor and carry",
    "pro-rata by views",
    "user-centric",
    "value, Hamilton",
    "value, Sainte-Laguë",
    "value, D'Hondt",
    "value, cap per account",
    "value, square-root damping",
    "value, shrunk to the mean",
    "value, floor on totals (the trap)",
]


class TestFuzzPartitions:
    @pytest.mark.parametrize("tenths", [(4, 3, 3), (10, 0, 0), (1, 1, 8)])
    def test_finds_no_partition_that_is_worth_more(self, tenths: tuple[int, int, int]) -> None:
        report = fuzz_partitions(seed=3, partitions=25_000, tenths=tenths)
        assert (report.partitions, report.gaining) == (25_000, 0)
        assert report.best_gain <= 0
        assert report.best_gain_ppm <= 0

    def test_catches_the_trap_of_a_floor_on_totals(self) -> None:
        report = fuzz_partitions(seed=3, partitions=25_000, evidence_sums=floored_on_totals)
        assert report.gaining > 100
        assert report.best_gain_ppm > 200_000

    def test_is_the_same_for_the_same_seed(self) -> None:
        trap = floored_on_totals
        first, second, other = (
            fuzz_partitions(seed=seed, partitions=2_000, evidence_sums=trap) for seed in (1, 1, 2)
        )
        assert first == second
        assert first != other

    def test_would_notice_a_value_that_rewards_splitting(self) -> None:
        def rounded_up(influence: np.ndarray, signals: np.ndarray) -> np.ndarray:
            return floored_per_event(influence, signals) + 1

        assert fuzz_partitions(seed=3, partitions=2_000, evidence_sums=rounded_up).gaining > 0


class TestTheTrap:
    def test_pays_for_quarantining_a_bad_audience(self) -> None:
        influence = np.array([[1_000_000] * 10])
        signals = np.array([[[1_000_000] * 3] + [[0] * 3] * 9])
        good, bad = influence.copy(), influence.copy()
        good[0, 1:], bad[0, :1] = 0, 0

        def value(sums: np.ndarray) -> int:
            quality, experience, commerce = sums[0].tolist()
            return root_value(
                quality_micro=quality, experience_micro=experience, commerce_micro=commerce
            )

        whole = value(floored_on_totals(influence, signals))
        apart = value(floored_on_totals(good, signals)) + value(floored_on_totals(bad, signals))
        assert (whole, apart) == (1_000_000, 1_900_000)
        whole = value(floored_per_event(influence, signals))
        apart = value(floored_per_event(good, signals)) + value(floored_per_event(bad, signals))
        assert (whole, apart) == (1_900_000, 1_900_000)


class TestSearchAttacks:
    def test_reports_every_rule_and_no_gain_against_ours(self) -> None:
        table = search_attacks(seed=1, rounds=1)
        assert [row.rule for row in table] == RULE_NAMES
        gains = {row.rule: row.split_gain_ppm for row in table}
        assert gains["ours: value, floor and carry"] <= 0
        assert gains["pro-rata by views"] <= 0
        assert gains["user-centric"] <= 0
        assert gains["value, D'Hondt"] <= 0
        assert gains["value, Hamilton"] > 200_000
        assert gains["value, Sainte-Laguë"] > 500_000
        assert gains["value, cap per account"] > 1_000_000
        assert gains["value, square-root damping"] > 1_000_000
        assert gains["value, shrunk to the mean"] > 200_000
        assert gains["value, floor on totals (the trap)"] > 0

    def test_states_that_merging_different_payees_gains_under_ours(self) -> None:
        (ours,) = search_attacks(seed=1, rounds=1, rules=(OUR_RULE,))
        assert ours.merge_gain_ppm > 100_000

    def test_is_the_same_for_the_same_seed(self) -> None:
        first, second = (search_attacks(seed=4, rounds=1, rules=RULES[:2]) for _ in range(2))
        assert first == second
