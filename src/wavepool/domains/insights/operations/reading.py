"""Who reads facts and settlements: named once, by whoever knows where they lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from wavepool.domains.insights.operations.board import Facts
from wavepool.domains.insights.queries import RunTables
from wavepool.plumbing.errors import PlatformError

#: Reads the facts of the days `[first, end)`, more do no harm.
FactReader = Callable[[date, date], Facts]
_READERS: Final[dict[str, FactReader]] = {}
#: Gives the tables of the settlement that counts now, or None where none is done.
RunFinder = Callable[[], RunTables | None]
_FINDERS: Final[dict[str, RunFinder]] = {}


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


def find_runs_by(finder: RunFinder) -> RunFinder:
    """Have the pages of merchants read the settlement that a function gives."""
    _FINDERS["run"] = finder
    return finder


def find_run_tables() -> RunTables | None:
    """The tables of the settlement that counts now; None where none is done."""
    finder = _FINDERS.get("run")
    return finder() if finder else None
