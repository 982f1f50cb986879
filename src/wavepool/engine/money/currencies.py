"""The current ISO 4217 codes and their minor units, as published on 2026-01-01."""

from types import MappingProxyType

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP
        BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB
        EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
        KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
        MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
        RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
        TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

CURRENCY_EXPONENTS = MappingProxyType(
    {code: exponent for exponent, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
)
"""Code to number of decimals of its minor unit: CNY 2, JPY 0, KWD 3."""

_CODES_WITHOUT_MINOR_UNIT = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"

CURRENCIES_WITHOUT_MINOR_UNIT = frozenset(_CODES_WITHOUT_MINOR_UNIT.split())
"""Metals, bond units, test and no-currency codes: ISO gives them no minor unit."""


class MoneyError(ValueError):
    """A money value or a request about money that cannot be carried out exactly."""


class UnknownCurrency(MoneyError):
    """The code is not a current ISO 4217 code."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        super().__init__(f"{currency!r} is not a current ISO 4217 currency code")


class CurrencyWithoutMinorUnit(MoneyError):
    """The code exists, but it has no minor unit, so money in it cannot be counted."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        super().__init__(f"{currency} has no minor unit in ISO 4217, so nothing is paid in it")


def exponent_of(currency: str) -> int:
    """Give the number of decimals of a currency's minor unit.

    Args:
        currency: ISO 4217 code in capitals, such as "CNY".

    Returns:
        0, 2, 3 or (two funds codes) 4.

    Raises:
        UnknownCurrency: not a current code.
        CurrencyWithoutMinorUnit: gold, special drawing rights, test codes.

    Source: ISO 4217 table A.1, published 2026-01-01.

    >>> exponent_of("CNY"), exponent_of("JPY"), exponent_of("KWD")
    (2, 0, 3)
    """
    exponent = CURRENCY_EXPONENTS.get(currency)
    if exponent is not None:
        return exponent
    if currency in CURRENCIES_WITHOUT_MINOR_UNIT:
        raise CurrencyWithoutMinorUnit(currency)
    raise UnknownCurrency(currency)
