"""Draft a generated market's month through the platform's own jobs."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def run(*, folder: str, season: str) -> dict[str, Any]:
    """Fill a store once, then answer seconds, CPU and peak memory of each step of the draft."""
    os.environ["WAVEPOOL_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "wavepool.site.settings"
    os.environ["WAVEPOOL_LOG_LEVEL"] = "ERROR"
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Everything of Django's is imported once its settings stand.
    return dict(import_module("benchmarks.market_draft").measure(season=season))
