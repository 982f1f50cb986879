"""Brushing rings, lockstep groups and self-purchase: risk with evidence, never in silence."""

from wavepool.engine.integrity.buckets import NoSuchBuckets
from wavepool.engine.integrity.exposure import residual_exposure
from wavepool.engine.integrity.holds import HoldTerms, HoldTermsOutOfRange, holds_from
from wavepool.engine.integrity.kcore import core_numbers
from wavepool.engine.integrity.links import linked_groups
from wavepool.engine.integrity.lockstep import (
    LockstepResult,
    TooFewPermutations,
    find_lockstep_groups,
    viewer_trust,
)
from wavepool.engine.integrity.ring_lines import find_ring_lines
from wavepool.engine.integrity.self_purchases import find_self_purchases

__all__ = [
    "HoldTerms",
    "HoldTermsOutOfRange",
    "LockstepResult",
    "NoSuchBuckets",
    "TooFewPermutations",
    "core_numbers",
    "find_lockstep_groups",
    "find_ring_lines",
    "find_self_purchases",
    "holds_from",
    "linked_groups",
    "residual_exposure",
    "viewer_trust",
]
