"""Who earned and how evenly: literal months of a settlement, and what a Gini coefficient is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from domains.insights.two_months import ADA, AT, DONG, EVE, TwoMonths, make_two_months
from wavepool.domains.insights import queries
from wavepool.domains.people import queries as people
from wavepool.domains.people.models import Creator, CreatorPayee, Payee, Standing
from wavepool.plumbing import clock
from worlds.cast import World

amounts = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)
BEFORE = datetime(2024, 1, 1, tzinfo=UTC)


class TestGini:
    @pytest.mark.parametrize(
        ("values", "ppm"),
        [
            ([], None),
            ([0, 0], None),
            ([7], 0),
            ([5, 5, 5], 0),
            ([1, 2, 3], 222_222),
            ([0, 0, 0, 12], 750_000),
            ([1, 1, 1, 97], 720_000),
            ([2**60] * 3 + [2**62], 321_428),
        ],
    )
    def test_is_exact(self, values: list[int], ppm: int | None) -> None:
        assert queries.gini_ppm(values) == ppm

    @given(amounts, st.integers(1, 1_000))
    def test_does_not_depend_on_the_unit(self, values: list[int], times: int) -> None:
        assert queries.gini_ppm([each * times for each in values]) == queries.gini_ppm(values)

    @given(amounts, st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order(self, values: list[int], chance: Any) -> None:
        mixed = list(values)
        chance.shuffle(mixed)
        assert queries.gini_ppm(mixed) == queries.gini_ppm(values)

    @given(amounts, st.integers(2, 5))
    def test_does_not_depend_on_how_many_are_alike(self, values: list[int], times: int) -> None:
        assert queries.gini_ppm(values * times) == queries.gini_ppm(values)

    @given(st.integers(1, 10**12), st.integers(1, 40))
    def test_of_equal_amounts_is_zero(self, each: int, count: int) -> None:
        assert queries.gini_ppm([each] * count) == 0

    @given(amounts)
    def test_stays_in_its_range(self, values: list[int]) -> None:
        found = queries.gini_ppm(values)
        assert found is None or 0 <= found <= 1_000_000 * (len(values) - 1) // len(values)

    @given(amounts.filter(lambda values: len(set(values)) > 1), st.data())
    def test_falls_when_the_rich_give_to_the_poor(self, values: list[int], data: Any) -> None:
        rich, poor = max(values), min(values)
        given_away = data.draw(st.integers(1, max(1, (rich - poor) // 2)))
        moved = list(values)
        moved[moved.index(rich)] -= given_away
        moved[moved.index(poor)] += given_away
        before, after = queries.gini_ppm(values), queries.gini_ppm(moved)
        assert before is not None
        assert after is not None
        assert after <= before

    def test_takes_no_debts(self) -> None:
        with pytest.raises(AssertionError):
            queries.gini_ppm([-1, 5])


@pytest.fixture(autouse=True)
def own_data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.OPERATOR_ZONE = "Asia/Shanghai"


@pytest.fixture
def months(world: World) -> TwoMonths:
    """Ada (payee 1) is head, Dong (4) a newcomer who became mid-tier on 15 July, Eve (5) tail."""
    found = make_two_months(world)
    for creator_id, payee_id, tier in ((ADA, 1, "head"), (DONG, 4, "mid"), (EVE, 5, "tail")):
        Creator.objects.filter(pk=creator_id).update(tier=tier)
        payee = Payee.objects.create(
            pk=payee_id,
            kind="company",
            name=f"P{payee_id}",
            licence_hash=f"p{payee_id}",
            holder=world.ada,
            created_at=BEFORE,
        )
        CreatorPayee.objects.create(creator_id=creator_id, payee=payee, valid_from=BEFORE)
    july = datetime(2024, 7, 15, tzinfo=UTC)
    given: dict[str, Any] = {"kind": "tier", "creator_id": DONG, "reason": "-", "set_by": "-"}
    Standing.objects.create(**given, value="newcomer", valid_from=BEFORE, valid_to=july)
    Standing.objects.create(**given, value="mid", valid_from=july)
    return found


@pytest.mark.django_db
class TestEarnings:
    def test_of_each_month(self, months: TwoMonths) -> None:
        july, june = queries.earnings_by_month(at=AT)
        # 331.62, 218.90 and 42.05; the agency's payee is no creator's.
        assert (june.month, june.impact_earners, june.impact_income) == ("2024-06", 3, 59_257)
        assert (july.impact_earners, july.impact_income) == (3, 33_365)
        # (−2·4205 + 0·21890 + 2·33162) ÷ (3·59257); (−2·4828 + 2·17838) ÷ (3·33365).
        assert (june.impact_gini, july.impact_gini) == (325_778, 259_953)
        assert (june.impact_first_earners, july.impact_first_earners) == (3, 0)

    def test_go_by_the_tier_of_the_months_end(self, months: TwoMonths) -> None:
        july, june = queries.earnings_by_month(at=AT)
        assert [(each.tier, each.impact_income) for each in june.tiers] == [
            ("head", 33_162), ("mid", 0), ("tail", 4_205), ("newcomer", 21_890),
        ]  # fmt: skip
        assert [(each.tier, each.impact_income) for each in july.tiers] == [
            ("head", 17_838), ("mid", 10_699), ("tail", 4_828), ("newcomer", 0),
        ]  # fmt: skip
        assert june.tiers[0].impact_share == 559_630

    def test_of_tiers_add_up_to_the_whole(self, months: TwoMonths) -> None:
        for month in queries.earnings_by_month(at=AT):
            assert sum(each.impact_income for each in month.tiers) == month.impact_income
            assert sum(each.impact_earners for each in month.tiers) == month.impact_earners

    def test_of_a_payee_with_several_creators_go_with_the_highest(self, months: TwoMonths) -> None:
        star = Creator.objects.create(handle="star", name="Star", tier="head")
        CreatorPayee.objects.create(creator=star, payee_id=5, valid_from=BEFORE)
        assert people.payee_tiers([AT])[0][5] == "head"

    def test_of_a_payee_go_with_whom_it_is_paid_for_now(self, months: TwoMonths) -> None:
        star = Creator.objects.create(handle="star", name="Star", tier="head")
        later = BEFORE + timedelta(days=1)
        CreatorPayee.objects.create(creator=star, payee_id=5, valid_from=BEFORE, valid_to=later)
        assert people.payee_tiers([BEFORE, AT])[0][5] == "head"
        # The star went to somebody else; whoever it still is paid for counts.
        assert people.payee_tiers([BEFORE, AT])[1][5] == "tail"
        CreatorPayee.objects.filter(payee_id=5).exclude(creator=star).update(
            valid_from=later, valid_to=AT - timedelta(days=1)
        )
        # It is paid for nobody any more: the last counts.
        assert people.payee_tiers([AT])[0][5] == "tail"

    def test_of_a_payee_whose_creator_went_to_another_within_the_month_count(
        self, months: TwoMonths
    ) -> None:
        july = datetime(2024, 7, 15, tzinfo=UTC)
        CreatorPayee.objects.filter(payee_id=5).update(valid_to=july)
        found, _june = queries.earnings_by_month(at=AT)
        assert (found.impact_earners, found.impact_income) == (3, 33_365)
        assert [each.impact_income for each in found.tiers if each.tier == "tail"] == [4_828]
        # Whoever comes after the moment has no tier yet.
        CreatorPayee.objects.filter(payee_id=4).update(valid_from=july)
        assert 4 not in people.payee_tiers([BEFORE])[0]

    def test_ask_the_same_for_few_and_many_creators(self, months: TwoMonths) -> None:
        with CaptureQueriesContext(connection) as few:
            queries.earnings_by_month(at=AT)
        for number in range(20):
            creator = Creator.objects.create(handle=f"c{number}", name=f"C {number}")
            CreatorPayee.objects.create(creator=creator, payee_id=1, valid_from=BEFORE)
        with CaptureQueriesContext(connection) as more:
            queries.earnings_by_month(at=AT)
        assert len(few) == len(more) == 5


class TestWithheldTiers:
    @pytest.mark.parametrize(
        ("sizes", "withheld"),
        [
            ((9, 9, 9, 9), set()),
            ((0, 9, 9, 9), set()),
            # Three people alone would be the whole less the others.
            ((3, 8, 9, 20), {"head", "mid"}),
            ((2, 1, 9, 20), {"head", "mid", "tail"}),
            ((3, 3, 9, 20), {"head", "mid"}),
            ((0, 0, 0, 3), {"newcomer"}),
        ],
    )
    def test_hide_few_people_from_a_subtraction(
        self, sizes: tuple[int, ...], withheld: set[str]
    ) -> None:
        tiers = [
            queries.TierPart(tier=tier, impact_earners=size, impact_income=size, whole_minor=99)
            for tier, size in zip(queries.TIERS, sizes, strict=True)
        ]
        assert queries.withheld_tiers(tiers) == withheld


@pytest.mark.django_db
class TestThePages:
    @pytest.fixture(autouse=True)
    def now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: AT)

    def shown(self, address: str, client: Client | None = None) -> str:
        answer = (client or Client()).get(address)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    def test_of_staff_shows_the_month_and_every_tier(self, months: TwoMonths) -> None:
        client = Client()
        client.force_login(months.world.eve)
        page = self.shown("/staff/impact/?period=2024-06", client)
        assert 'value="CNY 592.57"' in page
        assert 'value="CNY 331.62"' in page
        assert "/metrics-dictionary/impact_gini/" in page
        assert "too few to publish" not in page

    def test_of_everybody_shows_no_month_of_few_people(self, months: TwoMonths) -> None:
        months.run.kind = "final"
        months.run.period = "2024-06"
        months.run.save()
        page = self.shown("/impact/")
        assert "No month is settled yet" in page
        assert "592.57" not in page

    def test_of_everybody_shows_totals_of_settled_months(
        self, months: TwoMonths, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "FEW", 1)
        assert "No month is settled yet" in self.shown("/impact/")  # a draft is no settled month
        months.run.kind = "final"
        months.run.period = "2024-06"
        months.run.save()
        page = self.shown("/impact/")
        assert 'value="CNY 592.57"' in page
        # Three tiers of one person each: nothing of them stands there.
        assert page.count("too few to publish") == 9
        assert "331.62" not in page
        assert "/zh-hans/impact/" in page

    def test_of_staff_is_a_file_too(self, months: TwoMonths) -> None:
        client = Client()
        client.force_login(months.world.eve)
        answer = client.get("/staff/impact.csv")
        lines = b"".join(answer.streaming_content).decode().split("\r\n")  # type: ignore[attr-defined]
        assert lines[2].startswith("2024-06,draft,3,3,59257,CNY,325778,559630,0,70962")

    def test_before_a_settlement_show_no_zeros(self, world: World) -> None:
        client = Client()
        client.force_login(world.eve)
        for address in ("/staff/impact/", "/staff/growth/", "/impact/"):
            assert "kpi__value" not in self.shown(address, client)
