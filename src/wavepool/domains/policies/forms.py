"""Forms of policies: the draft editor, a reason, and which text somebody looked at."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.policies.tables.documents import TEXT_MAX


class SeenForm(forms.Form):
    """The digest of the text that was on the screen; another text is another decision."""

    seen_digest = forms.CharField(max_length=64, min_length=64, widget=forms.HiddenInput)


class ReasonForm(SeenForm):
    """A decision with its reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DraftForm(SeenForm):
    """The editor of a draft."""

    text = forms.CharField(
        label=_("Document"),
        max_length=TEXT_MAX,
        strip=False,
        help_text=_("TOML; comments are kept. A fault is named with its line and field."),
        widget=forms.Textarea(
            attrs={
                "rows": 28,
                "spellcheck": "false",
                "autocapitalize": "off",
                "class": "control policy-editor__text",
                "data-behavior": "line-numbers",
            }
        ),
    )
    summary = forms.CharField(
        label=_("What changes, in one sentence"),
        max_length=400,
        required=False,
        help_text=_("Everybody reads it above the difference."),
    )
    first_date = forms.DateField(
        label=_("First day"),
        required=False,
        help_text=_("Empty means: the first day after the public notice."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    field_order = ("summary", "text", "first_date", "seen_digest")
