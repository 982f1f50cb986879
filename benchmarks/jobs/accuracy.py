"""Compare a settled world with its truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy import attribution_accuracy, bot_pay, ring_accuracy, value_accuracy
from benchmarks.peers.journeys import last_touch, markov

_FIGURES: dict[str, Callable[[Path, Path], Any]] = {
    "attribution": attribution_accuracy,
    "value": value_accuracy,
    "bots": bot_pay,
    "rings": ring_accuracy,
    "last_touch": last_touch,
    "markov": markov,
}


def run(*, season: str, out: str, figures: list[str]) -> dict[str, Any]:
    """Answer each figure asked for by name."""
    return {name: asdict(_FIGURES[name](Path(season), Path(out))) for name in figures}
