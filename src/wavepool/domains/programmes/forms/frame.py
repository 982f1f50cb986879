"""Forms of an agency's frame."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ContestForm(forms.Form):
    """Why another agency's introduction should not stand; staff read it."""

    reason = forms.CharField(
        label=_("What shows that you brought this anchor"),
        max_length=1000,
        help_text=_("Staff compare it with the other agency's evidence and decide."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
