"""When an order's money leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.domains.statements import queries
from wavepool.domains.statements.queries.paydays import payday_after
from worlds.rules_desk import NOW, RulesDesk, make_desk


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """The defaults in force."""
    return make_desk(world)


def shanghai(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    """A time on the wall in Shanghai, eight hours ahead."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


class TestAPayday:
    def test_follows_from_the_receipt(self, desk: RulesDesk) -> None:
        found = queries.payday_of(received_at=shanghai(11, 10, 9), trust_days=15, at=NOW)
        # 15 days later, so in November's statement; it closes on 11 December and is paid on
        # Thursday the 31st, the last working day of December.
        assert found == queries.Payday(shanghai(11, 25, 9), "2026-11", shanghai(12, 31), "")

    @pytest.mark.parametrize(
        ("days", "period", "pays_on"),
        [(7, "2026-11", (12, 31, 2026)), (15, "2026-12", (1, 29, 2027)), (20, "2026-12", (1, 29, 2027))],
    )  # fmt: skip
    def test_comes_earlier_with_trust(
        self, desk: RulesDesk, days: int, period: str, pays_on: tuple[int, int, int]
    ) -> None:
        found = queries.payday_of(received_at=shanghai(11, 18), trust_days=days, at=NOW)
        month, day, year = pays_on
        assert (found.period, found.pays_at) == (period, shanghai(month, day, year=year))

    def test_goes_by_the_months_of_the_policys_zone(self, desk: RulesDesk) -> None:
        received_at = shanghai(11, 15) + timedelta(microseconds=-1)
        before = queries.payday_of(received_at=received_at, trust_days=16, at=NOW)
        after = queries.payday_of(received_at=shanghai(11, 15), trust_days=16, at=NOW)
        assert (before.period, after.period) == ("2026-11", "2026-12")

    def test_is_not_known_before_the_receipt(self, desk: RulesDesk) -> None:
        assert queries.payday_of(received_at=None, trust_days=15, at=NOW) == queries.Payday(
            None, "", None, "Waits for the buyer to receive the goods."
        )

    def test_says_when_the_close_is_late(self, desk: RulesDesk) -> None:
        late = queries.payday_of(received_at=shanghai(9, 1), trust_days=15, at=shanghai(10, 31))
        in_time = queries.payday_of(received_at=shanghai(9, 1), trust_days=15, at=shanghai(10, 30))
        assert (late.pays_at, in_time.reason) == (shanghai(10, 30), "")
        assert late.reason == "The close of its month is late; it is paid once that is done."

    def test_comes_into_the_first_open_month_when_its_own_is_closed(self, desk: RulesDesk) -> None:
        rules = queries.payday_rules(at=NOW)
        found = queries.payday_from(shanghai(9, 20), rules=rules, at=NOW, open_period="2026-11")
        assert (found.period, found.pays_at) == ("2026-11", shanghai(12, 31))


WEEKDAYS = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))


class TestTheDay:
    @given(
        closes_on=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
        weekdays=WEEKDAYS,
        pay_on=st.sampled_from(["first_working_day", "last_working_day"]),
    )
    def test_is_a_working_day_on_or_after_the_close(
        self, closes_on: date, weekdays: tuple[int, ...], pay_on: str
    ) -> None:
        day = payday_after(closes_on=closes_on, pay_on=pay_on, weekdays=weekdays)
        assert day >= closes_on
        assert day.isoweekday() in weekdays
        first = payday_after(closes_on=closes_on, pay_on="first_working_day", weekdays=weekdays)
        assert first <= day
        assert (first - closes_on).days < 7
