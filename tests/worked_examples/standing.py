"""The worked table of docs/algorithms/standing.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import platform_ready
from wavepool.domains.programmes.operations.standing import settle_level

assert platform_ready.READY
REVIEW = datetime(2026, 11, 2, 12, tzinfo=UTC)
GRACE_DAYS = 30


@dataclass(frozen=True)
class Shown:
    """What a review leaves."""

    standing: int
    days_left: int | None


def settle(*, current: int, reached: int, missed_days: int | None) -> Shown:
    """Settle a level with 30 days of grace; `missed_days` ago the facts first missed it."""
    missed = None if missed_days is None else REVIEW - timedelta(days=missed_days)
    found = settle_level(
        current=current,
        reached=reached,
        missed_since_at=missed,
        keep_days=GRACE_DAYS,
        at=REVIEW,
    )
    left = None if found.kept_until_at is None else (found.kept_until_at - REVIEW).days
    return Shown(standing=found.standing, days_left=left)
