"""Which function does the work of which name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.jobs.running import RunningJob

JobFunction = Callable[[RunningJob], Any]

_FUNCTIONS: Final[dict[str, JobFunction]] = {}
_LABELS: Final[dict[str, str | Promise]] = {}


class UnknownJob(PlatformError):
    """No function of this version of the platform bears the name."""

    kind: ClassVar[str] = "jobs.unknown_name"


def register(name: str, *, label: str | Promise = "") -> Callable[[JobFunction], JobFunction]:
    """Give a function the name under which it is queued, e.g. "catalog.import_goods".

    The function takes a `RunningJob`; what it returns is kept as the job's
    result and must be JSON. A key "href" in it is offered as the way to the result.

    Args:
        name: belongs to one function.
        label: how the job's page calls the work, translatable; default the name.
    """

    def remember(function: JobFunction) -> JobFunction:
        known = _FUNCTIONS.setdefault(name, function)
        assert known is function, f"two functions are registered as {name}"
        if label:
            _LABELS[name] = label
        return function

    return remember


def label_of(name: str) -> str:
    """How people call the work of a name."""
    return str(_LABELS.get(name, name))


def function_of(name: str) -> JobFunction:
    """The function of a name.

    Raises:
        UnknownJob: nobody registered it.
    """
    found = _FUNCTIONS.get(name)
    if found is None:
        raise UnknownJob(_("This version of the platform does not know the work %s.") % name)
    return found
