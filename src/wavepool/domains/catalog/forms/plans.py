"""Forms of commission plans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.forms.fields import CategoryField, RateField
from wavepool.domains.catalog.operations import PlanFacts


class PlanForm(forms.Form):
    """A new plan; which of the three names it needs depends on its kind."""

    kind = forms.ChoiceField(label=_("Kind of plan"), choices=queries.plan_kind_choices)
    rate = RateField()
    item = forms.CharField(
        label=_("Item"),
        required=False,
        max_length=64,
        help_text=_("Your reference of the item; for kinds that name one item."),
    )
    category = CategoryField(
        label=_("Category"), required=False, help_text=_("For kinds that name a category.")
    )
    creator = forms.CharField(
        label=_("Creator"),
        required=False,
        max_length=61,
        help_text=_("The creator's handle; for exclusive, task and targeted plans."),
    )
    starts_at = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        help_text=_("Empty for now. Where it would lower somebody's rate, it waits 30 days."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"),
        required=False,
        help_text=_("Empty for no end."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, shop_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shop_id = shop_id

    def clean_item(self) -> str:
        """The item's public id, by the shop's reference."""
        code = str(self.cleaned_data["item"])
        if not code:
            return ""
        item = queries.find_item_of_shop(code, shop_id=self.shop_id)
        if item is None:
            raise forms.ValidationError(_("Your shop has no item with this reference."))
        return item.public_id

    def facts(self, *, at: datetime) -> PlanFacts:
        """What was filled in; a beginning that passed while it was filled in is now."""
        said = self.cleaned_data
        starts_at = said["starts_at"]
        return PlanFacts(
            kind=said["kind"],
            rate_ppm=said["rate"],
            item=said["item"],
            category=said["category"],
            creator=said["creator"],
            starts_at=max(starts_at, at) if starts_at else None,
            ends_at=said["ends_at"],
        )


class RateForm(forms.Form):
    """Another rate for a plan."""

    rate = RateField()


class AskForm(forms.Form):
    """Whose plan to explain: for which creator, by which link."""

    creator = forms.CharField(label=_("Creator's handle"), required=False, max_length=61)
    link = forms.CharField(label=_("Campaign link"), required=False, max_length=40)
