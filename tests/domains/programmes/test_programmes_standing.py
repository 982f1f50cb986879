"""Levels and tiers computed anew: idempotent, monotone, and kept for the days of grace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Creator, Standing
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import StandingReview
from wavepool.domains.programmes.queries import Facts, LevelRule, LevelRules, TierRules
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import Notification
from worlds.fair import DAY, NIGHT
from worlds.square import Square, make_square, work

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 2, tzinfo=UTC)


def rule(number: int, days: int, minor: int) -> LevelRule:
    return LevelRule(
        number=number,
        id=f"L{number}",
        name_zh="级",
        name_en=f"Level {number}",
        effective_days=days,
        received_minor=minor,
    )


RULES = LevelRules(
    version=1,
    window_days=90,
    keep_days=30,
    levels=(rule(1, 0, 0), rule(2, 4, 20_000), rule(3, 20, 1_000_000)),
)
TIERS = TierRules(version=1, head_from_minor=1_000, mid_from_minor=100, newcomer_days=90)
FACTS = st.builds(Facts, effective_days=st.integers(0, 90), sales_minor=st.integers(0, 2_000_000))


class TestALevel:
    @pytest.mark.parametrize(
        ("days", "minor", "level"),
        [(0, 0, 1), (4, 19_999, 1), (3, 20_000, 1), (4, 20_000, 2), (90, 10**9, 3)],
    )
    def test_is_the_highest_whose_conditions_are_all_met(
        self, days: int, minor: int, level: int
    ) -> None:
        facts = Facts(effective_days=days, sales_minor=minor)
        assert queries.level_reached(RULES, facts) == level

    @given(FACTS, st.integers(0, 90), st.integers(0, 2_000_000))
    def test_never_falls_by_more_of_anything(self, facts: Facts, days: int, minor: int) -> None:
        before = queries.level_reached(RULES, facts)
        for more in (
            Facts(effective_days=facts.effective_days + days, sales_minor=facts.sales_minor),
            Facts(effective_days=facts.effective_days, sales_minor=facts.sales_minor + minor),
        ):
            assert queries.level_reached(RULES, more) >= before

    def test_rises_at_once_and_falls_after_the_days_of_grace(self) -> None:
        def settle(current: int, reached: int, missed: datetime | None, at: datetime) -> Any:
            return operations.settle_level(
                current=current, reached=reached, missed_since_at=missed, keep_days=30, at=at
            )

        assert settle(2, 3, None, AT).standing == 3
        kept = settle(3, 2, None, AT)
        assert (kept.standing, kept.missed_since_at, kept.kept_until_at) == (
            3,
            AT,
            AT + timedelta(days=30),
        )
        assert settle(3, 2, AT, AT + timedelta(days=29)).standing == 3
        assert settle(3, 2, AT, AT + timedelta(days=30)).standing == 2
        assert settle(3, 3, AT, AT + timedelta(days=7)).missed_since_at is None

    @given(
        st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 60), st.booleans()
    )
    def test_is_monotone_and_the_same_again_gives_the_same(
        self,
        current: int,
        reached: int,
        more: int,
        days: int,
        is_missed: bool,  # noqa: FBT001  # drawn by name
    ) -> None:
        at, missed = AT + timedelta(days=days), AT if is_missed else None

        def settle(current: int, reached: int, missed: datetime | None) -> Any:
            return operations.settle_level(
                current=current, reached=reached, missed_since_at=missed, keep_days=30, at=at
            )

        once = settle(current, reached, missed)
        assert settle(current, reached + more, missed).standing >= once.standing
        again = settle(once.standing, reached, once.missed_since_at)
        assert again == once


class TestATier:
    def test_goes_by_sales_then_by_the_first_live_day(self) -> None:
        def tier(sales: int, first_live: datetime | None) -> str:
            return queries.tier_reached(TIERS, sales_minor=sales, first_live_at=first_live, at=AT)

        assert tier(1_000, None) == "head"
        assert tier(999, None) == "mid"
        assert tier(99, AT - timedelta(days=89)) == "newcomer"
        assert tier(99, AT - timedelta(days=90)) == "tail"
        assert tier(0, None) == "newcomer"

    @given(st.integers(0, 2_000), st.integers(0, 2_000))
    def test_never_falls_by_more_sales(self, sales: int, more: int) -> None:
        order = ("newcomer", "tail", "mid", "head")
        first = AT - timedelta(days=400)
        found = [
            queries.tier_reached(TIERS, sales_minor=each, first_live_at=first, at=AT)
            for each in (sales, sales + more)
        ]
        assert order.index(found[1]) >= order.index(found[0])


class TestASlot:
    def test_is_a_local_week_or_a_local_month(self) -> None:
        sunday_night = datetime(2026, 11, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
        slot = operations.slot_of("level", at=sunday_night, zone=SHANGHAI)
        assert slot.isoformat() == "2026-10-26T00:00:00+08:00"
        slot = operations.slot_of("level", at=sunday_night + timedelta(minutes=1), zone=SHANGHAI)
        assert slot.isoformat() == "2026-11-02T00:00:00+08:00"
        slot = operations.slot_of("tier", at=sunday_night, zone=SHANGHAI)
        assert slot.isoformat() == "2026-11-01T00:00:00+08:00"


@pytest.fixture
def square(world: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Square:
    """Ada with four sessions and two months of sales."""
    return make_square(world, tmp_path, settings, monkeypatch)


def review(at: datetime = NIGHT) -> None:
    """Let the machine review everybody."""
    jobs.enqueue(
        "programmes.review_standings", key=f"review@{at.isoformat()}", actor=MACHINE, at=at
    )
    work(at)


def standing_of(creator: Creator) -> tuple[int, str]:
    creator.refresh_from_db()
    return creator.level, creator.tier


@pytest.mark.django_db
class TestAReview:
    def test_sets_level_and_tier_from_the_runs_facts(self, square: Square) -> None:
        square.run()
        review()
        # Four effective days and ¥1,000 of sales make level 1: level 2 asks for eight days.
        assert standing_of(square.ada) == (1, "newcomer")
        level = StandingReview.objects.get(creator=square.ada, kind="level")
        assert (level.effective_days, level.reached, level.standing) == (4, "1", "1")
        assert level.sales_minor == 65_925
        assert (str(level.window_from_date), str(level.window_to_date)) == (
            "2026-07-14",
            "2026-10-12",
        )
        assert level.policy_number == 1
        stated = Standing.objects.get(creator=square.ada, kind="level").reason
        assert stated == (
            "2026-07-14 to 2026-10-12: 4 effective days, sales of 65925 minor units (CNY); "
            "level policy, version 1."
        )
        told = Notification.objects.filter(kind="programmes.level_changed")
        assert {(each.account_id, each.data["standing"]) for each in told} >= {
            (square.world.ada.pk, "1")
        }

    def test_of_one_week_happens_once_whoever_asks(self, square: Square) -> None:
        square.run()
        review()
        rows = list(StandingReview.objects.order_by("pk").values())
        history = Standing.objects.count()
        review(NIGHT + timedelta(hours=2))
        assert list(StandingReview.objects.order_by("pk").values()) == rows
        assert Standing.objects.count() == history

    def test_keeps_a_level_for_the_days_of_grace(self, square: Square) -> None:
        square.run()
        people.set_level(
            creator_id=square.ada.pk, level=5, reason="By hand.", actor=MACHINE, as_of=NIGHT - DAY
        )
        review()
        assert standing_of(square.ada)[0] == 5
        kept = StandingReview.objects.get(creator=square.ada, kind="level")
        slot = datetime(2026, 10, 11, 16, tzinfo=UTC)
        assert (kept.reached, kept.missed_since_at, kept.kept_until_at) == (
            "1",
            slot,
            slot + 30 * DAY,
        )
        review(NIGHT + 21 * DAY)
        assert standing_of(square.ada)[0] == 5
        review(NIGHT + 35 * DAY)
        assert standing_of(square.ada)[0] == 1

    def test_without_a_run_changes_nothing(self, square: Square) -> None:
        review()
        assert StandingReview.objects.count() == 0
        assert standing_of(square.ada) == (0, "newcomer")

    def test_that_is_killed_goes_on_where_it_stopped(
        self, square: Square, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        square.run()
        standing = operations.standing
        monkeypatch.setattr(standing, "_CHUNK", 1)
        kept, calls = standing._keep, []

        def once(*args: Any, **values: Any) -> int:
            calls.append(args[1].pk)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return kept(*args, **values)

        monkeypatch.setattr(standing, "_keep", once)
        with pytest.raises(KeyboardInterrupt):
            review()
        assert StandingReview.objects.count() == 1
        work(NIGHT + timedelta(minutes=5))
        assert StandingReview.objects.filter(kind="level").count() == Creator.objects.count()
        assert calls.count(calls[0]) == 2  # its level and its tier, each once


@pytest.mark.django_db
class TestThePage:
    def test_says_why_and_what_is_missing(
        self, square: Square, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        square.run()
        review()
        monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(hours=8))
        client = Client()
        client.force_login(square.world.ada)
        page = " ".join(client.get("/studio/ada/level/why/").content.decode().split())
        assert "1 Seedling" in page
        assert "To level 2, Growing" in page
        assert "4 more effective days" in page
        assert "2026-07-14 to 2026-10-12: 4 effective days" in page
        assert "Policy version 1." in page

    def test_opens_before_the_first_run_and_for_its_own_people_alone(self, square: Square) -> None:
        client = Client()
        client.force_login(square.world.ada)
        assert client.get("/studio/ada/level/why/").status_code == 200
        client.force_login(square.world.bao)
        assert client.get("/studio/ada/level/why/").status_code == 404
