"""What people fill in: a session and its piece, a reason."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries as content
from wavepool.domains.content.operations import BadPiece, PieceFacts, item_ids_from_text
from wavepool.domains.live.operations import MINUTES_MAX, SessionFacts
from wavepool.plumbing.errors import PlatformError

_PPM: Final = 10_000


class SessionForm(forms.Form):
    """What a creator says of a session and of its piece."""

    title = forms.CharField(label=_("Title"), max_length=120)
    scheduled_at = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        help_text=_("In UTC. Empty keeps it a draft that nobody else sees."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    planned_minutes = forms.IntegerField(
        label=_("Planned minutes"), min_value=1, max_value=MINUTES_MAX, initial=120
    )
    account = forms.ChoiceField(label=_("Account that goes live"))
    channel = forms.ChoiceField(label=_("Channel"), choices=content.channel_choices)
    category = forms.ChoiceField(label=_("Category"), choices=content.category_choices)
    body = forms.CharField(
        label=_("What it is about"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    items = forms.CharField(
        label=_("Items on the shelf"),
        max_length=4_000,
        required=False,
        help_text=_("Ids or addresses of items on sale, one a line, in the order shown."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    disclosure = forms.ChoiceField(
        label=_("What ties you to what you show"), choices=content.disclosure_choices
    )
    ai_share = forms.IntegerField(
        label=_("Made by a machine, in per cent"), min_value=0, max_value=100, initial=0
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=content.language_choices
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, creator_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = content.account_choices(creator_id)

    def clean_items(self) -> tuple[str, ...]:
        """The ids of the items, whether typed as ids or as addresses."""
        try:
            return item_ids_from_text(self.cleaned_data["items"])
        except BadPiece as error:
            raise forms.ValidationError(str(error.message)) from error

    def facts(self) -> SessionFacts:
        """What was filled in."""
        said = self.cleaned_data
        names = ("channel", "category", "title", "body", "items", "disclosure", "language")
        return SessionFacts(
            piece=PieceFacts(
                account_id=int(said["account"]),
                format="live",
                ai_share_ppm=said["ai_share"] * _PPM,
                **{name: said[name] for name in names},
            ),
            scheduled_at=said["scheduled_at"],
            planned_minutes=said["planned_minutes"],
        )


class ReasonForm(forms.Form):
    """Why a session is cut off; the creator and every visitor read it."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("The creator and every visitor read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
