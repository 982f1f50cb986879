"""What keeps a run from being asked for or from ending well."""

from __future__ import annotations

from typing import ClassVar

from wavepool.plumbing.errors import PlatformError


class RunError(PlatformError):
    """The base of refusals of runs."""

    kind = "credits.refused"


class RunUnderWay(RunError):
    """Another run of this kind waits or runs."""

    kind = "credits.under_way"


class MonthSettled(RunError):
    """A final run of the month, or of a later one, is done."""

    kind = "credits.month_settled"


class MonthUnreadable(RunError):
    """The month is not written YYYY-MM."""

    kind = "credits.month_unreadable"
    status: ClassVar[int] = 422


class RunFailed(RunError):
    """The run could not end; its page says why and what helps."""

    kind = "credits.failed"

    def __init__(self, reason: str, *, run_id: str) -> None:
        super().__init__(reason)
        self.run_id = run_id
