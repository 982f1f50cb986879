"""Runs: asked for once, settled once, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.credits import operations, queries
from wavepool.domains.credits.models import EstimatedLine, Run
from wavepool.domains.credits.operations import asking, sources
from wavepool.domains.people.models import Shop
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import default_policy
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import registry
from wavepool.plumbing.models import AuditRow, Job
from worlds.fair import DAY, NIGHT, Fair, two_months, work
from worlds.shelf import make_item


def draft(at: Any = NIGHT) -> Run:
    """Ask for a draft and do it."""
    run = operations.request_run(kind="draft", as_of=at, actor=MACHINE)
    work(at)
    return queries.get_run(run.public_id)


def run_jobs(at: Any) -> None:
    """Do every job that waits, however it ends."""
    jobs.Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()


class TestARun:
    def test_settles_the_facts_of_every_domain(self, fair: Fair) -> None:
        two_months(fair)
        run = draft()
        assert (run.state, run.periods, run.rejected, run.failure) == (
            "done",
            ["2026-09", "2026-10"],
            0,
            "",
        )
        assert {name: count for name, count in run.input_rows.items() if count} == {
            "scenes": 7,
            "channels": 2,
            "payees": 4,
            "agencies": 1,
            "shops": 1,
            "items": 1,
            "creators": 2,
            "accounts": 2,
            "creator_payees": 2,
            "contracts": 3,
            "plans": 1,
            "pieces": 2,
            "touches": 25,
            "order_lines": 14,
            "refunds": 1,
            "identity_links": 3,
        }
        rows = queries.read_run(
            run, "credits", period="2026-09", where="line_id = ?", params=[1]
        ).to_pylist()
        assert [(row["outcome"], row["commission_minor"]) for row in rows] == [("direct", 2_000)]

    def test_of_the_same_input_is_the_same_run_and_nobody_follows_twice(self, fair: Fair) -> None:
        two_months(fair)
        first, second = draft(), draft(NIGHT + DAY)
        assert (second.same_as, second.digest, second.state) == (first, first.digest, "done")
        assert queries.latest_run() == first
        assert queries.run_folder(second) == queries.run_folder(first)
        assert Job.objects.filter(name="credits.confirm_lines").count() == 1
        assert len(list(queries.seasons_folder().iterdir())) == 1

    def test_of_another_input_is_another(self, fair: Fair) -> None:
        two_months(fair)
        first = draft()
        fair.order(fair.facts["touches"][0]["viewer_id"], NIGHT)
        second = draft(NIGHT + DAY)
        assert (second.same_as, second.digest == first.digest) == (None, False)
        assert queries.latest_run() == second
        assert Job.objects.filter(name="credits.confirm_lines").count() == 2

    def test_waits_for_the_one_under_way(self, fair: Fair) -> None:
        operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        with pytest.raises(operations.RunUnderWay):
            operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        assert Run.objects.count() == 1

    def test_of_no_facts_says_so_and_is_no_failed_job(self, fair: Fair) -> None:
        run = draft()
        assert (run.state, run.failure_kind) == ("failed", "credits.nothing_to_settle")
        assert "nothing to settle" in run.failure
        assert queries.latest_run() is None

    def test_leaves_a_bad_row_out_and_tells_which(self, fair: Fair) -> None:
        two_months(fair)
        fair.facts["order_lines"][0]["currency"] = "USD"
        run = draft()
        rejects = queries.list_rejects(run)
        # The line, and nothing that depends on it.
        assert run.rejected == 1
        assert [(r["table_name"], r["row_key"], r["rule"], r["value"]) for r in rejects] == [
            ("order_lines", "1", "mixed currency", "USD")
        ]

    def test_that_fails_says_why_and_can_be_retried(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two_months(fair)
        run = operations.request_run(kind="draft", as_of=NIGHT - 365 * DAY, actor=MACHINE)
        with pytest.raises(AssertionError, match="in force"):
            work(NIGHT)
        run.refresh_from_db()
        assert (run.state, run.failure_kind) == ("failed", "policies.none_in_force")
        Run.objects.filter(pk=run.pk).update(as_of=NIGHT)
        jobs.retry(run.job, actor=MACHINE, at=NIGHT)
        work(NIGHT)
        run.refresh_from_db()
        assert (run.state, run.failure) == ("done", "")

    def test_that_lost_its_worker_goes_on_from_its_stage(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two_months(fair)
        run = operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        said: list[str] = []
        progress = jobs.RunningJob.progress

        def stopping(job: Any, done: int, total: Any = None, note: str = "") -> None:
            said.append(note)
            if note.startswith("2026-10: reaching"):
                raise KeyboardInterrupt
            progress(job, done, total, note)

        with monkeypatch.context() as patch:
            patch.setattr(jobs.RunningJob, "progress", stopping)
            with pytest.raises(KeyboardInterrupt):
                work(NIGHT)
        run.refresh_from_db()
        assert run.state == "running"
        again: list[str] = []
        monkeypatch.setattr(
            jobs.RunningJob,
            "progress",
            lambda _job, _done, _total=None, note="": again.append(note),
        )
        later = NIGHT + timedelta(minutes=10)
        work(later)
        run.refresh_from_db()
        assert run.state == "done"
        assert not [note for note in again if note.startswith(("reading order_lines", "2026-09:"))]
        assert again[0] == "reading the season"


class TestFinalRuns:
    def test_close_month_after_month_and_drafts_open_from_them(self, fair: Fair) -> None:
        two_months(fair)
        final = operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        work(NIGHT)
        final.refresh_from_db()
        assert (final.state, final.periods) == ("done", ["2026-09"])
        run = draft(NIGHT + DAY)
        assert (run.opening, run.periods) == (final, ["2026-10"])
        with pytest.raises(operations.MonthSettled):
            operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        states = EstimatedLine.objects.filter(period="2026-09").values_list("state", flat=True)
        assert set(states) == {"final"}

    def test_pay_what_one_draft_of_both_months_pays(self, fair: Fair) -> None:
        two_months(fair)
        whole = draft()
        operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        work(NIGHT)
        split = draft(NIGHT + DAY)
        for table in ("statement_lines", "pool_shares", "transfers"):
            one, two = (queries.read_run(run, table, period="2026-10") for run in (whole, split))
            assert sorted(map(str, one.to_pylist())) == sorted(map(str, two.to_pylist())), table

    @pytest.mark.parametrize(
        ("kind", "period"), [("final", ""), ("final", "x"), ("draft", "2026-09")]
    )
    def test_name_their_month_and_drafts_none(self, fair: Fair, kind: str, period: str) -> None:
        with pytest.raises(operations.MonthUnreadable):
            operations.request_run(kind=kind, period=period, as_of=NIGHT, actor=MACHINE)

    def test_count_every_row_that_is_left_out_however_many(self, fair: Fair) -> None:
        two_months(fair)
        good = fair.facts["order_lines"][0]
        fair.facts["order_lines"] += [
            {**good, "line_id": 100 + each, "order_id": 100 + each, "currency": "USD"}
            for each in range(201)
        ]
        run = operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        run_jobs(NIGHT)
        run.refresh_from_db()
        assert run.failure.startswith("201 rows cannot be counted, the first is order_lines ")
        assert len(queries.list_rejects(run)) == 200


class TestTheStore:
    @pytest.mark.parametrize(
        "values",
        [
            {"state": "done"},
            {"state": "failed"},
            {"kind": "final"},
            {"kind": "draft", "period": "2026-09"},
        ],
    )
    def test_refuses_a_run_that_cannot_be(self, fair: Fair, values: dict[str, Any]) -> None:
        given = {"public_id": "run_x", "kind": "draft", "as_of": NIGHT, **values}
        with pytest.raises(IntegrityError), transaction.atomic():
            Run.objects.create(**given)

    def test_has_one_finished_run_of_a_key(self, fair: Fair) -> None:
        given = {"kind": "draft", "as_of": NIGHT, "state": "done", "digest": "d", "key": "k"}
        Run.objects.create(public_id="run_x", **given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Run.objects.create(public_id="run_y", **given)


class TestReading:
    def test_reaches_one_file_and_nothing_else(self, fair: Fair, tmp_path: Path) -> None:
        two_months(fair)
        run = draft()
        other = tmp_path / "secret.parquet"
        pq.write_table(queries.read_run(run, "credits", period="2026-09"), other)
        with pytest.raises(Exception, match=r"[Pp]ermission|disabled|not allowed"):
            queries.read_run(
                run,
                "credits",
                period="2026-09",
                where=f"line_id in (select line_id from read_parquet('{other}'))",
            )

    @pytest.mark.parametrize(
        ("table", "period"),
        [
            ("nothing", "2026-09"),
            ("../credits", "2026-09"),
            ("credits", "2026-01"),
            ("credits", ".."),
        ],
    )
    def test_of_what_is_not_there_is_refused(self, fair: Fair, table: str, period: str) -> None:
        two_months(fair)
        run = draft()
        with pytest.raises(queries.TableNotFound):
            queries.read_run(run, table, period=period)

    def test_of_a_run_that_is_not_done_is_refused(self, fair: Fair) -> None:
        run = operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        with pytest.raises(queries.NoSuchRun):
            queries.read_run(run, "credits", period="2026-09")


class TestTheNight:
    def test_brings_a_draft_at_one_o_clock_of_the_operators_zone(self, fair: Fair) -> None:
        two_months(fair)
        work(NIGHT)  # midnight in Shanghai
        assert Run.objects.count() == 0
        work(NIGHT + timedelta(minutes=59))
        assert Run.objects.count() == 0
        work(NIGHT + timedelta(minutes=60))
        run = queries.latest_run()
        assert run is not None
        assert (run.state, run.requested_by) == ("done", "machine")
        assert EstimatedLine.objects.filter(run=run).count() == 13


class TestFollowers:
    def test_are_queued_with_the_run(self, fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
        two_months(fair)
        monkeypatch.setattr(asking, "_FOLLOWERS", [])
        operations.on_run_done("tests.nothing")
        operations.on_run_done("tests.nothing")
        assert operations.followers() == ("tests.nothing",)
        run = operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        monkeypatch.setitem(registry._FUNCTIONS, "tests.nothing", lambda _job: None)
        work(NIGHT)
        (job,) = Job.objects.filter(name="tests.nothing")
        assert (job.payload, job.key) == (
            {"run": run.public_id},
            f"tests.nothing:{run.public_id}",
        )


class TestSources:
    def test_of_one_table_stand_together(self, fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
        two_months(fair)
        rows = {"hold_id": ["x:line:1"], "kept_ppm": [0], "decided_at": [1_700_000_000_000]}
        operations.add_source("rulings", lambda: pa.table(rows))
        operations.add_source("rulings", lambda: pa.table({**rows, "hold_id": ["y:line:2"]}))
        reads = sources.season_tables(default_policy())
        assert reads["rulings"]().column("hold_id").to_pylist() == ["x:line:1", "y:line:2"]

    def test_of_goods_leave_out_shops_that_cannot_be_paid(self, fair: Fair) -> None:
        closed = Shop.objects.create(slug="new", name="New")
        make_item(closed, "N", "New tea", "tea", price_minor=1)
        items = sources.season_tables(default_policy())["items"]()
        assert items.column("item_id").to_pylist() == [fair.item.pk]
        assert set(sources.season_tables(default_policy())) <= set(CONTRACTS)


class TestPruning:
    def test_gives_up_old_drafts_that_nothing_refers_to(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Nobody above takes anything in, so nobody refers to the older one.
        monkeypatch.setattr(asking, "_FOLLOWERS", ["credits.confirm_lines"])
        two_months(fair)
        old = draft()
        fair.order(fair.facts["touches"][0]["viewer_id"], NIGHT)
        new = draft(NIGHT + DAY)
        later = NIGHT + 30 * DAY
        assert operations.prune_runs(actor=MACHINE, as_of=later) == 1
        old.refresh_from_db()
        assert (old.pruned_at, queries.run_folder(old).exists()) == (later, False)
        assert queries.run_folder(new).exists()
        assert [path.name for path in queries.seasons_folder().iterdir()] == [new.input_digest]
        assert AuditRow.objects.filter(kind="credits.run_pruned").count() == 1
        assert operations.prune_runs(actor=MACHINE, as_of=later) == 0

    def test_keeps_what_a_row_refers_to(self, fair: Fair) -> None:
        two_months(fair)
        old = draft()
        fair.order(fair.facts["touches"][0]["viewer_id"], NIGHT)
        draft(NIGHT + DAY)
        EstimatedLine.objects.filter(line_id=1).update(run=old)
        assert operations.prune_runs(actor=MACHINE, as_of=NIGHT + 30 * DAY) == 0
        assert queries.run_folder(old).exists()

    def test_gives_up_what_a_failed_final_run_left_and_a_retry_makes_it_anew(
        self, fair: Fair
    ) -> None:
        two_months(fair)
        good = fair.facts["order_lines"][0]
        fair.facts["order_lines"][0] = {**good, "currency": "USD"}
        run = operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        run_jobs(NIGHT)
        assert queries.run_folder(run).exists()
        assert operations.prune_runs(actor=MACHINE, as_of=NIGHT + 14 * DAY) == 0
        later = NIGHT + 15 * DAY
        assert operations.prune_runs(actor=MACHINE, as_of=later) == 1
        run.refresh_from_db()
        assert (run.state, run.pruned_at) == ("failed", later)
        assert not queries.run_folder(run).exists()
        assert list(queries.seasons_folder().iterdir()) == []
        fair.facts["order_lines"][0] = good
        jobs.retry(run.job, actor=MACHINE, at=later)
        work(later)
        run.refresh_from_db()
        assert (run.state, run.pruned_at, queries.find_last_final()) == ("done", None, run)

    def test_ends_a_run_whose_job_was_stopped(self, fair: Fair) -> None:
        run = operations.request_run(kind="draft", as_of=NIGHT, actor=MACHINE)
        assert operations.end_lost_runs(as_of=NIGHT) == 0
        jobs.cancel(run.job, actor=MACHINE, at=NIGHT)
        assert operations.end_lost_runs(as_of=NIGHT) == 1
        run.refresh_from_db()
        assert (run.state, run.failure) == ("failed", "The work was stopped.")
