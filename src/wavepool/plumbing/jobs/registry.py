"""Which function does the work of which name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.jobs.running import RunningJob

JobFunction = Callable[[RunningJob], Any]

_FUNCTIONS: Final[dict[str, JobFunction]] = {}


class UnknownJob(PlatformError):
    """No function of this version of the platform bears the name."""

    kind: ClassVar[str] = "jobs.unknown_name"


def register(name: str) -> Callable[[JobFunction], JobFunction]:
    """Give a function the name under which it is queued, e.g. "catalog.import_goods".

    The function takes a `RunningJob`; what it returns is kept as the job's
    result and must be JSON. A name belongs to one function.
    """

    def remember(function: JobFunction) -> JobFunction:
        known = _FUNCTIONS.setdefault(name, function)
        assert known is function, f"two functions are registered as {name}"
        return function

    return remember


def function_of(name: str) -> JobFunction:
    """The function of a name.

    Raises:
        UnknownJob: nobody registered it.
    """
    found = _FUNCTIONS.get(name)
    if found is None:
        raise UnknownJob(_("This version of the platform does not know the work %s.") % name)
    return found


def is_registered(name: str) -> bool:
    """Whether a function bears the name."""
    return name in _FUNCTIONS
