"""Single values as the pages set them: money, rates, numbers, times."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wavepool.site import formatting


def money(amount_minor: int | None, currency: str, *, signed: bool = False) -> SafeString:
    """An amount, its symbol set smaller than its digits; machines read the plain decimal."""
    if amount_minor is None:
        return not_computed()
    amount = formatting.amount(int(amount_minor), currency, signed=signed)
    symbol = format_html('<span class="money__symbol">{}</span>', amount.symbol)
    order = "{}{}{}" if amount.is_symbol_first else "{0}{2}\N{NO-BREAK SPACE}{1}"
    shown = format_html(order, amount.sign, symbol, amount.digits)
    template = '<data class="money" value="{} {}">{}</data>'
    return format_html(template, currency, amount.plain, shown)


def rate(value_ppm: int | None) -> SafeString | str:
    """Parts per million as a percentage."""
    return not_computed() if value_ppm is None else formatting.rate(int(value_ppm))


def part(value_ppm: int | None) -> SafeString | str:
    """A measured share as a percentage with one decimal; every decimal in its tooltip."""
    if value_ppm is None:
        return not_computed()
    template = '<data class="number" value="{}" title="{}">{}</data>'
    exact = formatting.rate(int(value_ppm))
    return format_html(template, value_ppm, exact, formatting.part(int(value_ppm)))


def number(value: Any) -> SafeString | str:
    """A number with its groups."""
    return not_computed() if value is None else formatting.number(value)


def compact(value: Any) -> SafeString | str:
    """A number in few characters, whole in its tooltip."""
    if value is None:
        return not_computed()
    template = '<data class="number" value="{}" title="{}">{}</data>'
    return format_html(template, value, formatting.number(value), formatting.compact(value))


def moment(at: datetime | None) -> SafeString:
    """A time to the minute in the operator's zone."""
    if not at:
        return not_computed()
    machine = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    template = '<time datetime="{}" title="{}">{}</time>'
    return format_html(template, machine, formatting.zone().key, formatting.moment(at))


def day(value: date | datetime | None) -> SafeString:
    """A calendar day; that of a time is the operator's."""
    if not value:
        return not_computed()
    if isinstance(value, datetime):
        value = value.astimezone(formatting.zone()).date()
    template = '<time datetime="{}">{}</time>'
    return format_html(template, value.isoformat(), formatting.day(value))


def not_computed() -> SafeString:
    """A value that is not known; never shown as zero."""
    template = '<span class="not-computed"><span aria-hidden="true">{}</span>{}</span>'
    said = format_html('<span class="sr-only">{}</span>', _("not known"))
    return format_html(template, formatting.NOT_COMPUTED, said)
