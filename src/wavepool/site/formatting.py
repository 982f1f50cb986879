"""Numbers, money and times as a reader of the active language expects them.

Nothing here rounds money: an amount is shown in whole minor units of its currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)
from django.conf import settings
from django.utils.translation import get_language

from wavepool.engine.money import exponent_of, format_minor

MINUS: Final = "\N{MINUS SIGN}"
NOT_COMPUTED: Final = "\N{EM DASH}"
PPM: Final = Decimal(1_000_000)

# Numerals where Chinese consoles use them, a day before its month where English reads it so.
_DAYS: Final = {"zh": "y-MM-dd", "en": "d MMM y"}
_MINUTES: Final = {"zh": "y-MM-dd HH:mm", "en": "d MMM y, HH:mm"}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in the parts in which it is set.

    Attributes:
        sign: "", "−" or "+".
        symbol: the currency's symbol, e.g. "¥" or "CN¥".
        digits: grouped digits with all decimals of the currency.
        is_symbol_first: whether the symbol stands before the digits.
        plain: the amount as a plain decimal, for machines: "-1234.50".
    """

    sign: str
    symbol: str
    digits: str
    is_symbol_first: bool
    plain: str

    def __str__(self) -> str:
        if self.is_symbol_first:
            return f"{self.sign}{self.symbol}{self.digits}"
        return f"{self.sign}{self.digits}\N{NO-BREAK SPACE}{self.symbol}"


def locale() -> Locale:
    """Babel's locale of the active language."""
    return _locale(get_language() or settings.LANGUAGE_CODE)


def amount(amount_minor: int, currency: str, *, signed: bool = False) -> Amount:
    """Set an amount exactly, with as many decimals as the currency has.

    Args:
        amount_minor: minor units, e.g. fen.
        currency: ISO 4217.
        signed: whether a gain carries "+", as a change does and a balance does not.

    >>> str(amount(123450, "USD")), str(amount(-5, "JPY")), amount(1, "KWD").digits
    ('$1,234.50', '−¥5', '0.001')
    """
    exponent = exponent_of(currency)
    plain = format_minor(amount_minor, currency)
    exact = Decimal(plain)
    decimals = f".{'0' * exponent}" if exponent else ""
    digits = format_decimal(abs(exact), format=f"#,##0{decimals}", locale=locale())
    gain = "+" if signed and amount_minor > 0 else ""
    shown = format_currency(1, currency, locale=locale())
    symbol = get_currency_symbol(currency, locale=locale())
    is_symbol_first = shown.startswith(symbol)
    if is_symbol_first and symbol[-1].isalpha():
        symbol = f"{symbol}\N{NO-BREAK SPACE}"
    return Amount(
        sign=MINUS if amount_minor < 0 else gain,
        symbol=symbol,
        digits=digits,
        is_symbol_first=is_symbol_first,
        plain=f"{exact:f}",
    )


def number(value: int | Decimal) -> str:
    """A whole or decimal number with its groups: 1,234,567."""
    return _minus(format_decimal(value, locale=locale()))


def compact(value: int | Decimal) -> str:
    """A large number in few characters: 1.2M, or 123.5万.

    >>> compact(1234567)
    '1.2M'
    """
    return _minus(format_compact_decimal(value, locale=locale(), fraction_digits=1))


def rate(value_ppm: int, *, signed: bool = False) -> str:
    """Parts per million as a percentage, every decimal kept: 125000 is 12.5%.

    >>> rate(125000), rate(-500, signed=True), rate(1)
    ('12.5%', '−0.05%', '0.0001%')
    """
    exact = Decimal(value_ppm) / PPM
    shown = format_percent(abs(exact), format="#,##0.####%", locale=locale())
    gain = "+" if signed and value_ppm > 0 else ""
    return f"{MINUS if value_ppm < 0 else gain}{shown}"


def part(value_ppm: int) -> str:
    """Parts per million as a percentage with one decimal, for measures, never for terms.

    >>> part(190476), part(1_000_000), part(400)
    ('19.0%', '100.0%', '0.0%')
    """
    return format_percent(Decimal(value_ppm) / PPM, format="#,##0.0%", locale=locale())


def day(value: date) -> str:
    """A calendar day: 22 Nov 2026, or 2026-11-22."""
    return format_date(value, _DAYS[locale().language], locale=locale())


def moment(at: datetime) -> str:
    """A time to the minute, in the operator's zone: 22 Nov 2026, 18:05."""
    return format_datetime(at, _MINUTES[locale().language], tzinfo=zone(), locale=locale())


def zone() -> ZoneInfo:
    """The zone in which days begin and times are shown."""
    return ZoneInfo(settings.OPERATOR_ZONE)


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse("zh_Hans_CN" if language.startswith("zh") else "en")


def _minus(text: str) -> str:
    return text.replace("-", MINUS, 1) if text.startswith("-") else text
