"""Forms of admission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries


class ApplyForm(forms.Form):
    """Ask to compete in a scene."""

    scene = forms.ChoiceField(label=_("Scene"))
    statement = forms.CharField(
        label=_("Why you"),
        max_length=400,
        required=False,
        help_text=_("What you make, for whom, and what you made before."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, scenes: tuple[queries.SceneTerms, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["scene"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.id, each.label) for each in scenes]


class TrialForm(forms.Form):
    """What a trial run asks for."""

    pieces = forms.IntegerField(
        label=_("Published pieces"),
        min_value=1,
        max_value=100,
        initial=queries.TERMS.trial_pieces,
    )
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=90, initial=queries.TERMS.trial_days
    )
