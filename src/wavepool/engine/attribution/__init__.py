"""Touches and order lines to credits: who earned a line, and who helped."""

from wavepool.engine.attribution.decay import decay_ppm, decay_table
from wavepool.engine.attribution.reach import (
    HOUR_MS,
    NEVER_AT,
    find_piece_spans,
    pick_winners,
    reach_lines,
)
from wavepool.engine.attribution.rules import RULES, UnknownRule, weigh_touches

__all__ = [
    "HOUR_MS",
    "NEVER_AT",
    "RULES",
    "UnknownRule",
    "decay_ppm",
    "decay_table",
    "find_piece_spans",
    "pick_winners",
    "reach_lines",
    "weigh_touches",
]
