"""The steps of every kind of receipt: formulas in words, and as pure functions."""

from wavepool.engine.receipts.steps.award import (
    AWARD_FRAME,
    AWARD_LUMP_SUM,
    AWARD_PER_ANCHOR,
    AWARD_TIERED,
)
from wavepool.engine.receipts.steps.chains import CHAINS, Chain, chain_of
from wavepool.engine.receipts.steps.corrections import ADJUSTMENT, DEBT, HELD
from wavepool.engine.receipts.steps.order_line import (
    AGENCY_COMMISSION,
    AGENCY_REFUND,
    COMMISSION,
    REFUND,
)
from wavepool.engine.receipts.steps.pool import AGENCY_AWARDS, POOL
from wavepool.engine.receipts.steps.step import Inputs, Result, Step, StepImpossible

__all__ = [
    "ADJUSTMENT",
    "AGENCY_AWARDS",
    "AGENCY_COMMISSION",
    "AGENCY_REFUND",
    "AWARD_FRAME",
    "AWARD_LUMP_SUM",
    "AWARD_PER_ANCHOR",
    "AWARD_TIERED",
    "CHAINS",
    "COMMISSION",
    "DEBT",
    "HELD",
    "POOL",
    "REFUND",
    "Chain",
    "Inputs",
    "Result",
    "Step",
    "StepImpossible",
    "chain_of",
]
