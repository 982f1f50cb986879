"""Forms of pieces, covers and series."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wavepool.domains.content import queries
from wavepool.domains.content.operations import BadPiece, PieceFacts, item_ids_from_text
from wavepool.plumbing.errors import PlatformError

_PPM: Final = 10_000


class PieceForm(forms.Form):
    """What a creator says of a piece."""

    title = forms.CharField(label=_("Title"), max_length=120)
    account = forms.ChoiceField(label=_("Account that publishes it"))
    channel = forms.ChoiceField(label=_("Channel"), choices=queries.channel_choices)
    format = forms.ChoiceField(label=_("Format"), choices=queries.written_format_choices)
    category = forms.ChoiceField(label=_("Category"))
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    items = forms.CharField(
        label=_("Items that it shows"),
        max_length=4_000,
        required=False,
        help_text=_("Ids or addresses of items on sale, one a line, in the order shown."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    disclosure = forms.ChoiceField(
        label=_("What ties you to what you show"),
        choices=queries.disclosure_choices,
        help_text=_("Viewers read it beside the title."),
    )
    ai_share = forms.IntegerField(
        label=_("Made by a machine, in per cent"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("Text, pictures and voices together; viewers read it beside the title."),
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=queries.language_choices
    )
    series = forms.ChoiceField(label=_("Series"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, creator_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choose("account", queries.account_choices(creator_id))
        self._choose("category", queries.category_choices())
        rows = queries.series_of_creator(creator_id).order_by("title")
        self._choose("series", [("", _("None")), *((each.public_id, each.title) for each in rows)])

    def clean_items(self) -> tuple[str, ...]:
        """The ids of the items, whether typed as ids or as addresses."""
        try:
            return item_ids_from_text(self.cleaned_data["items"])
        except BadPiece as error:
            raise forms.ValidationError(str(error.message)) from error

    def facts(self) -> PieceFacts:
        """What was filled in."""
        said = self.cleaned_data
        return PieceFacts(
            account_id=int(said["account"]),
            ai_share_ppm=said["ai_share"] * _PPM,
            **{
                name: said[name]
                for name in (
                    "channel",
                    "format",
                    "category",
                    "title",
                    "body",
                    "items",
                    "disclosure",
                    "language",
                    "series",
                )
            },
        )

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CoverForm(forms.Form):
    """The picture of a piece."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, GIF or WebP; at most 20 MiB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
    )
    alt = forms.CharField(
        label=_("What it shows"),
        max_length=160,
        required=False,
        help_text=_("For people who do not see the picture."),
    )


class SeriesForm(forms.Form):
    """A new series."""

    title = forms.CharField(label=_("Title"), max_length=120)
    about = forms.CharField(
        label=_("What it is about"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def show_refusal(form: forms.Form, error: PlatformError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = (error.pointer or "").removeprefix("/")
    form.add_error(field if field in form.fields else None, str(error.message))
