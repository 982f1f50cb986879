"""Rows of the ledger: accounts, transfers and their batches, entries, closed periods."""

from wavepool.domains.ledger.models.accounts import MAY_GO_NEGATIVE, LedgerAccount, Purpose
from wavepool.domains.ledger.models.batches import Batch
from wavepool.domains.ledger.models.checks import ClosedPeriod, Verification
from wavepool.domains.ledger.models.transfers import Entry, Transfer

__all__ = [
    "MAY_GO_NEGATIVE",
    "Batch",
    "ClosedPeriod",
    "Entry",
    "LedgerAccount",
    "Purpose",
    "Transfer",
    "Verification",
]
