"""Writes of statements: months come in, are reconciled, approved, posted and issued."""

from wavepool.domains.statements.operations.paying import (
    MoreThanOwed,
    NothingToPay,
    PaymentDiffers,
    PaymentReturned,
    note_paid,
    note_returned,
)

__all__ = [
    "MoreThanOwed",
    "NothingToPay",
    "PaymentDiffers",
    "PaymentReturned",
    "note_paid",
    "note_returned",
]
