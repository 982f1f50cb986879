"""Facts for the engine and for other domains: tables of what was paid and what came after."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
from django.db.models import Model, QuerySet

from wavepool.domains.orders import tables
from wavepool.domains.orders.models import Cancellation, Feedback, OrderLine, Refund

Row = TypeVar("Row", bound=Model)


def order_lines_table(
    *, known_until: datetime | None = None, line_ids: list[int] | None = None
) -> pa.Table:
    """The engine's `order_lines`: every paid line.

    Args:
        known_until: only what was known before this moment.
        line_ids: only these lines.
    """
    rows = _known(OrderLine.objects.all(), known_until)
    return tables.line_table(rows if line_ids is None else rows.filter(pk__in=line_ids))


def fresh_lines_table(moment: datetime) -> pa.Table:
    """The engine's `order_lines` that became known here at a moment or later."""
    return tables.line_table(OrderLine.objects.filter(known_at__gte=moment))


def refunds_table(*, known_until: datetime | None = None) -> pa.Table:
    """The engine's `refunds`."""
    return tables.refund_table(_known(Refund.objects.all(), known_until))


def cancellations_table(*, known_until: datetime | None = None) -> pa.Table:
    """The engine's `cancellations`."""
    return tables.cancellation_table(_known(Cancellation.objects.all(), known_until))


def feedback_table(*, known_until: datetime | None = None) -> pa.Table:
    """The engine's `feedback`: complaints, ratings and reports."""
    return tables.feedback_table(_known(Feedback.objects.all(), known_until))


def _known(rows: QuerySet[Row], until: datetime | None) -> QuerySet[Row]:
    narrowed: dict[str, Any] = {} if until is None else {"known_at__lt": until}
    return rows.filter(**narrowed)
