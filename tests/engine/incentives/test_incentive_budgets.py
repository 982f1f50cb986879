"""One budget per programme and period, shared by everyone or enough for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.incentives.stage import (
    EFFECTIVE_DAYS_3,
    Stage,
    day,
    document,
    month,
    paid,
    programme,
    refused,
    tiers,
    welcome,
)
from wavepool.engine.incentives import (
    BudgetOverspent,
    ClaimTooLarge,
    Condition,
    LumpSum,
    Milestone,
    Window,
    closing,
    load_programmes,
    planned_budgets,
)
from wavepool.engine.incentives.budget_cards import CLAIM_MAX, scale_back

CLAIMS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


def three_on_stage(**window: int) -> Stage:
    stage = Stage(document(welcome(window=Window("first_live", **window))))
    for creator in (1, 2, 3):
        stage.creator(creator)
        stage.live(creator, "2022-01-04")
    return stage


class TestScaleBack:
    def test_pays_every_claim_in_full_when_all_fit(self) -> None:
        assert scale_back(np.array([3, 0, 4]), remaining=7).tolist() == [3_000_000, 0, 4_000_000]

    def test_gives_all_of_them_the_same_share_otherwise(self) -> None:
        claims = np.array([100, 200, 300])
        assert scale_back(claims, remaining=100).tolist() == [16_666_666, 33_333_333, 50_000_000]

    def test_gives_nothing_of_nothing(self) -> None:
        assert scale_back(np.array([5, 6]), remaining=0).tolist() == [0, 0]

    def test_is_exact_where_products_pass_64_bits(self) -> None:
        claims = np.array([CLAIM_MAX, CLAIM_MAX - 1])
        half = scale_back(claims, remaining=CLAIM_MAX)
        assert half.tolist() == [4_500_000_000_000_250_000, 4_499_999_999_999_750_000 - 1]
        assert half.sum() <= CLAIM_MAX * 10**6

    def test_refuses_claims_that_cannot_be_added(self) -> None:
        with pytest.raises(ClaimTooLarge, match="1 claims of up to 9000000000001"):
            scale_back(np.array([CLAIM_MAX + 1]), remaining=1)

    @given(CLAIMS, st.integers(0, 10**10))
    def test_never_overspends_and_leaves_less_than_one_unit_a_claim(
        self, claims: list[int], remaining: int
    ) -> None:
        awards = scale_back(np.array(claims), remaining=remaining) // 10**6
        spendable = min(remaining, sum(claims))
        assert spendable - len(claims) <= awards.sum() <= spendable
        assert (awards <= np.array(claims)).all()

    @given(CLAIMS, st.integers(0, 10**10), st.integers(1, 10**9))
    def test_never_pays_less_for_a_larger_claim(
        self, claims: list[int], remaining: int, more: int
    ) -> None:
        before = scale_back(np.array(claims), remaining=remaining)[0]
        after = scale_back(np.array([claims[0] + more, *claims[1:]]), remaining=remaining)[0]
        assert after >= before

    @given(CLAIMS, st.integers(0, 10**10), st.integers(0, 10**9), st.integers(0, 10**9))
    def test_never_pays_two_parts_more_than_their_sum(
        self, others: list[int], remaining: int, one: int, two: int
    ) -> None:
        whole = scale_back(np.array([one + two, *others]), remaining=remaining) // 10**6
        parts = scale_back(np.array([one, two, *others]), remaining=remaining) // 10**6
        assert parts[0] + parts[1] <= whole[0]


class TestBudgetCards:
    def test_scale_cash_and_traffic_each_by_its_own_share(self) -> None:
        stage = three_on_stage()
        stage.budget("welcome", "2022-01", 10_000, traffic=100)
        result = stage.close("2022-01")
        assert paid(result) == {1: 3_333, 2: 3_333, 3: 3_333}
        assert result.awards["scaled_micro"].to_pylist() == [3_333_333_333] * 3
        assert result.awards["traffic_units"].to_pylist() == [33, 33, 33]
        assert result.budget_cards.to_pylist() == [
            {
                "programme_id": "welcome",
                "period": "2022-01",
                "currency": "CNY",
                "budget_minor": 10_000,
                "committed_minor": 0,
                "claims_minor": 30_000,
                "spent_minor": 9_999,
                "remaining_minor": 1,
                "traffic_budget_units": 100,
                "traffic_committed_units": 0,
                "traffic_claims_units": 150,
                "traffic_spent_units": 99,
                "traffic_remaining_units": 1,
                "is_scaled": True,
            }
        ]

    def test_share_over_what_an_earlier_run_of_the_period_left(self) -> None:
        stage = three_on_stage()
        stage.budget("welcome", "2022-01", 25_000, traffic=1_000)
        stage.creators[2]["person_id"] = None
        assert paid(stage.close("2022-01")) == {1: 10_000, 2: 10_000}
        stage.creators[2]["person_id"] = "person3"
        late = stage.close("2022-01")
        assert paid(late) == {3: 5_000}
        (card,) = late.budget_cards.to_pylist()
        assert (card["committed_minor"], card["spent_minor"], card["remaining_minor"]) == (
            20_000,
            5_000,
            0,
        )

    def test_never_make_up_for_an_earlier_scale_back(self) -> None:
        stage = three_on_stage(grace_days=62)
        stage.budget("welcome", "2022-01", 15_000, traffic=150)
        stage.budget("welcome", "2022-02", 15_000, traffic=150)
        assert paid(stage.close("2022-01")) == {1: 5_000, 2: 5_000, 3: 5_000}
        assert paid(stage.close("2022-02")) == {}

    def test_without_a_row_pay_nothing_and_use_up_no_right(self) -> None:
        stage = three_on_stage(grace_days=62)
        stage.budget("welcome", "2022-02", 30_000, traffic=150)
        january = stage.close("2022-01")
        assert paid(january) == {}
        assert refused(january) == {(1, "no_budget"), (2, "no_budget"), (3, "no_budget")}
        assert january.liabilities["low_minor"].to_pylist() == [30_000]
        assert paid(stage.close("2022-02")) == {1: 10_000, 2: 10_000, 3: 10_000}

    def test_below_one_unit_each_pay_nothing_and_use_up_no_right(self) -> None:
        stage = three_on_stage(grace_days=62)
        stage.budget("welcome", "2022-01", 2, traffic=150)
        assert refused(stage.close("2022-01")) == {
            (1, "budget_too_small"),
            (2, "budget_too_small"),
            (3, "budget_too_small"),
        }

    def test_pay_the_cash_where_traffic_has_no_budget(self) -> None:
        stage = three_on_stage()
        stage.budget("welcome", "2022-01", 30_000)
        result = stage.close("2022-01")
        assert paid(result) == {1: 10_000, 2: 10_000, 3: 10_000}
        assert result.awards["traffic_units"].to_pylist() == [0, 0, 0]

    def test_share_all_milestones_of_a_programme(self) -> None:
        small = Milestone("small", 30, EFFECTIVE_DAYS_3, reward_minor=100)
        large = Milestone("large", 30, (Condition("fans", 3),), reward_minor=300)
        stage = Stage(document(programme("both", LumpSum((small, large)))))
        stage.creator(1)
        stage.live(1, "2022-01-04")
        stage.budget("both", "2022-01", 200)
        assert stage.close("2022-01").awards["award_minor"].to_pylist() == [50, 150]

    def test_leave_wrong_rows_aside_and_name_them(self) -> None:
        stage = three_on_stage()
        stage.programmes = document(
            welcome(), welcome(id="twice"), welcome(id="below"), welcome(id="abroad")
        )
        stage.budget("welcome", "2022-01", 30_000)
        stage.budget("nothing", "2022-01", 1)
        stage.budget("twice", "2022-01", 1)
        stage.budget("twice", "2022-01", 2)
        stage.budget("below", "2022-01", -1)
        stage.budget("abroad", "2022-01", 1, currency="USD")
        stage.budget("nothing", "2022-02", 1)
        result = stage.close("2022-01")
        assert result.rejects.to_pylist() == [
            {
                "table": "budgets",
                "programme_id": "abroad",
                "rule": "currency_of_programme",
                "value": "USD",
            },
            {"table": "budgets", "programme_id": "below", "rule": "zero_or_more", "value": "-1"},
            {
                "table": "budgets",
                "programme_id": "nothing",
                "rule": "unknown_programme",
                "value": "nothing",
            },
            {"table": "budgets", "programme_id": "twice", "rule": "one_row", "value": "2"},
            {"table": "budgets", "programme_id": "twice", "rule": "one_row", "value": "2"},
        ]
        assert result.budget_cards["budget_minor"].to_pylist() == [30_000, 0, 0, 0]

    def test_stop_everything_when_a_share_is_computed_wrongly(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = three_on_stage()
        stage.budget("welcome", "2022-01", 10_000, traffic=100)
        monkeypatch.setattr(
            closing, "scale_back", lambda claims, remaining: claims * 10**6 if remaining else claims
        )
        with pytest.raises(BudgetOverspent, match="welcome would spend 30000 of 10000"):
            stage.close("2022-01")

    def test_belong_to_programmes_in_force(self) -> None:
        stage = three_on_stage()
        stage.programmes = document(
            welcome(), welcome(id="over", from_day=day("2021-01-01"), to_day=day("2022-01-01"))
        )
        assert stage.close("2022-01").budget_cards["programme_id"].to_pylist() == ["welcome"]

    def test_of_another_currency_wait_for_their_own_call(self) -> None:
        stage = three_on_stage()
        stage.programmes = document(welcome(currency="USD"), tiers())
        assert stage.close("2022-01").budget_cards["programme_id"].to_pylist() == ["tiers"]


class TestPlannedBudgets:
    def test_stand_in_the_periods_that_are_due(self) -> None:
        table = planned_budgets(
            load_programmes("incentives_2022"), (month("2022-02"), month("2022-03"))
        )
        frames = [
            (row["period"], row["budget_minor"])
            for row in table.to_pylist()
            if row["programme_id"] == "agency_frame"
        ]
        assert frames == [("2022-03", 60_000_000)]
        assert table.num_rows == 9
