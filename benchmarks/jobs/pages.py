"""Open public pages of a market with many pieces through the whole site."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, rows: int, repeats: int = 60) -> dict[str, Any]:
    """Fill a store once, then answer p50, p99 (ms), requests per second and queries of each page.

    Requests go through Django's test client: all middleware, views and templates, no socket.
    """
    os.environ["WAVEPOOL_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_HOSTS"] = "testserver,localhost"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    return dict(import_module("benchmarks.market_pages").measure(rows=rows, repeats=repeats))
