"""Amounts with their sign, as people write them."""

from __future__ import annotations

from typing import Final

from wavepool.engine.money import minor_from_text

_MINUS_SIGN: Final = "\N{MINUS SIGN}"


def signed_minor(text: str, currency: str) -> int:
    """Read an amount with its sign as minor units; a typographic minus and one plus are taken too.

    Raises:
        MoneyError: it is no number like 12.50 or -12.50, or not one of the currency.

    >>> signed_minor("-12.50", "CNY"), signed_minor("+3", "CNY")
    (-1250, 300)
    """
    plain = text.strip().replace(_MINUS_SIGN, "-")
    if plain.startswith("+") and not plain.startswith("+-"):
        plain = plain.removeprefix("+")
    return minor_from_text(plain, currency)
