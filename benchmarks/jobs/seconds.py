"""Pay and wait for the estimated line while events come in."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, payments: int, events_per_s: int, store: str = "") -> dict[str, Any]:
    """Fill a store, run edge and worker beside it, answer p50 and p99 of payment to line.

    Args:
        store: URL of an empty PostgreSQL; SQLite in the folder without one.
    """
    os.environ["WAVEPOOL_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    os.environ["WAVEPOOL_SECRET_KEY"] = "the key of the benchmark, long enough to be one of a site"
    if store:
        os.environ["DATABASE_URL"] = store
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    measured = import_module("benchmarks.market_seconds").measure
    return dict(measured(payments=payments, events_per_s=events_per_s))
