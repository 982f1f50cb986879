"""What people fill in about holds."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

_LINES: Final = {"rows": 4}
_PPM: Final = 10_000


class AppealForm(forms.Form):
    """Why a hold is wrong."""

    text = forms.CharField(
        label=_("Why it is wrong"),
        max_length=2_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("Another person of the team than who found it reads it before the deadline."),
    )


class ConfirmForm(forms.Form):
    """Why a hold is right."""

    why = forms.CharField(
        label=_("Why it is right"),
        max_length=1_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("Whoever confirms a hold does not decide on its appeal."),
    )


class RuleForm(forms.Form):
    """What the payee keeps, and why."""

    kept = forms.IntegerField(
        label=_("The payee keeps, in percent"),
        min_value=0,
        max_value=100,
        help_text=_("100 gives all of it back; 0 frees it for the pool or the shop."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs=_LINES),
        help_text=_("The payee reads it."),
    )

    def kept_ppm(self) -> int:
        """The share in parts per million."""
        kept: int = self.cleaned_data["kept"]
        return kept * _PPM


def show_refusal(form: forms.Form, error: Any) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
