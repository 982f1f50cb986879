"""The fair's months on their way into the books: drafted, published, settled, closed, issued."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits.models import Run
from wavepool.domains.orders import queries as orders
from wavepool.domains.pools import operations as pools
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Close, Statement
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.jobs import Worker, schedule
from wavepool.plumbing.models import Job
from worlds.fair import DAY, Fair, make_fair, two_months

SEPTEMBER, OCTOBER, NOVEMBER = "2026-09", "2026-10", "2026-11"
HOUR: Final = timedelta(hours=1)


@dataclass
class MonthEnd:
    """The fair, and what brings its months to their end."""

    fair: Fair

    def actor(self, name: str, *, at: datetime) -> Actor:
        """One of the cast who showed a second factor just now."""
        return replace(self.fair.world.actor(name), mfa_at=at)

    def draft(self, at: datetime) -> Run:
        """The nightly draft and all that follows it."""
        asked = credits.request_run(kind="draft", as_of=at, actor=MACHINE)
        work(at)
        return Run.objects.get(pk=asked.pk)

    def settle(self, month: str) -> Run:
        """Drafted a day after the month's end, published, closed with the final run."""
        end = end_of(month)
        self.draft(end + DAY)
        pools.publish_period(period=month, actor=MACHINE, as_of=end + 3 * DAY + HOUR)
        at = settled_at(month)
        pools.ask_final_run(period=month, actor=MACHINE, as_of=at)
        work(at)
        pools.close_period(period=month, actor=MACHINE, as_of=at)
        return Run.objects.get(kind="final", period=month)

    def prepare(self, month: str) -> Close:
        """Eve reconciles."""
        at = settled_at(month) + HOUR
        return operations.prepare_close(period=month, actor=self.actor("eve", at=at), as_of=at)

    def approve(self, month: str, by: str = "fay") -> Close:
        """Another person approves what Eve reconciled; the posting waits in the queue."""
        at = settled_at(month) + 2 * HOUR
        close = queries.find_close(month)
        assert close is not None
        return operations.approve_close(
            period=month, seen_digest=close.digest, actor=self.actor(by, at=at), as_of=at
        )

    def close(self, month: str) -> None:
        """All of it: settled, reconciled, approved, posted, locked, issued."""
        self.settle(month)
        self.prepare(month)
        self.approve(month)
        work(settled_at(month) + 3 * HOUR)

    def statement(self, who: str, month: str) -> Statement:
        """What ada, xin or the agency gets for a month."""
        found = queries.find_statement(payee_id=self.fair.payees[who].pk, period=month)
        assert found is not None, f"no statement of {who} in {month}"
        return found


def make_month_end(world: Any, settings: Any, folder: Path, monkeypatch: Any) -> MonthEnd:
    """Two months of facts; nothing happens by itself, each step is asked for."""
    settings.DATA_DIR = folder / "data"
    monkeypatch.setattr(schedule, "_RULES", {})
    return months_of(
        two_months(make_fair(world, folder / "data" / "lake", monkeypatch)), monkeypatch
    )


def months_of(fair: Fair, monkeypatch: Any) -> MonthEnd:
    """The months of a fair whose rows stand in for the orders' own."""

    def paid_of_lines(line_ids: Collection[int]) -> dict[int, int]:
        rows = fair.facts["order_lines"]
        return {row["line_id"]: row["paid_minor"] for row in rows if row["line_id"] in line_ids}

    monkeypatch.setattr(orders, "paid_of_lines", paid_of_lines)
    return MonthEnd(fair)


def work(at: datetime) -> None:
    """Do every job that waits; what leads from facts to money ends well."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()
    failed = Job.objects.filter(
        state="failed", name__regex=r"^(credits|scores|pools|statements|payouts|programmes)\."
    )
    assert list(failed.values_list("name", "error_message")) == []


def end_of(month: str) -> datetime:
    """The first moment after a month in Shanghai."""
    year, number = map(int, month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC) - timedelta(hours=8)


def settled_at(month: str) -> datetime:
    """When a month's final run is asked for."""
    return end_of(month) + 11 * DAY
