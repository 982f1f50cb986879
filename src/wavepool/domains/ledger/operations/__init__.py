"""Writes of the ledger. Only these functions make transfers; everybody else calls them."""

from wavepool.domains.ledger.operations.accounts import AccountName, open_account, open_accounts
from wavepool.domains.ledger.operations.commands import Posted
from wavepool.domains.ledger.operations.pending import post_pending, void_pending
from wavepool.domains.ledger.operations.periods import PeriodClosedBefore, close_period
from wavepool.domains.ledger.operations.posting import post, reserve, reverse
from wavepool.domains.ledger.operations.refusals import (
    AccountMissing,
    AmountOutOfRange,
    BadAccount,
    BadPeriod,
    BadTransfer,
    CurrencyMismatch,
    InsufficientFunds,
    KeyReused,
    LedgerRefusal,
    NotPending,
    NotReversible,
    PeriodClosed,
    TransferMissing,
)
from wavepool.domains.ledger.operations.settling import Settled, post_many, post_stream, post_table
from wavepool.domains.ledger.operations.verifying import (
    BooksDiffer,
    insist,
    verify_books,
    verify_new_books,
)
from wavepool.domains.ledger.tables import NewTransfer, TableMisshapen

__all__ = [
    "AccountMissing",
    "AccountName",
    "AmountOutOfRange",
    "BadAccount",
    "BadPeriod",
    "BadTransfer",
    "BooksDiffer",
    "CurrencyMismatch",
    "InsufficientFunds",
    "KeyReused",
    "LedgerRefusal",
    "NewTransfer",
    "NotPending",
    "NotReversible",
    "PeriodClosed",
    "PeriodClosedBefore",
    "Posted",
    "Settled",
    "TableMisshapen",
    "TransferMissing",
    "close_period",
    "insist",
    "open_account",
    "open_accounts",
    "post",
    "post_many",
    "post_pending",
    "post_stream",
    "post_table",
    "reserve",
    "reverse",
    "verify_books",
    "verify_new_books",
    "void_pending",
]
