"""Deadlines: all machines ask the store's one clock, so none is early because its own is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

_ASK = {
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
    "postgresql": "SELECT clock_timestamp()",
}


def database_now() -> datetime:
    """The time by the store's clock, in UTC; what jobs pass as `as_of` where a deadline decides."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK[connection.vendor])
        (value,) = cursor.fetchone()
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def is_due(deadline: datetime, *, at: datetime) -> bool:
    """Whether a deadline has come; its very instant counts as come, as windows are half-open.

    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> is_due(noon, at=noon), is_due(noon, at=noon.replace(hour=11))
    (True, False)
    """
    return at >= deadline
