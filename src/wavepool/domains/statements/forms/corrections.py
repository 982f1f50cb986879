"""Forms of corrections: what is added or taken, and why; why it is refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements import queries
from wavepool.domains.statements.forms.amounts import signed_minor
from wavepool.engine.money import MoneyError

_LINES = {"rows": 4}


class CorrectionForm(forms.Form):
    """A correction; the amount is a decimal number with its sign, `amount` gives minor units."""

    payee_id = forms.IntegerField(
        label=_("Payee's number"),
        min_value=1,
        help_text=_("As it stands in the list of statements."),
    )
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), max_length=3, initial="CNY")
    amount = forms.CharField(
        label=_("Amount"),
        max_length=20,
        help_text=_("With its sign: 12.50 gives to the payee, -12.50 takes."),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
    )
    cause = forms.ChoiceField(label=_("Cause"), choices=queries.cause_choices)
    ref = forms.CharField(
        label=_("Follows from"),
        max_length=120,
        required=False,
        help_text=_("Number of the objection, award or ruling; each is corrected once."),
    )
    about_period = forms.RegexField(
        r"^\d{4}-\d{2}$", label=_("Month of the line"), max_length=7, required=False
    )
    about_key = forms.CharField(label=_("Line"), max_length=160, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("The payee reads it."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the amount exactly, in the currency that was chosen."""
        found: dict[str, Any] = super().clean() or {}
        text, currency = found.get("amount", ""), found.get("currency")
        if text and currency:
            try:
                found["amount_minor"] = signed_minor(text, currency)
            except MoneyError:
                message = _("Write the amount as a number like 12.50 or -12.50.")
                self.add_error("amount", ValidationError(message))
        return found


class RefusalForm(forms.Form):
    """Why a correction is refused."""

    why = forms.CharField(
        label=_("Why it is refused"),
        max_length=1_000,
        widget=forms.Textarea(attrs=_LINES),
    )


def show_refusal(form: forms.Form, error: Any) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
