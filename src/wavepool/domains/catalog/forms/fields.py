"""Fields that speak of money, rates and places in the tree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import operations, queries
from wavepool.engine.money import MoneyError, minor_from_text
from wavepool.plumbing.errors import PlatformError


class PriceField(forms.CharField):
    """A decimal amount in one currency; gives minor units."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(
            label=_("Price (%(currency)s)") % {"currency": currency},
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **options,
        )
        self.currency = currency

    def clean(self, value: Any) -> Any:
        """Read the amount exactly."""
        try:
            return minor_from_text(super().clean(value), self.currency)
        except MoneyError as error:
            raise ValidationError(_("Write the price as a number like 12.50.")) from error


class RateField(forms.CharField):
    """A rate in per cent; gives parts per million."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Rate in per cent"),
            max_length=12,
            help_text=_("Of what the buyer pays without shipping and tax, for example 12.5."),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Read the rate exactly."""
        try:
            return operations.rate_from_text(super().clean(value))
        except PlatformError as error:
            raise ValidationError(str(error.message)) from error


class CategoryField(forms.ChoiceField):
    """A place in the tree; gives its slug."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=category_choices, **options)


def category_choices() -> list[tuple[str, str]]:
    """The tree as choices, each level set in."""
    indent = "\N{NO-BREAK SPACE}" * 4
    rows = [(each.slug, indent * each.depth + each.label) for each in queries.list_categories()]
    return [("", str(_("None chosen"))), *rows]


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
