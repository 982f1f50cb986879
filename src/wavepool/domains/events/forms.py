"""Forms of events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries as content
from wavepool.domains.events import queries
from wavepool.plumbing.errors import PlatformError


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))


class SourceForm(forms.Form):
    """Somebody who may send events."""

    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=40,
        help_text=_("Part of the numbers of its viewers, so it never changes."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=queries.source_kind_choices,
        help_text=_("A server states how long somebody looked; a browser is measured."),
    )


class EndpointForm(forms.Form):
    """An address for webhooks of one outside system."""

    name = forms.CharField(label=_("Name"), max_length=120)
    connector = forms.SlugField(label=_("Connector"), max_length=40)


class ReplayForm(forms.Form):
    """An event as JSON, to be mended."""

    text = forms.CharField(
        label=_("The event as JSON"),
        max_length=600_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )


class DropForm(forms.Form):
    """Why an event is given up."""

    why = forms.CharField(label=_("Reason"), max_length=400)


class CodeForm(forms.Form):
    """A discount code."""

    code = forms.CharField(
        label=_("Discount code"),
        max_length=24,
        help_text=_("4 to 24 letters and digits; buyers type it at the cart."),
    )


class LinkForm(forms.Form):
    """A tracked link of one of the creator's pieces."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For you, such as where it hangs.")
    )
    medium = forms.ChoiceField(label=_("Shown"), choices=queries.medium_choices)
    piece = forms.ChoiceField(
        label=_("Piece"), help_text=_("It gets the credit for what is bought through the link.")
    )
    item = forms.CharField(
        label=_("Item"),
        max_length=40,
        required=False,
        help_text=_("Id of an item on sale to lead to; empty leads to the piece."),
    )
    campaign = forms.CharField(label=_("Campaign"), max_length=60, required=False)

    def __init__(self, *args: Any, creator_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        pieces = content.list_public_pieces_of(creator_id).order_by("-published_at", "-pk")[:100]
        piece = self.fields["piece"]
        assert isinstance(piece, forms.ChoiceField)
        piece.choices = [(each.public_id, each.title) for each in pieces]

    def clean_item(self) -> str:
        """The id of an item that is on sale, or nothing."""
        item = str(self.cleaned_data["item"]).strip()
        if item and not catalog.items_on_sale().filter(public_id=item).exists():
            raise forms.ValidationError(_("This item is not on sale."))
        return item
