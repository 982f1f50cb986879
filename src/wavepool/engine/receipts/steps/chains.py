"""Which steps explain which kind of statement line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wavepool.engine.receipts.steps.award import (
    AWARD_FRAME,
    AWARD_LUMP_SUM,
    AWARD_PER_ANCHOR,
    AWARD_TIERED,
)
from wavepool.engine.receipts.steps.corrections import ADJUSTMENT, DEBT, HELD
from wavepool.engine.receipts.steps.order_line import (
    AGENCY_COMMISSION,
    AGENCY_REFUND,
    COMMISSION,
    REFUND,
)
from wavepool.engine.receipts.steps.pool import AGENCY_AWARDS, POOL
from wavepool.engine.receipts.steps.step import Step

Chain = tuple[Step, ...]

CHAINS: Final[Mapping[str, tuple[Chain, ...]]] = {
    "commission": (COMMISSION,),
    "refund": (REFUND, AGENCY_REFUND),
    "pool": (POOL,),
    "award": (AWARD_LUMP_SUM, AWARD_TIERED, AWARD_PER_ANCHOR, AWARD_FRAME),
    "agency": (AGENCY_COMMISSION, AGENCY_AWARDS),
    "held": (HELD,),
    "adjustment": (ADJUSTMENT,),
    "debt": (DEBT,),
}
"""Kind of a statement line to the chains that may explain it."""


def chain_of(kind: str, steps: Sequence[Mapping[str, Any]]) -> Chain:
    """The chain of a kind that agrees most with a receipt's steps, by names and inputs.

    An edited receipt need not agree with any, and is then held against the nearest.

    >>> [step.name for step in chain_of("debt", [])]
    ['balance', 'amount']
    """
    return max(CHAINS[kind], key=lambda chain: _agreeing(chain, steps))


def _agreeing(chain: Chain, steps: Sequence[Mapping[str, Any]]) -> int:
    names = {step.name for step in chain}
    inputs = [set(step.inputs) for step in chain]
    return sum((step["name"] in names) + (set(step["inputs"]) in inputs) for step in steps)
