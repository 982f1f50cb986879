"""From the facts to a reward: a real run under rules of this year, taken in by its job."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from wavepool.domains.credits import operations as credits
from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.models import Award, Progress, Refusal, Take
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker
from wavepool.plumbing.models import Job
from worlds.fair import BUYERS, DAY, NIGHT, START, Fair
from worlds.newcomer import live, make_newcomer, sell

SEPTEMBER, OCTOBER = "2026-09", "2026-10"


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Ada is new: twelve long sessions in September, and sales that were received."""
    fair = make_newcomer(world, settings, tmp_path, monkeypatch)
    live(fair, first=1, last=12)
    fair.touch(BUYERS, 12, START + 35 * DAY)
    sell(fair, 4)
    return fair


def work(at: datetime) -> None:
    """Do every job that waits; what belongs to the way from facts to awards ends well."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
    failed = Job.objects.filter(state="failed", name__regex=r"^(credits|programmes)\.")
    assert list(failed.values_list("name", "error_message")) == []


def grant(fair: Fair, period: str, at: datetime) -> None:
    """Two persons give the new anchor cash a budget."""

    def actor(name: str) -> Any:
        return replace(fair.world.actor(name), mfa_at=at)

    change = operations.ask_budget(
        programme_id="new_anchor_cash",
        period=period,
        currency="CNY",
        budget_minor=20_000_000,
        traffic_units=1_000_000,
        reason="As planned.",
        actor=actor("eve"),
        as_of=at,
    )
    operations.approve_budget(
        public_id=change.public_id, seen_digest=change.digest, actor=actor("fay"), as_of=at
    )


@pytest.mark.django_db(transaction=True)
class TestARun:
    def test_brings_progress_and_awards_and_its_final_run_approves_them(self, fair: Fair) -> None:
        grant(fair, SEPTEMBER, START + 10 * DAY)
        credits.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        work(NIGHT)
        takes = Take.objects.order_by("period").values_list("period", "is_final", "today_date")
        assert list(takes) == [
            (SEPTEMBER, False, date(2026, 10, 16)),
            (OCTOBER, False, date(2026, 10, 16)),
        ]
        ada = fair.world.creator
        (award,) = Award.objects.all()
        assert (award.creator, award.period, award.award_minor, award.traffic_units) == (
            ada,
            SEPTEMBER,
            60_000,
            3_000,
        )
        october = queries.find_take_of(OCTOBER)
        assert october is not None
        start = Progress.objects.get(take=october, once_key="new_anchor_cash:start", creator=ada)
        assert start.conditions == [
            {"counter": "effective_days", "need": 10, "have": 12},
            {"counter": "effective_hours", "need": 20, "have": 24},
            {"counter": "received_minor", "need": 300_000, "have": 400_000},
        ]
        assert (start.short, start.starts_date, start.ends_date) == (
            0,
            date(2026, 9, 2),
            date(2026, 10, 2),
        )
        # What is met is met in both: the award step of October refuses it as paid before.
        shown = set(
            Progress.objects.filter(take=october, short=0).values_list("once_key", "creator_id")
        )
        stopped = set(Refusal.objects.filter(take=october).values_list("once_key", "creator_id"))
        assert shown == stopped == {("new_anchor_cash:start", ada.pk)}
        stay = Progress.objects.get(take=october, once_key="retention_cash:stay", creator=ada)
        assert (stay.starts_date, stay.ends_date) == (date(2026, 10, 1), date(2026, 10, 31))
        states = {
            each.once_key: each.state_name
            for each in queries.list_progress(october, at=NIGHT).filter(creator=ada, agency=None)
        }
        assert states == {
            "new_anchor_cash:start": "met",
            "retention_cash:stay": "in_progress",
        }

        later = NIGHT + DAY
        credits.request_run(kind="final", period=SEPTEMBER, as_of=later, actor=MACHINE)
        work(later)
        (award,) = Award.objects.filter(period=SEPTEMBER)
        assert (award.is_final, award.award_minor) == (True, 60_000)
        assert queries.find_final_take(SEPTEMBER) is not None
        assert Take.objects.filter(period=SEPTEMBER).count() == 1
