"""Work that waits: everything that follows a run is done, but for one job that is asked for anew."""

from __future__ import annotations

from datetime import datetime

from wavepool.domains.credits.models import Run
from wavepool.domains.pools import operations as pools
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker
from wavepool.plumbing.models import Job
from worlds.fair import DAY
from worlds.month_end import HOUR, MonthEnd, end_of, settled_at, work


def settle_but(months: MonthEnd, month: str, name: str) -> None:
    """Settle a month, and leave one of the jobs that follow the final run in the queue."""
    end, at = end_of(month), settled_at(month)
    months.draft(end + DAY)
    pools.publish_period(period=month, actor=MACHINE, as_of=end + 3 * DAY + HOUR)
    pools.ask_final_run(period=month, actor=MACHINE, as_of=at)
    work_until_run_is_done(month, at)
    Job.objects.filter(name=name, state="queued").delete()
    work(at)
    pools.close_period(period=month, actor=MACHINE, as_of=at)
    run = Run.objects.get(kind="final", period=month)
    payload = {"run": run.public_id}
    jobs.enqueue(name, key=f"kept back:{name}", actor=MACHINE, payload=payload, at=at)


def work_until_run_is_done(month: str, at: datetime) -> None:
    """Step by step, until the month's final run is done; what follows it waits."""
    worker = Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None)
    while not Run.objects.filter(kind="final", period=month, state="done").exists():
        assert worker.step(), "the run does not come to its end"
