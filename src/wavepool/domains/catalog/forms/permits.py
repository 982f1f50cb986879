"""Forms of permits and their review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries


class PermitForm(forms.Form):
    """A permit to hand in."""

    kind = forms.ChoiceField(label=_("Kind of permit"), choices=queries.permit_kind_choices)
    number = forms.CharField(label=_("Number of the document"), max_length=64)
    expires_date = forms.DateField(
        label=_("Expires on"),
        help_text=_("The first day on which it no longer holds."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    document = forms.FileField(
        label=_("Scan of the document"),
        required=False,
        help_text=_("A picture or a PDF; only your team and our staff can open it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )


class ReasonForm(forms.Form):
    """Why staff turn something down; the shop reads it."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("The shop reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
