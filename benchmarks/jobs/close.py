"""Close a settled month of a generated market: from its run to issued statements."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, season: str, settled: str, url: str = "") -> dict[str, Any]:
    """Fill an empty store, then answer seconds, CPU and peak memory of each step of the close.

    Args:
        folder: of the store's data; has to be empty.
        season: what was settled.
        settled: the run's results, of one month.
        url: of a PostgreSQL; SQLite in the folder without one.
    """
    os.environ["WAVEPOOL_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    if url:
        os.environ["DATABASE_URL"] = url
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    return dict(
        import_module("benchmarks.market_close").measure(season=Path(season), settled=Path(settled))
    )
