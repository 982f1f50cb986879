"""Forms of objections: what is wrong with a line, and the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.forms.amounts import signed_minor
from wavepool.engine.money import MoneyError
from wavepool.plumbing.errors import PlatformError

_LONG = forms.Textarea(attrs={"rows": 4})


class ObjectionForm(forms.Form):
    """What is wrong with a line, and a file that shows it."""

    text = forms.CharField(
        label=_("What is wrong with this line"),
        max_length=2000,
        widget=_LONG,
        help_text=_("Name the number, the order or the day; another person answers with reasons."),
    )
    file = forms.FileField(
        label=_("Evidence"),
        required=False,
        help_text=_("An image, a PDF or a table, if it helps."),
    )


class AnswerForm(forms.Form):
    """An answer with its reasons, and what is to be corrected.

    The amount is a decimal number in the line's currency, with its sign; `amount_minor` gives it.
    """

    outcome = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("rejected", _("Rejected: the line stays")),
            ("upheld", _("Upheld: the line is wrong")),
        ],
    )
    amount = forms.CharField(label="", max_length=20, required=False)
    answer = forms.CharField(
        label=_("Reasons"),
        max_length=2000,
        widget=_LONG,
        help_text=_("The payee reads them word for word."),
    )

    def __init__(self, data: Any = None, *, currency: str) -> None:
        super().__init__(data)
        self.currency = currency
        field = self.fields["amount"]
        field.label = _("Correct by (%(currency)s)") % {"currency": currency}
        field.help_text = _(
            "What is upheld in a closed month: + to the payee, − from it; a second person agrees. "
            "An open month is counted anew, so leave it empty."
        )

    def clean_amount(self) -> int | None:
        """The amount in minor units; None where there is none."""
        text = str(self.cleaned_data["amount"]).strip()
        if not text:
            return None
        try:
            return signed_minor(text, self.currency)
        except MoneyError as error:
            raise ValidationError(_("Write the amount as a number like 12.50 or -3.00.")) from error


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
