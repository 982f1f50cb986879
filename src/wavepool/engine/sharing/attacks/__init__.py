"""Attacks on sharing rules: search for partitions that pay, and fuzz ours by the million."""

from wavepool.engine.sharing.attacks.fuzz import (
    FuzzReport,
    floored_on_totals,
    floored_per_event,
    fuzz_partitions,
)
from wavepool.engine.sharing.attacks.rules import OUR_RULE, RULES, Rule
from wavepool.engine.sharing.attacks.search import AttackResult, search_attacks

__all__ = [
    "OUR_RULE",
    "RULES",
    "AttackResult",
    "FuzzReport",
    "Rule",
    "floored_on_totals",
    "floored_per_event",
    "fuzz_partitions",
    "search_attacks",
]
