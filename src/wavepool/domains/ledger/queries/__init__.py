"""Reads of the ledger."""

from wavepool.domains.ledger.queries.faults import book_faults
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
from wavepool.domains.ledger.queries.wallets import (
    MonthSums,
    entries_of,
    list_receivables,
    list_wallets,
    sum_months,
)
from wavepool.domains.ledger.queries.words import (
    SHOP_KINDS,
    WALLET_KINDS,
    Kind,
    kind_of,
    other_side,
)

__all__ = [
    "PURPOSES",
    "SHOP_KINDS",
    "WALLET_KINDS",
    "Finding",
    "Kind",
    "Links",
    "MonthSums",
    "Proof",
    "TrialBalance",
    "TrialRow",
    "TrialTotal",
    "Turnover",
    "book_faults",
    "entries_of",
    "find_account",
    "find_batch",
    "get_account",
    "get_transfer",
    "is_closed",
    "journal_account",
    "journal_lines",
    "kind_of",
    "last_sound_batch",
    "links_of",
    "list_accounts",
    "list_closed_periods",
    "list_entries",
    "list_pending",
    "list_receivables",
    "list_verifications",
    "list_wallets",
    "one_snapshot",
    "other_side",
    "prove_books",
    "read_totals",
    "search_words",
    "statement_of",
    "sum_months",
    "trial_balance",
    "turnover_of",
]
