"""Amounts as whole minor units: the range guard, and exact text in both directions."""

import re
from operator import index

from wavepool.engine.money.currencies import MoneyError, exponent_of

AMOUNT_MAX = 2**63 - 1
"""The largest amount, in either direction: what a signed 64-bit column holds."""

_DIGITS_MAX = len(str(AMOUNT_MAX))
_PLAIN_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+)(?:\.(?P<fraction>[0-9]+))?")


class AmountTooLarge(MoneyError):
    """The amount leaves the signed 64-bit range, so storing it would wrap."""

    def __init__(self, amount: int | str) -> None:
        self.amount = amount
        super().__init__(f"{str(amount)[:40]} is beyond the largest amount, 2^63-1 = {AMOUNT_MAX}")


class NegativeAmount(MoneyError):
    """The amount must not be below zero here."""

    def __init__(self, amount: int, *, name: str) -> None:
        self.amount = amount
        self.name = name
        super().__init__(f"{name} is {amount}; it must be zero or more")


class AmountUnreadable(MoneyError):
    """The text is not a plain decimal number such as -12.34."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text[:40]!r} is not a plain decimal amount such as 12.34")


class FractionOfMinorUnit(MoneyError):
    """The text names a part of a minor unit, which cannot be paid."""

    def __init__(self, text: str, *, currency: str) -> None:
        self.text = text
        self.currency = currency
        super().__init__(
            f"{text[:40]} {currency} is not a whole number of minor units: "
            f"{currency} has {exponent_of(currency)} decimals"
        )


def checked_amount(amount: int) -> int:
    """Return the amount unchanged when it fits a signed 64-bit column.

    Args:
        amount: any whole number, in any unit.

    Raises:
        AmountTooLarge: outside -(2^63-1) .. 2^63-1.
        TypeError: not a whole number type (a float, say).

    >>> checked_amount(2**63 - 1)
    9223372036854775807
    """
    whole = index(amount)
    if not -AMOUNT_MAX <= whole <= AMOUNT_MAX:
        raise AmountTooLarge(whole)
    return whole


def checked_non_negative(amount: int, *, name: str) -> int:
    """Return the amount unchanged when it is in 0 .. 2^63-1.

    Raises:
        NegativeAmount: below zero; the error names the value.
        AmountTooLarge: above 2^63-1.
    """
    whole = checked_amount(amount)
    if whole < 0:
        raise NegativeAmount(whole, name=name)
    return whole


def minor_from_text(text: str, currency: str) -> int:
    """Read a decimal amount exactly, as minor units.

    Args:
        text: digits with an optional leading minus and one point; no spaces,
            separators or exponents. Zeros after the last decimal are allowed.
        currency: ISO 4217 code.

    Returns:
        The amount in minor units.

    Raises:
        AmountUnreadable: not a plain decimal number.
        FractionOfMinorUnit: the value is not a whole number of minor units.
        AmountTooLarge: beyond 2^63-1 minor units.
        UnknownCurrency, CurrencyWithoutMinorUnit: see `exponent_of`.

    Guarantee: no rounding; `minor_from_text(format_minor(x, c), c) == x`.

    >>> minor_from_text("12.34", "CNY"), minor_from_text("-0.5", "KWD")
    (1234, -500)
    """
    exponent = exponent_of(currency)
    match = _PLAIN_DECIMAL.fullmatch(text)
    if match is None:
        raise AmountUnreadable(text)
    fraction = (match["fraction"] or "").rstrip("0")
    if len(fraction) > exponent:
        raise FractionOfMinorUnit(text, currency=currency)
    digits = (match["whole"] + fraction.ljust(exponent, "0")).lstrip("0") or "0"
    if len(digits) > _DIGITS_MAX:
        raise AmountTooLarge(text)
    return checked_amount(int(match["sign"] + digits))


def format_minor(amount_minor: int, currency: str) -> str:
    """Write minor units as a plain decimal number with the currency's decimals.

    Args:
        amount_minor: amount in minor units.
        currency: ISO 4217 code.

    Returns:
        Text without currency sign or separators, the same in every locale.

    Raises:
        AmountTooLarge: beyond 2^63-1.
        UnknownCurrency, CurrencyWithoutMinorUnit: see `exponent_of`.

    >>> format_minor(-5, "CNY"), format_minor(1234, "JPY"), format_minor(1234, "KWD")
    ('-0.05', '1234', '1.234')
    """
    exponent = exponent_of(currency)
    amount = checked_amount(amount_minor)
    sign = "-" if amount < 0 else ""
    digits = str(abs(amount)).rjust(exponent + 1, "0")
    if exponent == 0:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
