"""Forms of the village cohort."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.programmes import queries
from wavepool.plumbing.errors import PlatformError

_ACCEPT = {"accept": ".pdf,.png,.jpg,.jpeg,.webp"}


class CountyFields(forms.Form):
    """A county by its code and name."""

    county_code = forms.CharField(
        label=_("County code"),
        max_length=6,
        help_text=_("Six digits of the national code of places, such as 532925."),
    )
    county_name = forms.CharField(label=_("County"), max_length=80)


class ApplicationForm(CountyFields):
    """An application for the village cohort."""

    about = forms.CharField(
        label=_("What grows there, and who you are"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TrainingForm(forms.Form):
    """A course that was passed."""

    course = forms.ChoiceField(label=_("Training course"), choices=queries.course_choices)
    passed_date = forms.DateField(
        label=_("Passed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    document = forms.FileField(
        label=_("Certificate"),
        help_text=_("A picture or a PDF; only your team and our staff can open it."),
        widget=forms.ClearableFileInput(attrs=_ACCEPT),
    )


class OriginForm(CountyFields):
    """What shows where goods come from."""

    goods = forms.CharField(
        label=_("Goods or shop"),
        max_length=60,
        help_text=_("The last part of the goods' address, or a shop's short name."),
    )
    document = forms.FileField(
        label=_("Certificate of origin"),
        help_text=_("A picture or a PDF; only your team and our staff can open it."),
        widget=forms.ClearableFileInput(attrs=_ACCEPT),
    )


class ReasonForm(forms.Form):
    """Why staff turn something down; the farmer reads it."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("The farmer reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
