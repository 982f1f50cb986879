"""Forms on the way to an order: what, how many, where to, how to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_PIECES: dict[str, Any] = {"min_value": 1, "max_value": 99}


class BuyForm(forms.Form):
    """A variant into the cart; the link by which the buyer came, or a code, goes along."""

    item = forms.CharField(max_length=40, widget=forms.HiddenInput)
    sku = forms.ChoiceField(label=_("Variant"))
    quantity = forms.IntegerField(label=_("Pieces"), initial=1, **_PIECES)
    code = forms.CharField(label=_("Code, if you have one"), max_length=40, required=False)

    def __init__(self, *args: Any, variants: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["sku"] = (
            forms.ChoiceField(label=_("Variant"), choices=variants)
            if variants
            else forms.CharField(max_length=64)
        )


class QuantityForm(forms.Form):
    """How many of a line; none takes it out."""

    line = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("Pieces"), min_value=0, max_value=99)


class AddressForm(forms.Form):
    """Where the goods shall go."""

    recipient = forms.CharField(label=_("Recipient"), max_length=80)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    street = forms.CharField(label=_("Street and number"), max_length=200)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80)
    region = forms.CharField(label=_("Province or state"), max_length=80, required=False)
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country"),
        max_length=2,
        help_text=_("Its code of two letters, such as CN."),
        initial="CN",
    )


class PayForm(forms.Form):
    """The way to pay."""

    instrument = forms.ChoiceField(label=_("Way to pay"))

    def __init__(self, *args: Any, instruments: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [
            (each.name, " · ".join(filter(None, map(str, (each.label, each.hint)))))
            for each in instruments
        ]
        self.fields["instrument"] = forms.ChoiceField(label=_("Way to pay"), choices=choices)
