"""Rows of payouts."""

from wavepool.domains.payouts.models.accounts import PayoutAccount
from wavepool.domains.payouts.models.batches import Batch
from wavepool.domains.payouts.models.payouts import Payout, PayoutPart
from wavepool.domains.payouts.models.reports import ReportLine, Resolution, ResultFile

__all__ = [
    "Batch",
    "Payout",
    "PayoutAccount",
    "PayoutPart",
    "ReportLine",
    "Resolution",
    "ResultFile",
]
