"""The books are proved by themselves, and a difference is loud."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from domains.ledger.small_books import ADA, AT, meddle, move, post
from wavepool.domains.ledger.models import Verification
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker, enqueue, schedule
from wavepool.plumbing.models import Job

pytestmark = pytest.mark.usefixtures("books")
PROOFS = ("ledger.verify_new_books", "ledger.verify_books")


def run(name: str) -> Job:
    """Run a proof as the worker does; give its job."""
    job = enqueue(name, key=name, actor=MACHINE, at=AT)
    Worker(clock=lambda: AT, sleep=lambda _s: None, beat_s=None).run_until_idle()
    job.refresh_from_db()
    return job


class TestProofs:
    @pytest.mark.parametrize(
        ("name", "slot"),
        [
            ("ledger.verify_new_books", datetime(2026, 11, 22, 9, 10, tzinfo=UTC)),
            # Half past three in Shanghai.
            ("ledger.verify_books", datetime(2026, 11, 22, 19, 30, tzinfo=UTC)),
        ],
    )
    def test_are_due_by_themselves(self, name: str, slot: datetime) -> None:
        (rule,) = (each for each in schedule.rules() if each.name == name)
        assert rule.next_after(AT) == slot

    @pytest.mark.parametrize("name", PROOFS)
    def test_that_succeed_are_kept(self, name: str) -> None:
        post("a", move(5))
        assert run(name).state == Job.State.DONE
        assert Verification.objects.get().reconciles

    @pytest.mark.parametrize("name", PROOFS)
    def test_that_fail_fail_their_job_and_name_the_first_difference(self, name: str) -> None:
        post("a", move(5))
        meddle(
            "UPDATE ledger_account SET balance_minor = 6 WHERE code = %s",
            ADA,
            table="ledger_account",
        )
        with capture_logs() as logs:
            job = run(name)
        assert (job.state, job.error_kind) == (Job.State.FAILED, "ledger.books_differ")
        assert "zero sum, CNY: expected 0, found 1" in job.error_message
        assert [log["event"] for log in logs if log["log_level"] == "error"] == ["books_differ"]
        assert not Verification.objects.get().reconciles
