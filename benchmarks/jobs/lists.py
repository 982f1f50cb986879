"""Open lists of a large market through the whole site, page after page."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, rows: int, repeats: int = 40) -> dict[str, Any]:
    """Fill a store once, then answer p50, p99 (ms) and requests per second of each list.

    Requests go through Django's test client: all middleware, views and templates
    of the site, but no socket. Half of all goods are one shop's.
    """
    os.environ.setdefault("WAVEPOOL_DATA", folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_HOSTS"] = "testserver,localhost"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    return dict(import_module("benchmarks.market_lists").measure(rows=rows, repeats=repeats))
