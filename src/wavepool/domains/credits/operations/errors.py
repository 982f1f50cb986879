"""What keeps a run from being asked for or from ending well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from wavepool.domains.credits import queries
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


class RowsLeftOut(RunError):
    """A month would become final without rows that move money; no later month brings them."""

    kind = queries.ROWS_LEFT_OUT

    def __init__(self, rows: Sequence[Mapping[str, Any]], *, count: int) -> None:
        first = rows[0]
        super().__init__(
            _(
                "%(count)d rows cannot be counted, the first is %(table)s %(key)s: %(rule)s, "
                "%(column)s is %(value)s. Put them right and ask for the final run again."
            )
            % {
                "count": count,
                "table": first["table_name"],
                "key": first["row_key"],
                "rule": first["rule"],
                "column": first["column_name"] or "—",
                "value": first["value"] or "—",
            }
        )
        self.rows = tuple(rows)
