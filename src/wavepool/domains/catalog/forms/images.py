"""Forms of pictures."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class _AltField(forms.CharField):
    """What a picture shows, in words."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What it shows"),
            max_length=160,
            required=False,
            help_text=_("For people who do not see the picture."),
        )


class ImageForm(forms.Form):
    """A new picture."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, GIF or WebP; at most 20 MiB. The first one stands in lists."),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
    )
    alt = _AltField()


class AltForm(forms.Form):
    """Other words for a picture."""

    alt = _AltField()
