"""What a payout paid of which statement, and what came back of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.statements.models import Statement, StatementPayment
from wavepool.plumbing import audit
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError


class PaymentError(PlatformError):
    """The base of what can go wrong when a payment is noted."""


class PaymentDiffers(PaymentError):
    """The payout was noted already, with another amount or for somebody else."""

    kind = "statements.payment_differs"


class MoreThanOwed(PaymentError):
    """More was paid of a statement than it still owes."""

    kind = "statements.more_than_owed"

    def __init__(self, *, amount_minor: int, owed_minor: int) -> None:
        super().__init__(_("The statement owes less than this payout pays of it."))
        self.amount_minor = amount_minor
        self.owed_minor = owed_minor


class PaymentReturned(PaymentError):
    """The money of this payout came back; a new payout pays it again."""

    kind = "statements.payment_returned"


class NothingToPay(PaymentError):
    """A payment is above zero and names its payout."""

    kind = "statements.nothing_to_pay"
    status: ClassVar[int] = 422


def note_paid(
    *,
    payee_id: int,
    currency: str,
    parts: Mapping[int, int],
    payout: str,
    actor: Actor,
    as_of: datetime,
) -> tuple[StatementPayment, ...]:
    """Say what a payout paid of which of the payee's issued statements.

    The same payout a second time changes nothing and gives the same rows.

    Args:
        parts: what it paid of each statement in minor units, by the statement's key.
        payout: names the payout for ever; at most 80 characters.

    Raises:
        NothingToPay: a part is not above zero, there is none, or the payout has no name.
        PaymentDiffers: the payout was noted with another amount, payee or currency.
        PaymentReturned: its money came back.
        MoreThanOwed: an issued statement owes less; then nothing is noted.
    """
    amount_minor = sum(parts.values())
    if min(parts.values(), default=0) <= 0 or not payout or len(payout) > 80:
        raise NothingToPay(_("A payment is above zero and names its payout."))
    with transaction.atomic():
        issued = _locked(payee_id, currency)
        known = _known(payout)
        if known:
            _ensure_same(known, payee_id=payee_id, currency=currency, amount_minor=amount_minor)
            if known[0].returned_at is not None:
                raise PaymentReturned(_("The money of this payout came back."))
            return known
        rows = _allocated(issued, parts, payout=payout, as_of=as_of)
        for row in rows:
            _pay(row.statement, row.amount_minor, as_of=as_of)
        made = tuple(StatementPayment.objects.bulk_create(rows))
        data = {"payout": payout, "amount_minor": amount_minor, "currency": currency}
        audit.record(
            kind="statements.paid", subject=f"payee:{payee_id}", actor=actor, at=as_of, data=data
        )
        return made


def note_returned(
    *,
    payee_id: int,
    currency: str,
    amount_minor: int,
    payout: str,
    actor: Actor,
    as_of: datetime,
) -> tuple[StatementPayment, ...]:
    """Say that a payout's money came back whole; its statements are owed again.

    A second time changes nothing and gives the same rows.

    Raises:
        NotFound: no such payout was noted.
        PaymentDiffers: it was noted with another amount, payee or currency.
    """
    with transaction.atomic():
        _locked(payee_id, currency)
        known = _known(payout)
        if not known:
            raise NotFound(_("There is no such payout."))
        _ensure_same(known, payee_id=payee_id, currency=currency, amount_minor=amount_minor)
        if known[0].returned_at is not None:
            return known
        for row in known:
            Statement.objects.filter(pk=row.statement_id).update(
                paid_minor=F("paid_minor") - row.amount_minor, paid_at=None
            )
            row.returned_at = as_of
        StatementPayment.objects.filter(payout=payout).update(returned_at=as_of)
        data = {"payout": payout, "amount_minor": amount_minor, "currency": currency}
        audit.record(
            kind="statements.returned", subject=f"payee:{payee_id}", actor=actor, at=as_of,
            data=data,
        )  # fmt: skip
        return known


def _locked(payee_id: int, currency: str) -> list[Statement]:
    """Every issued statement of a payee, the oldest first, held."""
    rows = Statement.objects.select_for_update().filter(
        payee_id=payee_id, currency=currency, issued_at__isnull=False
    )
    return list(rows.order_by("period", "pk"))


def _known(payout: str) -> tuple[StatementPayment, ...]:
    rows = StatementPayment.objects.filter(payout=payout).select_related("statement")
    return tuple(rows.order_by("statement__period", "pk"))


def _ensure_same(
    known: tuple[StatementPayment, ...], *, payee_id: int, currency: str, amount_minor: int
) -> None:
    whose = {(row.statement.payee_id, row.statement.currency) for row in known}
    noted_minor = sum(row.amount_minor for row in known)
    if whose != {(payee_id, currency)} or noted_minor != amount_minor:
        raise PaymentDiffers(_("This payout was noted with another amount or for somebody else."))


def _allocated(
    issued: list[Statement], parts: Mapping[int, int], *, payout: str, as_of: datetime
) -> list[StatementPayment]:
    """A row for each part, in the order of the statements."""
    owed = {each.pk: each.net_minor - each.paid_minor for each in issued}
    for statement_id, part_minor in parts.items():
        owed_minor = owed.get(statement_id, 0)
        if part_minor > owed_minor:
            raise MoreThanOwed(amount_minor=part_minor, owed_minor=owed_minor)
    return [
        StatementPayment(statement=each, payout=payout, amount_minor=parts[each.pk], paid_at=as_of)
        for each in issued
        if each.pk in parts
    ]


def _pay(statement: Statement, part_minor: int, *, as_of: datetime) -> None:
    paid_minor = statement.paid_minor + part_minor
    is_whole = paid_minor == statement.net_minor
    # On SQLite nobody holds the row: what was read is a condition of the update.
    rows = Statement.objects.filter(pk=statement.pk, paid_minor=statement.paid_minor)
    changed = rows.update(paid_minor=paid_minor, paid_at=as_of if is_whole else None)
    assert changed, "the statement was held"
