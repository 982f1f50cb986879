"""What the close of a month refuses."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class CloseError(PlatformError):
    """The base of what a close refuses."""


class MonthNotSettled(CloseError):
    """The month's shares are not final, or its final run is not in."""

    kind = "statements.month_not_settled"

    def __init__(self, period: str) -> None:
        super().__init__(
            _("%(period)s is open: its pools close first, with their final run.")
            % {"period": period}
        )
        self.period = period


class EarlierMonthOpen(CloseError):
    """Months close in their order."""

    kind = "statements.earlier_month_open"

    def __init__(self, period: str) -> None:
        super().__init__(_("%(period)s closes first.") % {"period": period})
        self.period = period


class ClosedBefore(CloseError):
    """The month is on its way into the books, or is in them; that happens once."""

    kind = "statements.closed_before"

    def __init__(self, period: str) -> None:
        super().__init__(
            _("%(period)s was closed before; corrections belong to an open month.")
            % {"period": period}
        )
        self.period = period


class NothingPrepared(CloseError):
    """Nobody prepared the close of this month."""

    kind = "statements.nothing_prepared"

    def __init__(self, period: str) -> None:
        super().__init__(_("Nobody prepared the close of %(period)s yet.") % {"period": period})
        self.period = period


class DoesNotReconcile(CloseError):
    """A check of the close failed; nobody can approve it."""

    kind = "statements.does_not_reconcile"
    status: ClassVar[int] = 409

    def __init__(self, check: str, detail: str) -> None:
        super().__init__(
            _("The month does not reconcile (%(check)s): %(detail)s")
            % {"check": check, "detail": detail}
        )
        self.check = check
