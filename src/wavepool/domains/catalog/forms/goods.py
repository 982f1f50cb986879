"""Forms of goods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.forms.fields import CategoryField, PriceField
from wavepool.domains.catalog.operations import ItemFacts, VariantFacts


class ItemForm(forms.Form):
    """What a shop says of an item."""

    title = forms.CharField(label=_("Title"), max_length=120)
    code = forms.CharField(
        label=_("Your reference"),
        max_length=64,
        help_text=_("Unique in your shop; files know the item by it."),
    )
    category = CategoryField(label=_("Category"))
    description = forms.CharField(
        label=_("Description"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def facts(self) -> ItemFacts:
        """What was filled in."""
        names = ("title", "code", "category", "description")
        return ItemFacts(**{name: self.cleaned_data[name] for name in names})


class VariantForm(forms.Form):
    """A new variant."""

    sku = forms.CharField(label=_("Stock number (SKU)"), max_length=64)
    variant = forms.CharField(
        label=_("Name of the variant"),
        max_length=80,
        required=False,
        help_text=_("For example a size or a colour; empty where there is only one."),
    )
    stock = forms.IntegerField(label=_("Pieces in stock"), min_value=0, initial=0)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["price"] = PriceField(currency=currency)
        self.order_fields(["sku", "variant", "price", "stock"])

    def facts(self) -> VariantFacts:
        """What was filled in."""
        said = self.cleaned_data
        return VariantFacts(
            sku=said["sku"], name=said["variant"], price_minor=said["price"], stock=said["stock"]
        )


class PriceForm(forms.Form):
    """Another price for one variant."""

    sku = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["price"] = PriceField(currency=currency)


class StockForm(forms.Form):
    """Pieces that come in, or go out."""

    sku = forms.CharField(widget=forms.HiddenInput)
    change = forms.IntegerField(
        label=_("Pieces"), help_text=_("Above zero adds pieces, below zero takes some away.")
    )
