"""Numbers as people read them, exactly: money, parts of a hundred, spans of time."""

from __future__ import annotations

from typing import Final

from wavepool.engine.money import CURRENCY_EXPONENTS, format_minor

_SIGNS: Final = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "KRW": "₩"}
_MICRO_DIGITS: Final = 6
_SECOND_MS: Final = 1_000
_MINUTE_MS: Final = 60 * _SECOND_MS
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS


def money(amount_minor: int, currency: str | None) -> str:
    """Minor units with the currency's sign and thousands separators.

    >>> money(81230000, "CNY"), money(-5, "CNY"), money(1234, "KWD")
    ('¥812,300.00', '-¥0.05', 'KWD 1.234')
    """
    if currency is None or currency not in CURRENCY_EXPONENTS:
        return f"{amount_minor:,} {currency or ''}".rstrip()
    whole, point, decimals = format_minor(abs(amount_minor), currency).partition(".")
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if amount_minor < 0 else ''}{sign}{int(whole):,}{point}{decimals}"


def micro_money(amount_micro: int, currency: str | None) -> str:
    """Micro-units as money, rounded down to whole minor units."""
    return money(amount_micro // 10**_MICRO_DIGITS, currency)


def micro(amount_micro: int) -> str:
    """Micro-units as a decimal number of minor units, without trailing zeros.

    >>> micro(370000), micro(1), micro(0)
    ('0.37', '0.000001', '0')
    """
    whole, part = divmod(amount_micro, 10**_MICRO_DIGITS)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".")


def percent(part: int, whole: int) -> str:
    """A share in percent, rounded down to four decimals at most.

    >>> percent(18, 1000), percent(1, 3), percent(1, 10**9)
    ('1.8', '33.3333', '0')
    """
    return micro(part * 100 * 10_000 // whole * 100) if whole else "0"


def ppm_percent(ppm: int) -> str:
    """Parts per million in percent.

    >>> ppm_percent(200000)
    '20'
    """
    return percent(ppm, 10**6)


def span(milliseconds: int) -> tuple[int, str]:
    """A span in its largest whole unit: 's', 'min', 'h' or 'd'.

    >>> span(42_000), span(3 * 3_600_000), span(200_000_000)
    ((42, 's'), (3, 'h'), (2, 'd'))
    """
    for size, unit, least in (
        (_DAY_MS, "d", 2 * _DAY_MS),
        (_HOUR_MS, "h", _HOUR_MS),
        (_MINUTE_MS, "min", 2 * _MINUTE_MS),
    ):
        if milliseconds >= least:
            return milliseconds // size, unit
    return milliseconds // _SECOND_MS, "s"
