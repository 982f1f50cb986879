"""Reads of the ledger."""

from wavepool.domains.ledger.queries.journal import journal_account, journal_lines
from wavepool.domains.ledger.queries.proofs import Finding, Proof, prove_books, read_totals
from wavepool.domains.ledger.queries.records import (
    PURPOSES,
    Links,
    find_account,
    find_batch,
    get_account,
    get_transfer,
    is_closed,
    last_sound_batch,
    links_of,
    list_accounts,
    list_closed_periods,
    list_entries,
    list_pending,
    list_verifications,
    search_words,
    statement_of,
)
from wavepool.domains.ledger.queries.snapshots import one_snapshot
from wavepool.domains.ledger.queries.trial import TrialBalance, TrialRow, TrialTotal, trial_balance
from wavepool.domains.ledger.queries.turnover import Turnover, turnover_of

__all__ = [
    "PURPOSES",
    "Finding",
    "Links",
    "Proof",
    "TrialBalance",
    "TrialRow",
    "TrialTotal",
    "Turnover",
    "find_account",
    "find_batch",
    "get_account",
    "get_transfer",
    "is_closed",
    "journal_account",
    "journal_lines",
    "last_sound_batch",
    "links_of",
    "list_accounts",
    "list_closed_periods",
    "list_entries",
    "list_pending",
    "list_verifications",
    "one_snapshot",
    "prove_books",
    "read_totals",
    "search_words",
    "statement_of",
    "trial_balance",
    "turnover_of",
]
