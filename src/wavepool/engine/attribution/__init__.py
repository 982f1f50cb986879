"""Touches and order lines to credits: who earned a line, and who helped."""

from wavepool.engine.attribution.court import (
    CourtDoesNotAddUp,
    NoSuchLine,
    NoSuchPeriod,
    hold_court,
    open_court,
    order_evidence,
)
from wavepool.engine.attribution.decay import decay_ppm, decay_table
from wavepool.engine.attribution.markov import (
    EmptyPath,
    HeuristicCredit,
    NotAPathKey,
    NothingConverted,
    heuristic_credits,
    path_log,
    removal_effects,
)
from wavepool.engine.attribution.reach import (
    HOUR_MS,
    NEVER_AT,
    find_piece_spans,
    pick_winners,
    reach_lines,
)
from wavepool.engine.attribution.rules import RULES, UnknownRule, rule_sql, weigh_touches

__all__ = [
    "HOUR_MS",
    "NEVER_AT",
    "RULES",
    "CourtDoesNotAddUp",
    "EmptyPath",
    "HeuristicCredit",
    "NoSuchLine",
    "NoSuchPeriod",
    "NotAPathKey",
    "NothingConverted",
    "UnknownRule",
    "decay_ppm",
    "decay_table",
    "find_piece_spans",
    "heuristic_credits",
    "hold_court",
    "open_court",
    "order_evidence",
    "path_log",
    "pick_winners",
    "reach_lines",
    "removal_effects",
    "rule_sql",
    "weigh_touches",
]
