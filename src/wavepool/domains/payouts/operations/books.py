"""The month in whose books a payout counts."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from wavepool.plumbing import windows


def month_of(moment: datetime) -> str:
    """The operator's calendar month of a moment, e.g. "2026-11"."""
    return windows.month_of(moment, zone=settings.OPERATOR_ZONE)
