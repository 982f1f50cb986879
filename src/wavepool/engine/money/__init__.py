"""Money as whole minor units of an ISO 4217 currency: text, splits, refunds."""

from wavepool.engine.money.amounts import (
    AMOUNT_MAX,
    AmountTooLarge,
    AmountUnreadable,
    FractionOfMinorUnit,
    NegativeAmount,
    checked_amount,
    checked_non_negative,
    format_minor,
    minor_from_text,
)
from wavepool.engine.money.currencies import (
    CURRENCIES_WITHOUT_MINOR_UNIT,
    CURRENCY_EXPONENTS,
    CurrencyWithoutMinorUnit,
    MoneyError,
    UnknownCurrency,
    exponent_of,
)
from wavepool.engine.money.refunds import (
    NothingPaid,
    RefundAbovePaid,
    RefundShrank,
    reversal_due,
    reversed_so_far,
)
from wavepool.engine.money.splits import NothingToSplitBy, split_minor, split_reversal

__all__ = [
    "AMOUNT_MAX",
    "CURRENCIES_WITHOUT_MINOR_UNIT",
    "CURRENCY_EXPONENTS",
    "AmountTooLarge",
    "AmountUnreadable",
    "CurrencyWithoutMinorUnit",
    "FractionOfMinorUnit",
    "MoneyError",
    "NegativeAmount",
    "NothingPaid",
    "NothingToSplitBy",
    "RefundAbovePaid",
    "RefundShrank",
    "UnknownCurrency",
    "checked_amount",
    "checked_non_negative",
    "exponent_of",
    "format_minor",
    "minor_from_text",
    "reversal_due",
    "reversed_so_far",
    "split_minor",
    "split_reversal",
]
