"""What the steps of a month's close are made of, and what a step says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.credits import queries as credits
from wavepool.domains.people import queries as people
from wavepool.domains.pools import queries as pools
from wavepool.domains.statements import operations as closing
from wavepool.domains.statements import queries as statements
from wavepool.plumbing import approvals

Text = str | Promise
Standing = Literal["done", "now", "next", "blocked"]

GROUPS: Final[Mapping[str, Text]] = {
    "freeze": _("Freeze"),
    "reconcile": _("Reconcile"),
    "approve": _("Approve by two"),
    "lock": _("Post and lock"),
    "issue": _("Issue"),
    "pay": _("Pay"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """What keeps a step from being done, and where it can be lifted."""

    text: Text
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep:
    """One step of the close.

    Attributes:
        key: stable name.
        group: the part of the close that it belongs to; see `GROUPS`.
        state: done, to do now, waiting for those before it, or blocked.
        owner: whose it is; of a done step, who did it.
        since: since when it stands so.
        until: when it is due or may begin.
        text: what it is, or what it found.
        blockers: what blocks it.
        href: where it is done.
    """

    key: str
    group: str
    title: Text
    state: Standing = "next"
    owner: Text = ""
    since: datetime | None = None
    until: datetime | None = None
    text: Text = ""
    blockers: tuple[Blocker, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFacts:
    """What the steps of one month are made of, read once.

    Attributes:
        pool: the month of the pools.
        final_run: the latest final run that was asked for; None before.
        take: the final run's statements, once they are wholly in; None before.
        close: the month's reconciliation and what followed; None before.
        requests: approvals that were asked for, the latest first.
        open_objections: the first of those that wait, and how many there are.
        earlier_open: a settled month before it that is not closed, "" for none.
        staff: names of those who may move money, by account.
        owed: what the issued statements pay, and what of it is paid out, in minor units.
    """

    period: str
    at: datetime
    pool: Any
    final_run: Any
    take: Any
    close: Any
    requests: Sequence[Any] = ()
    open_objections: tuple[Any | None, int] = (None, 0)
    earlier_open: str = ""
    staff: Mapping[int, str] = field(default_factory=dict)
    owed: tuple[int, int] = (0, 0)

    @property
    def finance(self) -> Text:
        """Whose work it is when it is nobody's in particular."""
        return ", ".join(self.staff.values()) or _("Nobody has the right to move money yet")


def read_facts(period: str, *, at: datetime) -> CloseFacts:
    """What the steps of a month are made of."""
    pool = pools.list_periods().filter(name=period).first()
    waiting = pools.list_objections(pool).filter(outcome="open") if pool else None
    first = waiting.order_by("answer_due_at", "pk").first() if waiting is not None else None
    finals = credits.list_runs().filter(kind="final", period=period)
    closed = statements.list_closes().filter(locked_at__isnull=False).values("period")
    earlier = (
        statements.list_takes()
        .filter(period__lt=period, is_final=True)
        .exclude(period__in=closed)
        .order_by("period")
    )
    rows = statements.list_statements().filter(period=period, issued_at__isnull=False)
    sums = rows.aggregate(net=Sum("net_minor"), paid=Sum("paid_minor"))
    return CloseFacts(
        period=period,
        at=at,
        pool=pool,
        final_run=finals.order_by("-as_of", "-pk").first(),
        take=statements.find_final_take(period),
        close=statements.find_close(period),
        requests=approvals.list_approvals(subject=closing.subject_of(period)),
        open_objections=(first, waiting.count() if waiting is not None and first else 0),
        earlier_open=earlier.values_list("period", flat=True).first() or "",
        staff=people.list_staff_with("finance"),
        owed=(sums["net"] or 0, sums["paid"] or 0),
    )
