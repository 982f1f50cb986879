"""Which statements there are, and which of a month counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.pools import queries as pools
from wavepool.domains.statements.models import Close, Line, Shift, Statement, Take
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State

SHIFT_WORDS: Final[dict[str, Any]] = {
    "settled_since": _("Goods received since, so that their lines are final"),
    "fell_away": _("Lines that did not become final: returned, cancelled or credited to others"),
    "refunded_since": _("Refunds since"),
    "pool_changed": _("The pools: what came in, and everybody's value"),
    "award_changed": _("Programmes"),
    "ruled_since": _("Holds that ended"),
    "held_since": _("Held since"),
    "freed_since": _("No longer held"),
    "recalculated": _("Counted anew with facts that came late"),
    "debt_changed": _("Debt of earlier refunds"),
    "corrected": _("Corrections"),
    "tax_changed": _("Tax"),
    "owed_changed": _("What corrections left owing"),
}


def find_final_take(period: str) -> Take | None:
    """The take of a month's final run, once it is whole."""
    return Take.objects.filter(period=period, is_final=True, taken_at__isnull=False).first()


def find_estimate(period: str) -> Take | None:
    """The latest estimate of a month that is whole."""
    rows = Take.objects.filter(period=period, is_final=False, taken_at__isnull=False)
    return rows.order_by("-as_of", "-pk").first()


def find_put_to_objection(period: str) -> Take | None:
    """The estimate that payees could object to: of the run whose draft of the pools was published.

    A later run over the same facts stands for it.
    """
    month = pools.list_periods().filter(name=period).first()
    if month is None or month.published is None:
        return None
    rows = Take.objects.filter(period=period, is_final=False, taken_at__isnull=False)
    run_id = month.published.run_id
    mine = rows.filter(Q(run__public_id=run_id) | Q(run__same_as__public_id=run_id))
    return mine.order_by("as_of", "pk").first()


def list_takes() -> QuerySet[Take]:
    """The take of each month that counts: the final one, else the latest estimate."""
    whole = Take.objects.filter(taken_at__isnull=False)
    latest = whole.filter(period=OuterRef("period")).order_by("-is_final", "-as_of", "-pk")
    return whole.filter(pk=Subquery(latest.values("pk")[:1]))


def list_statements() -> QuerySet[Statement]:
    """Every statement that counts."""
    rows = Statement.objects.filter(take__in=list_takes())
    return rows.select_related("take", "payee")


def statements_of_payee(payee_id: int) -> QuerySet[Statement]:
    """The statements of one payee."""
    return list_statements().filter(payee_id=payee_id)


def find_statement(*, payee_id: int, period: str, currency: str | None = None) -> Statement | None:
    """A payee's statement of a month; of several currencies the first by name."""
    rows = statements_of_payee(payee_id).filter(period=period).order_by("currency")
    return (rows.filter(currency=currency) if currency else rows).first()


def access_statement(
    *,
    party: str,
    party_id: int,
    period: str,
    actor: Actor,
    at: datetime,
    currency: str | None = None,
) -> Statement:
    """The statement of whoever is paid for a creator, an agency or a shop, for its own people.

    Raises:
        NotFound: there is none, or the actor is not of these people.
        NotAllowed: the actor's role there may not see money.
    """
    people.access_party(party=party, party_id=party_id, actor=actor, to="finance", at=at)
    payee = people.find_payee(party=party, party_id=party_id, at=at)
    found = None
    if payee is not None:
        found = find_statement(payee_id=payee.pk, period=period, currency=currency)
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def get_statement(*, payee_id: int, period: str, currency: str | None = None) -> Statement:
    """A payee's statement of a month, for staff.

    Raises:
        NotFound: there is none.
    """
    found = find_statement(payee_id=payee_id, period=period, currency=currency)
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def lines_of(statement: Statement) -> QuerySet[Line]:
    """The lines of a statement."""
    return Line.objects.filter(statement=statement)


def shifts_of(statement: Statement) -> list[Shift]:
    """Why a statement differs from what was estimated, the largest change first."""
    rows = list(Shift.objects.filter(statement=statement))
    return sorted(rows, key=lambda each: (-abs(each.amount_minor), each.reason))


def state_of(statement: Statement, at: datetime) -> State:
    """Where a statement stands: estimated, final or paid; why, and until when."""
    del at
    if statement.paid_at is not None:
        return State(name="paid", label=_("Paid"), tone="ok", why=_("All of it left."))
    if statement.issued_at is not None:
        return State(
            name="final",
            label=_("Final"),
            tone="info",
            why=_("The month is closed; nothing of it changes any more."),
        )
    if statement.take.is_final:
        return State(
            name="estimated",
            label=_("Being closed"),
            tone="warning",
            why=_("The month is settled; two persons check it before it is final."),
        )
    return State(
        name="estimated",
        label=_("Estimated"),
        tone="warning",
        why=_("Facts still come in; the month is final when it is closed."),
    )


def owed_before(period: str) -> dict[tuple[int, str], int]:
    """What corrections left owing before a month, by payee and currency."""
    finals = Take.objects.filter(is_final=True, taken_at__isnull=False, period__lt=period)
    rows = Statement.objects.filter(take__in=finals)
    later = rows.filter(
        payee_id=OuterRef("payee_id"),
        currency=OuterRef("currency"),
        period__gt=OuterRef("period"),
    )
    last = rows.filter(~Exists(later), owed_out_minor__gt=0)
    return {
        (payee_id, currency): owed
        for payee_id, currency, owed in last.values_list("payee_id", "currency", "owed_out_minor")
    }


def is_posting() -> bool:
    """Whether a month is on its way into the books; nothing is paid out meanwhile."""
    return Close.objects.filter(Q(posting_at__isnull=False), posted_at=None).exists()


def find_close(period: str) -> Close | None:
    """The close of a month, once it was begun."""
    return Close.objects.select_related("take").filter(period=period).first()


def is_pool_closed(period: str) -> bool:
    """Whether the month's shares of pools are final."""
    return pools.list_periods().filter(name=period, closed_at__isnull=False).exists()


def list_closes() -> QuerySet[Close]:
    """Every close."""
    return Close.objects.select_related("take")
