"""Who reads the facts of a span of days: named once, by whoever knows where they lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from wavepool.domains.insights.operations.board import Facts
from wavepool.plumbing.errors import PlatformError

#: Reads the facts of the days `[first, end)`, more do no harm.
FactReader = Callable[[date, date], Facts]
_READERS: Final[dict[str, FactReader]] = {}


class FactsNotRead(PlatformError):
    """Nobody said where the facts lie; a fault of the installation."""

    kind: ClassVar[str] = "insights.facts_not_read"


def read_facts_by(reader: FactReader) -> FactReader:
    """Have boards counted from what a function reads."""
    _READERS["facts"] = reader
    return reader


def read_facts(first: date, end: date) -> Facts:
    """The facts of the days `[first, end)`.

    Raises:
        FactsNotRead: nobody reads them.
    """
    reader = _READERS.get("facts")
    if reader is None:
        raise FactsNotRead(_("Boards are not connected to the facts that they count."))
    return reader(first, end)
