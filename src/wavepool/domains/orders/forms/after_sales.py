"""Forms of what comes after payment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.engine.money import MoneyError, minor_from_text
from wavepool.plumbing.errors import PlatformError


def _words(label: Any, *, length: int, hint: Any = "", needed: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=needed,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefundForm(forms.Form):
    """How much money back on a line, and why."""

    line = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    amount = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency = currency
        self.fields["amount"].label = _("Amount (%(currency)s)") % {"currency": currency}

    def clean_amount(self) -> int:
        """Read the amount exactly."""
        try:
            return minor_from_text(self.cleaned_data["amount"], self.currency)
        except MoneyError as error:
            raise ValidationError(_("Write the amount as a number like 12.50.")) from error


class ComplaintForm(forms.Form):
    """What is wrong with a line."""

    line = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    text = _words(_("What is wrong?"), length=1000, hint=_("The shop reads this first."))


class RatingForm(forms.Form):
    """One to five stars and a few words for a line."""

    line = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    stars = forms.TypedChoiceField(
        label=_("Stars"),
        coerce=int,
        choices=[(n, "★" * n + "☆" * (5 - n)) for n in (5, 4, 3, 2, 1)],
    )
    text = _words(_("In your words"), length=1000, needed=False)


class ShipForm(forms.Form):
    """How the goods travel."""

    carrier = forms.CharField(label=_("Carrier"), max_length=80)
    tracking = forms.CharField(label=_("Tracking number"), max_length=80, required=False)


class AnswerForm(forms.Form):
    """The shop's answer to a request for money back."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=400,
        required=False,
        help_text=_("The buyer reads this. A refusal needs one."),
    )


class TextForm(forms.Form):
    """An answer to a complaint, or a ruling."""

    text = _words(_("Answer"), length=1000, hint=_("The buyer and our staff read this."))


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
