"""Open the page of a statement with many lines, and of one with few, through the whole site."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, lines: int, few: int, repeats: int = 100, url: str = "") -> dict[str, Any]:
    """Fill an empty store, then answer p50, p99 (ms), CPU and queries of each page.

    Requests go through Django's test client: all middleware, views and templates, no socket.
    """
    os.environ["WAVEPOOL_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_HOSTS"] = "testserver,localhost"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    if url:
        os.environ["DATABASE_URL"] = url
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    market = import_module("benchmarks.market_statement")
    return dict(market.measure(lines=lines, few=few, repeats=repeats))
