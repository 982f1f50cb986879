"""From the facts to a closed month: a run, its draft, the fund's subsidy, the final run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as credits_queries
from wavepool.domains.credits.models import Run
from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.models import PeriodDraft, PoolDraft, Share
from wavepool.domains.scores import queries as scores
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker, schedule
from wavepool.plumbing.models import Job
from worlds.fair import DAY, NIGHT, Fair, make_fair, two_months

SEPTEMBER, OCTOBER = "2026-09", "2026-10"


@pytest.fixture
def fair(world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Two creators and a shop at work, two months of facts."""
    settings.DATA_DIR = tmp_path / "data"
    # Nothing happens by itself: each step of these tests is asked for.
    monkeypatch.setattr(schedule, "_RULES", {})
    return two_months(make_fair(world, tmp_path / "data" / "lake", monkeypatch))


def work(at: datetime) -> None:
    """Do every job that waits; what belongs to the way from facts to shares ends well."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
    failed = Job.objects.filter(state="failed", name__regex=r"^(credits|scores|pools)\.")
    assert list(failed.values_list("name", "error_message")) == []


def run(at: datetime = NIGHT) -> Run:
    """Ask for a draft, do it and all that follows."""
    asked = credits.request_run(kind="draft", as_of=at, actor=MACHINE)
    work(at)
    return credits_queries.get_run(asked.public_id)


def release(fair: Fair, minor: int, *, period: str, at: datetime) -> None:
    """Two persons commit to October, finance releases."""

    def actor(name: str) -> Any:
        return replace(fair.world.actor(name), mfa_at=at)

    fund = operations.open_fund(
        name_zh="百亿基金",
        name_en="Ten billion",
        currency="CNY",
        first_year=2026,
        last_year=2028,
        actor=actor("eve"),
        as_of=at,
    )
    place: dict[str, Any] = {"fund_id": fund.public_id, "pool_id": "big", "scene_id": ""}
    change = operations.ask_change(
        **place,
        year=2026,
        committed_minor=minor,
        reason="As announced.",
        actor=actor("eve"),
        as_of=at,
    )
    operations.approve_change(
        public_id=change.public_id, seen_digest=change.digest, actor=actor("fay"), as_of=at
    )
    operations.release(**place, period=period, amount_minor=minor, actor=actor("eve"), as_of=at)


class TestARun:
    def test_brings_the_drafts_of_its_months_to_those_concerned(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = run()
        drafts = PeriodDraft.objects.filter(run_id=made.public_id).order_by("period__name")
        assert [(each.period.name, each.taken_at is not None) for each in drafts] == [
            (SEPTEMBER, True),
            (OCTOBER, True),
        ]
        pool = PoolDraft.objects.get(draft=drafts[1])
        shares = Share.objects.filter(draft=drafts[1])
        assert sum(each.entitlement_micro for each in shares) == pool.distributed_micro
        payees = {fair.payees["ada"].pk, fair.payees["xin"].pk}
        assert {each.payee_id for each in shares} == payees
        found = scores.find_draft_of_run(made.public_id, period=OCTOBER)
        assert found is not None
        assert [row.scene_id for row in scores.scenes_of_payee(found, fair.payees["xin"].pk)] == [
            "short_video"
        ]
        monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(hours=8))
        ada = Client()
        ada.force_login(fair.world.ada)
        page = " ".join(ada.get("/studio/ada/value/").content.decode().split())
        assert "Value of the month" in page
        assert "What would raise it" in page

    def test_over_the_same_facts_confirms_and_shares_what_the_fund_released(
        self, fair: Fair
    ) -> None:
        run()
        before = queries.find_period_draft(OCTOBER)
        assert before is not None
        run(NIGHT + DAY)
        assert queries.find_period_draft(OCTOBER) == before
        assert queries.confirmed_at(before) == NIGHT + DAY
        release(fair, 100_000, period=OCTOBER, at=NIGHT + DAY)
        run(NIGHT + 2 * DAY)
        first = PoolDraft.objects.get(draft=before)
        then = PoolDraft.objects.get(draft=queries.find_period_draft(OCTOBER))
        assert (first.subsidy_minor, then.subsidy_minor) == (0, 100_000)
        assert then.distributable_micro - first.distributable_micro == 100_000 * 1_000_000


class TestTheMonth:
    def test_is_not_settled_each_hour_again_while_rows_wait_to_be_put_right(
        self, fair: Fair
    ) -> None:
        run()
        operations.move_periods(actor=MACHINE, as_of=NIGHT)
        good = dict(fair.facts["order_lines"][0])
        fair.facts["order_lines"][0]["currency"] = "USD"
        over, finals = NIGHT + 7 * DAY, Run.objects.filter(kind="final")
        for hour in range(3):
            at = over + timedelta(hours=hour)
            assert operations.move_periods(actor=MACHINE, as_of=at) == []
            Worker(clock=lambda at=at: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
        assert [each.failure_kind for each in finals] == ["credits.rows_left_out"]
        assert queries.waits_for_rows(queries.get_period(SEPTEMBER))
        # Put right and asked for by somebody, it is settled and the month closes by itself.
        fair.facts["order_lines"][0] = good
        later = over + DAY
        assert operations.ask_final_run(period=SEPTEMBER, actor=MACHINE, as_of=later)
        Worker(clock=lambda: later, sleep=lambda _s: None, beat_s=None).run_until_idle()
        assert not queries.waits_for_rows(queries.get_period(SEPTEMBER))
        assert operations.move_periods(actor=MACHINE, as_of=later) == [SEPTEMBER]

    def test_closes_with_its_final_run_which_counts_what_came_late(self, fair: Fair) -> None:
        run()
        assert operations.move_periods(actor=MACHINE, as_of=NIGHT) == [SEPTEMBER]
        release(fair, 5_000, period=SEPTEMBER, at=NIGHT)
        over = NIGHT + 7 * DAY
        with pytest.raises(operations.FinalRunNeeded):
            operations.close_period(period=SEPTEMBER, actor=MACHINE, as_of=over)
        assert operations.move_periods(actor=MACHINE, as_of=over) == []
        assert operations.ask_final_run(period=SEPTEMBER, actor=MACHINE, as_of=over) is False
        work(over)
        assert operations.move_periods(actor=MACHINE, as_of=over) == [SEPTEMBER]
        closed = queries.get_period(SEPTEMBER)
        assert closed.final is not None
        assert credits_queries.get_run(closed.final.run_id).kind == "final"
        assert PoolDraft.objects.get(draft=closed.final).subsidy_minor == 5_000
        assert PoolDraft.objects.get(draft=closed.published).subsidy_minor == 0
        # October opens from September's final state, and its base rates are September's.
        later = run(over + DAY)
        assert later.periods == [OCTOBER]
        october = scores.find_draft_of_run(later.public_id, period=OCTOBER)
        assert october is not None
        rows = scores.slots_of_payee(october, fair.payees["ada"].pk)
        # Nobody stayed the ten seconds of a valid watch; without an opening it would not be known.
        assert [row.usual_watch_ppm for row in rows] == [0]
