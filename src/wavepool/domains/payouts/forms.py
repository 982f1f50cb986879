"""Forms of payouts: an account, a batch, reasons, digests, result files."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.payouts import operations
from wavepool.plumbing.errors import PlatformError

_LONG: Final = forms.Textarea(attrs={"rows": 3})


def rail_choices() -> list[tuple[str, Any]]:
    """Rails of this site, to choose from."""
    return [(each.name, each.label) for each in operations.list_rails()]


def currency_choices() -> list[tuple[str, str]]:
    """Currencies that any rail of this site carries."""
    found = sorted({each for rail in operations.list_rails() for each in rail.currencies})
    return [(each, each) for each in found]


class AccountForm(forms.Form):
    """Where somebody is paid."""

    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    rail = forms.ChoiceField(label=_("Way of payment"), choices=rail_choices)
    name = forms.CharField(
        label=_("Holder"), max_length=120, help_text=_("As the bank has it, to the letter.")
    )
    number = forms.CharField(
        label=_("Number of the account"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        help_text=_("It is kept under seal; pages show its last four digits."),
    )


class BatchForm(forms.Form):
    """Over which rail and in which currency to pay."""

    rail = forms.ChoiceField(label=_("Way of payment"), choices=rail_choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)


class SeenForm(forms.Form):
    """The digest of the content that was on the screen; another content is another decision."""

    seen_digest = forms.CharField(max_length=64, min_length=64, widget=forms.HiddenInput)


class RefusalForm(SeenForm):
    """A refusal with its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=_LONG)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=_LONG)


class DeedForm(forms.Form):
    """What became of a payout, and how one knows."""

    deed = forms.ChoiceField(label=_("What became of it"))
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=1_000,
        widget=_LONG,
        help_text=_("A second person reads it and looks at the bank's own record."),
    )

    def __init__(self, data: Any = None, *, state: str, **options: Any) -> None:
        super().__init__(data, **options)
        words = {
            "paid": _("It was paid"),
            "failed": _("It never arrived"),
            "returned": _("The money came back"),
        }
        found = [(each, words[each]) for each in operations.DEEDS.get(state, ())]
        self.fields["deed"].choices = found  # type: ignore[attr-defined]


class ResultForm(forms.Form):
    """A result file of the bank."""

    file = forms.FileField(
        label=_("Result file"),
        help_text=_("As the bank gives it; at most 1 MB. It is taken in whole or not at all."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
    )


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
