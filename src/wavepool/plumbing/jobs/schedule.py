"""Periodic work: declared by name in one place, each tick run once whoever ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs.queue import enqueue
from wavepool.plumbing.models import Job, JobSchedule

#: How long the record of a periodic job that went well is kept.
TICKS_KEPT: Final = timedelta(days=30)
_RULES: Final[dict[str, Rule]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a job is due: every so many seconds, or daily at a local time."""

    name: str
    seconds: int | None = None
    local_time: time | None = None
    zone: str = "UTC"

    def next_after(self, moment: datetime) -> datetime:
        """The first slot after a moment. Slots are the same for every worker.

        A local time that the change of clocks skips is due at the moment of the
        change; one that comes twice is due the first time.

        >>> Rule(name="a", seconds=600).next_after(datetime(2026, 1, 1, 0, 10, tzinfo=UTC))
        datetime.datetime(2026, 1, 1, 0, 20, tzinfo=datetime.timezone.utc)
        """
        if self.seconds is not None:
            step = int(moment.timestamp()) // self.seconds + 1
            return datetime.fromtimestamp(step * self.seconds, UTC)
        assert self.local_time is not None
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            slot = datetime.combine(day, self.local_time, zone).astimezone(UTC)
            if slot > moment:
                return slot
            day += timedelta(days=1)

    def last_until(self, moment: datetime, *, since: datetime) -> datetime:
        """The latest slot up to a moment, starting from a slot `since`."""
        slot = since
        if self.seconds is not None:
            step = int(moment.timestamp()) // self.seconds
            return max(since, datetime.fromtimestamp(step * self.seconds, UTC))
        while (following := self.next_after(slot)) <= moment:
            slot = following
        return slot


def every(
    name: str, *, seconds: int | None = None, at: str | None = None, zone: str | None = None
) -> None:
    """Declare that a registered job runs periodically.

    Args:
        name: the registered name.
        seconds: its period; slots are multiples of it since 1970.
        at: or a time of day, "HH:MM".
        zone: the zone of `at`; default the operator's.

    A tick that nobody took, because no worker ran, is made up once, however many
    were missed; a tick that falls into the run before is left out.
    """
    assert (seconds is None) != (at is None), "either seconds or a time of day"
    local = time.fromisoformat(at) if at else None
    rule = Rule(name=name, seconds=seconds, local_time=local, zone=zone or settings.OPERATOR_ZONE)
    known = _RULES.setdefault(name, rule)
    assert known == rule, f"{name} has two schedules"


def rules() -> tuple[Rule, ...]:
    """Every declared rule, by name."""
    return tuple(_RULES[name] for name in sorted(_RULES))


def tick(*, at: datetime) -> list[Job]:
    """Queue what is due; of several workers that tick at once, one queues each slot."""
    known = {row.name: row for row in JobSchedule.objects.select_related("last_job")}
    found = [_tick(rule, known.get(rule.name), at=at) for rule in rules()]
    return [job for job in found if job is not None]


def forget_done_ticks(*, at: datetime) -> int:
    """Drop periodic jobs that were done over `TICKS_KEPT` ago; tell how many."""
    old = Job.objects.filter(
        state=Job.State.DONE,
        requested_by=None,
        name__in=[rule.name for rule in rules()],
        finished_at__lt=at - TICKS_KEPT,
        key__startswith=Concat("name", Value("@")),
    )
    return old.delete()[0]


def _tick(rule: Rule, row: JobSchedule | None, *, at: datetime) -> Job | None:
    following = rule.next_after(at)
    if row is None:
        first = JobSchedule(name=rule.name, next_at=following)
        JobSchedule.objects.bulk_create([first], ignore_conflicts=True)
        return None
    unmoved = JobSchedule.objects.filter(pk=row.pk, next_at=row.next_at)
    if row.next_at > at:
        if row.next_at > following:  # the declared period became shorter
            unmoved.update(next_at=following)
        return None
    slot = rule.last_until(at, since=row.next_at)
    with transaction.atomic():
        if not unmoved.update(next_at=following, last_at=slot):
            return None
        if row.last_job is not None and not row.last_job.is_finished:
            return None
        stamp = slot.isoformat().replace("+00:00", "Z")
        job = enqueue(
            rule.name, key=f"{rule.name}@{stamp}", actor=MACHINE, payload={"slot": stamp}, at=at
        )
        JobSchedule.objects.filter(pk=row.pk).update(last_job=job)
    return job
