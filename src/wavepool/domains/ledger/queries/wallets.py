"""What a party sees of the books: its own accounts, their entries and their months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from wavepool.domains.ledger.models import Entry, LedgerAccount, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSums:
    """What came onto some accounts in a month, and what went off them; both at least zero."""

    period: str
    currency: str
    in_minor: int
    out_minor: int


def list_wallets(payee_id: int | None) -> list[LedgerAccount]:
    """The wallets of a payee, by currency; none for nobody."""
    return _owned("payee", payee_id, Purpose.WALLET)


def list_receivables(shop_id: int) -> list[LedgerAccount]:
    """What a shop owes, by currency: below zero while it owes."""
    return _owned("shop", shop_id, Purpose.RECEIVABLE)


def entries_of(accounts: Iterable[LedgerAccount]) -> QuerySet[Entry]:
    """The entries of some accounts, with their other side."""
    ids = [each.pk for each in accounts]
    return Entry.objects.filter(account_id__in=ids).select_related("other")


def sum_months(accounts: Iterable[LedgerAccount]) -> list[MonthSums]:
    """What each month moved on some accounts, the earliest first: one query."""
    ids = [each.pk for each in accounts]
    zero, amount = Value(0), F("amount_minor")
    rows = (
        Entry.objects.filter(account_id__in=ids)
        .order_by("period", "currency")
        .values("period", "currency")
        .annotate(
            came=Coalesce(Sum(Case(When(amount_minor__gt=0, then=amount), default=zero)), zero),
            went=Coalesce(Sum(Case(When(amount_minor__lt=0, then=-amount), default=zero)), zero),
        )
    )
    return [
        MonthSums(
            period=row["period"],
            currency=row["currency"],
            in_minor=int(row["came"]),
            out_minor=int(row["went"]),
        )
        for row in rows
    ]


def _owned(kind: str, owner_id: int | None, purpose: Purpose) -> list[LedgerAccount]:
    if owner_id is None:
        return []
    rows = LedgerAccount.objects.filter(owner_kind=kind, owner_id=str(owner_id), purpose=purpose)
    return list(rows.order_by("currency"))
