"""Holds as the engine writes them, and rulings as it reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.risk.models import Hold

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RULINGS: Final = pa.schema(
    [("hold_id", pa.string()), ("kept_ppm", pa.int64()), ("decided_at", pa.int64())]
)


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of the engine's `holds` says of a hold."""
    return {
        "cause": row["cause"],
        "rule": row["rule"],
        "line_id": row["line_id"],
        "payee_id": row["payee_id"],
        "currency": row["currency"],
        "amount_minor": row["amount_minor"],
        "evidence": json.loads(row["evidence"]),
        "opened_period": row["opened_period"],
        "expires_at": moment(row["expires_at"]),
        "default_kept_ppm": row["default_kept_ppm"],
    }


def ruling_table(holds: Iterable[Hold]) -> pa.Table:
    """The engine's `rulings`: what people decided; ends by default are the engine's own."""
    rows = [
        {
            "hold_id": hold.hold_id,
            "kept_ppm": hold.kept_ppm,
            "decided_at": epoch_ms(hold.decided_at),
        }
        for hold in holds
        if hold.decided_at is not None
    ]
    return pa.Table.from_pylist(rows, schema=_RULINGS)


def moment(at_ms: int) -> datetime:
    """A time of the engine as the platform keeps it."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def epoch_ms(at: datetime) -> int:
    """A moment as the engine counts it."""
    return (at - _EPOCH) // timedelta(milliseconds=1)
