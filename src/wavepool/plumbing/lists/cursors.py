"""Cursors: a page begins after a row, so it neither shifts nor slows down far in."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class BadCursor(PlatformError):
    """A cursor that this list did not give out."""

    kind = "bad_cursor"
    status: ClassVar[int] = 400


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row after which, or before which, a page begins.

    Attributes:
        sort: the order it belongs to, e.g. "-paid_at".
        value: the row's value of the sorted field, as JSON knows it.
        key: the row's primary key.
        is_back: whether the page lies before the row.
    """

    sort: str
    value: Any
    key: Any
    is_back: bool = False

    def write(self) -> str:
        """Put it in one word of an address."""
        text = json.dumps([self.sort, self.value, self.key, int(self.is_back)], default=_as_text)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, *, sort: str) -> Cursor:
    """Read a cursor of this order.

    Raises:
        BadCursor: it is no cursor, or one of another order.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        given, value, key, is_back = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, binascii.Error, TypeError) as error:
        raise BadCursor(_("This page address is not valid; start from the first page.")) from error
    if given != sort or not isinstance(value, str | int) or not isinstance(key, str | int):
        raise BadCursor(_("This page address is not valid; start from the first page."))
    return Cursor(sort, value, key, bool(is_back))


def beyond(cursor: Cursor, *, field: str, is_falling: bool) -> Q:
    """Rows on the far side of the cursor in its direction."""
    way = "lt" if is_falling != cursor.is_back else "gt"
    if field == "pk":
        return Q(**{f"pk__{way}": cursor.key})
    # The first condition alone is a range, so the index leads to the page, however far in.
    return Q(**{f"{field}__{way}e": cursor.value}) & (
        Q(**{f"{field}__{way}": cursor.value}) | Q(**{f"pk__{way}": cursor.key})
    )


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
