"""The audit trail: who did what to whom, appended and chained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wavepool.plumbing.actor import Actor


def record(
    *, kind: str, subject: str, actor: Actor, at: datetime, data: Mapping[str, Any]
) -> None:
    """Append one row inside the caller's transaction."""
