"""Keys and values of documents in the words of a person, in every language of the site."""

from __future__ import annotations

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wavepool.domains.policies.tables.key_words import KEY_WORDS, SECTION_WORDS, VALUE_WORDS
from wavepool.engine.money import CURRENCY_EXPONENTS, format_minor

_PPM: Final = 1_000_000
_MS: Final = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"))
_NOTHING: Final = gettext_lazy("nothing")


def key_words(path: str) -> str | Promise:
    """What a key means, by the end of its path; a key without words keeps its name."""
    plain = _unlabelled(path)
    while plain:
        if plain in KEY_WORDS:
            return KEY_WORDS[plain]
        plain = plain.partition(".")[2]
    return path.rpartition(".")[2]


def section_words(section: str) -> str | Promise:
    """What a top-level table is about."""
    return SECTION_WORDS.get(section, section)


def place_words(path: str) -> str:
    """The tables that a key stands in, by their labels: `scenes[open].pool` is in `open`."""
    labels, rest = [], path
    while "[" in rest:
        rest = rest.partition("[")[2]
        label, _bracket, rest = rest.partition("]")
        labels.append(label)
    return " › ".join(labels)


def value_words(value: Any, *, path: str, currency: str) -> str:
    """A value for a person: 200000 ppm are 20%, 500 fen are 5.00 CNY.

    >>> value_words(200000, path="commission.fee_ppm", currency="CNY")
    '20%'
    >>> value_words(500, path="value.commerce_cap_minor", currency="CNY")
    '5.00 CNY'
    """
    key = path.rpartition(".")[2]
    if value is None or value in ("", [], {}):
        words = str(_NOTHING)
    elif isinstance(value, bool):
        words = _("yes") if value else _("no")
    elif isinstance(value, dict):
        words = _table_words(value, currency=currency)
    elif isinstance(value, list):
        words = ", ".join(value_words(each, path=path, currency=currency) for each in value)
    elif isinstance(value, int):
        words = _number_words(value, key=key, currency=currency)
    else:
        words = str(VALUE_WORDS.get(str(value), value))
    return words


def _table_words(table: dict[str, Any], *, currency: str) -> str:
    pairs = (
        _("%(key)s: %(value)s")
        % {"key": key_words(name), "value": value_words(value, path=name, currency=currency)}
        for name, value in table.items()
    )
    return "; ".join(pairs)


def _number_words(value: int, *, key: str, currency: str) -> str:
    match key.rpartition("_")[2]:
        case "ppm":
            words = f"{_decimal(value * 100, _PPM)}%"
        case "tenths":
            words = _decimal(value, 10)
        case "minor" if currency in CURRENCY_EXPONENTS:
            words = f"{format_minor(value, currency)} {currency}"
        case "ms":
            words = _duration(value)
        case "days" | "hours" as unit:
            words = _counted(value, unit.removesuffix("s"))
        case _:
            words = f"{value:,}" if abs(value) >= 10_000 else str(value)
    return words


def _decimal(value: int, unit: int) -> str:
    """`value / unit` exactly; `unit` is a power of ten."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    decimals = f"{size % unit + unit}"[1:].rstrip("0")
    return f"{sign}{size // unit}{'.' if decimals else ''}{decimals}"


def _duration(value: int) -> str:
    for size, unit in _MS:
        if value and value % size == 0:
            return _counted(value // size, unit)
    return _("%(n)d ms") % {"n": value}


def _counted(count: int, unit: str) -> str:
    words = {
        "day": ngettext("%(n)d day", "%(n)d days", count),
        "hour": ngettext("%(n)d hour", "%(n)d hours", count),
        "minute": ngettext("%(n)d minute", "%(n)d minutes", count),
        "second": ngettext("%(n)d second", "%(n)d seconds", count),
    }
    return words[unit] % {"n": count}


def _unlabelled(path: str) -> str:
    """`scenes[open].pool` as `scenes.pool`."""
    kept, depth = [], 0
    for letter in path:
        depth += letter == "["
        kept.append("" if depth else letter)
        depth -= letter == "]"
    return "".join(kept)
