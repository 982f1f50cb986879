"""The operator's calendar: the month in whose books a payout counts, and pay day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from wavepool.domains.payouts import queries


def month_of(moment: datetime) -> str:
    """The operator's calendar month of a moment, e.g. "2026-11"."""
    return f"{moment.astimezone(ZoneInfo(settings.OPERATOR_ZONE)):%Y-%m}"


def is_pay_day(moment: datetime) -> bool:
    """Whether the terms in force propose batches on the operator's day of a moment."""
    day = moment.astimezone(ZoneInfo(settings.OPERATOR_ZONE)).day
    return day == queries.terms_in_force(at=moment).pay_day
