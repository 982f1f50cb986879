"""The one place where views and jobs read the clock; operations take the time as an argument."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The time in UTC."""
    return timezone.now()
