"""The month in whose books a payout counts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def month_of(moment: datetime) -> str:
    """The operator's calendar month of a moment, e.g. "2026-11"."""
    return f"{moment.astimezone(ZoneInfo(settings.OPERATOR_ZONE)):%Y-%m}"
