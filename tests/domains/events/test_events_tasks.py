"""What happens to events in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from wavepool.domains.events import operations, tasks
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import Job
from worlds.capture import AT, Log, event, lake_table


def done(name: str, **payload: Any) -> Job:
    """Queue a job, let a worker run, and give its row."""
    job = jobs.enqueue(name, key=f"{name}:test", actor=MACHINE, payload=payload, at=AT)
    call_command("worker", once=True)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error_message
    return job


class TestTheWorker:
    def test_takes_the_log_in_while_another_changes_the_lake(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log.send([event("m1", "Cart Viewed", props={})])
        real, refused = operations.compact, iter([True, True])

        def compact(**options: Any) -> operations.Compacted:
            if next(refused, False):
                raise operations.LakeBusy("Somebody else is at it.")
            return real(**options)

        monkeypatch.setattr(operations, "compact", compact)
        monkeypatch.setattr(tasks, "_PAUSE_SECONDS", 0.0)
        assert done("events.compact").result == {"events": 1}
        assert lake_table("events").num_rows == 1

    def test_tends_the_lake_and_forgets_a_person(self, world: Any, data: Path) -> None:
        operations.record(
            [operations.OwnEvent(name="Cart Viewed", message_id="m", account_id=world.ada.pk)],
            as_of=AT,
        )
        done("events.tend")
        assert (data / "edge" / "sources.json").exists()
        assert done("events.forget_person", account_id=world.ada.pk).result == {"parts": 1}
        assert lake_table("events").column("user_id").to_pylist() == [None]
