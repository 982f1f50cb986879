"""The fund's releases as the engine's `subsidies`."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
from django.db.models import Sum

from wavepool.domains.pools.models import FundRelease

SUBSIDIES: Final = pa.schema(
    [
        ("pool_id", pa.string()),
        ("period", pa.string()),
        ("currency", pa.string()),
        ("subsidy_minor", pa.int64()),
    ]
)


def subsidies_table() -> pa.Table:
    """pool_id, period, currency, subsidy_minor: what was released, by pool and month; sorted."""
    rows = FundRelease.objects.values("pool_id", "period", "currency")
    found = rows.annotate(subsidy_minor=Sum("amount_minor"))
    return pa.Table.from_pylist(
        list(found.order_by("pool_id", "period", "currency")), schema=SUBSIDIES
    )
