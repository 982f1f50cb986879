"""Form of a category."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.forms.fields import CategoryField


class CategoryForm(forms.Form):
    """A category: its names, its place, and the permit that it asks for."""

    name = forms.CharField(label=_("Name in English"), max_length=80)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    slug = forms.SlugField(
        label=_("Short name"), max_length=60, help_text=_("Files and addresses use it.")
    )
    parent = CategoryField(
        label=_("Below"), required=False, help_text=_("A category keeps its place for ever.")
    )
    required_permit = forms.ChoiceField(
        label=_("Permit that its goods need"),
        required=False,
        choices=lambda: [("", _("None")), *queries.permit_kind_choices()],
    )
