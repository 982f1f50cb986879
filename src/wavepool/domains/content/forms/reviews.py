"""Forms of staff: a grade, a mark of quality, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries


class _WhyField(forms.CharField):
    """A reason; the creator reads it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=400,
            help_text=_("The creator reads this."),
            widget=forms.Textarea(attrs={"rows": 3}),
            **options,
        )


class GradeForm(forms.Form):
    """The grade of a review."""

    grade = forms.ChoiceField(label=_("Grade"), choices=queries.grade_choices)
    why = _WhyField()


class MarkForm(forms.Form):
    """One quality of a piece."""

    quality = forms.ChoiceField(label=_("Quality"), choices=queries.quality_choices)
    value = forms.IntegerField(label=_("In per cent"), min_value=0, max_value=100)
    why = _WhyField()


class ReasonForm(forms.Form):
    """Why staff decide against a piece or an application."""

    why = _WhyField()
