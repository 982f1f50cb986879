"""Forms of programmes: a month's budget, and decisions about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.engine.money import MoneyError, minor_from_text

_LONG = forms.Textarea(attrs={"rows": 3})


class AmountField(forms.CharField):
    """A decimal amount in one currency; gives minor units."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(
            label=_("Money (%(currency)s)") % {"currency": currency},
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
            raise ValidationError(_("Write the amount as a number like 1250.00.")) from error


class BudgetForm(forms.Form):
    """What a programme may spend in a month."""

    month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label=_("Month"), help_text=_("For example 2026-11.")
    )
    traffic = forms.IntegerField(
        label=_("Traffic (visits)"), min_value=0, max_value=10**12, initial=0
    )
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=_LONG)
    field_order = ("month", "amount", "traffic", "reason")

    def __init__(self, data: Any = None, *, currency: str) -> None:
        super().__init__(data)
        self.fields["amount"] = AmountField(currency=currency)
        self.order_fields(self.field_order)


class SeenForm(forms.Form):
    """The digest of the change that was on the screen; another content is another decision."""

    seen_digest = forms.CharField(max_length=64, min_length=64, widget=forms.HiddenInput)


class RefusalForm(SeenForm):
    """A refusal with its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_LONG)
