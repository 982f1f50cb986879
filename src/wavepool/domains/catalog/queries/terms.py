"""What the operator's policy sets for commission plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wavepool.domains.policies import queries as policies
from wavepool.engine.policy import default_policy

#: A merchant sets the rate freely up to this share of the fee base.
RATE_CAP_PPM: Final = 800_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """The terms that bind every shop's plans.

    Attributes:
        rate_cap_ppm: no plan pays more.
        rate_lock: how long a cut waits, so that nobody loses by it what a click promised.
    """

    rate_cap_ppm: int
    rate_lock: timedelta


def plan_terms(*, at: datetime) -> PlanTerms:
    """The terms in force at a moment; the engine's defaults before the first policy."""
    try:
        policy = policies.compose_engine_policy(at=at)
    except policies.NoPolicyInForce:
        policy = default_policy()
    lock = timedelta(days=policy.attribution.rate_lock_days)
    return PlanTerms(rate_cap_ppm=RATE_CAP_PPM, rate_lock=lock)
