"""What the seeding steps share: the season, its clock, the language, and who is who."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from wavepool.domains.people import queries as people
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.jobs.queue import claim
from wavepool.site.demo.season import Season

#: Before the season: everybody is there when it begins.
OPENED_AT: Final = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)


@dataclass(slots=True)
class Stage:
    """The cast under way: ids of the generator to ids of the platform.

    Attributes:
        season: the tables behind it.
        lang: language of names, "en" or "zh".
        staff: whoever approves things.
        creators, shops, agencies, payees, items: the platform's ids by the generator's.
        accounts, item_ids, viewers: its numbers by the generator's, as facts carry them.
        owners: the owner's actor by ("creator" | "shop" | "agency", generator's id).
    """

    season: Season
    lang: str
    staff: Actor
    second: Actor
    creators: dict[int, int] = field(default_factory=dict)
    shops: dict[int, int] = field(default_factory=dict)
    agencies: dict[int, int] = field(default_factory=dict)
    payees: dict[int, int] = field(default_factory=dict)
    items: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)
    item_ids: dict[int, int] = field(default_factory=dict)
    viewers: dict[int, int] = field(default_factory=dict)
    owners: dict[tuple[str, int], Actor] = field(default_factory=dict)


def actor_by_email(email: str) -> Actor:
    """The actor of an account that the seeding opened."""
    account = people.find_account_by_email(email)
    assert account is not None, email
    return people.actor_of(account, session={})


def moment(epoch_ms: int) -> datetime:
    """The generator's clock as a time.

    >>> moment(1_788_192_000_000).isoformat()
    '2026-08-31T16:00:00+00:00'
    """
    return datetime.fromtimestamp(epoch_ms // 1000, UTC)


def do_asked(at: datetime) -> None:
    """Do every job that somebody asked for, as if it were then; the schedule stays quiet."""
    worker = jobs.Worker(clock=lambda: at, beat_s=None)
    while (row := claim(at=at, lease=worker.lease)) is not None:
        worker.run_job(row)
