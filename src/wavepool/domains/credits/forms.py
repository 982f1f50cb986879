"""What people fill in on the pages of credits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LineForm(forms.Form):
    """Which order line the court is to hear."""

    line = forms.IntegerField(
        label=_("Order line"),
        min_value=-(2**63),
        max_value=2**63 - 1,
        help_text=_("The number on a statement, in an export or on the list below."),
    )
