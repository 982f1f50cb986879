"""Texts as the catalog keeps them: the same whether typed, sent or imported."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class BadText(PlatformError):
    """A text is missing, too long, or holds what nobody can read."""

    kind = "catalog.bad_text"
    status: ClassVar[int] = 422

    def __init__(self, message: str | Promise, *, field: str, value: str) -> None:
        super().__init__(message, pointer=f"/{field}")
        self.field = field
        self.value = value


def clean_line(text: str, *, field: str, length: int) -> str:
    """One line of text without white space around it.

    Raises:
        BadText: it is empty, too long or holds control characters.
    """
    line = text.strip()
    if not line:
        raise BadText(_("This must not be empty."), field=field, value=text)
    return _fit(line, field=field, length=length, allowed="")


def clean_text(text: str, *, field: str, length: int) -> str:
    """Text of several lines, or none, its line ends made one kind.

    Raises:
        BadText: it is too long or holds control characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _fit(lines, field=field, length=length, allowed="\n\t")


def clean_code(text: str, *, field: str) -> str:
    """A shop's own reference, at most 64 characters, spaces only inside.

    Raises:
        BadText: it is empty, too long or holds control characters.
    """
    return clean_line(text, field=field, length=64)


def _fit(text: str, *, field: str, length: int, allowed: str) -> str:
    if len(text) > length:
        message = _("This has %(count)s characters; at most %(length)s fit.")
        raise BadText(message % {"count": len(text), "length": length}, field=field, value=text)
    for mark in text:
        if mark not in allowed and (
            unicodedata.category(mark) in {"Cc", "Cs"} or mark in "\ufffe\uffff"
        ):
            message = _("This holds a character that cannot be shown (U+%(code)s).")
            raise BadText(message % {"code": f"{ord(mark):04X}"}, field=field, value=text)
    return text
