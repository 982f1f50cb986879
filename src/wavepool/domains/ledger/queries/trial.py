"""The trial balance: every kind of account, its two columns, and that they are equal."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from wavepool.domains.ledger.models import LedgerAccount, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """Accounts of one kind of owner and one purpose, in one currency.

    Attributes:
        debit_minor: what those below zero owe, as an amount above zero.
        credit_minor: what those above zero hold.
        reserved_minor: what pending transfers will take from them.
    """

    owner_kind: str
    purpose: str
    purpose_label: str
    currency: str
    account_count: int
    debit_minor: int
    credit_minor: int
    reserved_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTotal:
    """The columns of one currency, added up; sound books have no difference."""

    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def difference_minor(self) -> int:
        """Credits less debits."""
        return self.credit_minor - self.debit_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """Rows by currency, owner and purpose, and the totals by currency."""

    rows: tuple[TrialRow, ...]
    totals: tuple[TrialTotal, ...]

    @property
    def is_balanced(self) -> bool:
        """Whether no currency has a difference."""
        return all(total.difference_minor == 0 for total in self.totals)


def trial_balance() -> TrialBalance:
    """The trial balance as of now: one query, one moment."""
    grouped = (
        LedgerAccount.objects.values("currency", "owner_kind", "purpose")
        .annotate(
            accounts=Count("pk"),
            below=Sum("balance_minor", filter=Q(balance_minor__lt=0)),
            above=Sum("balance_minor", filter=Q(balance_minor__gt=0)),
            reserved=Sum("reserved_minor"),
        )
        .order_by("currency", "owner_kind", "purpose")
    )
    rows = tuple(
        TrialRow(
            owner_kind=row["owner_kind"],
            purpose=row["purpose"],
            purpose_label=str(Purpose(row["purpose"]).label),
            currency=row["currency"],
            account_count=row["accounts"],
            debit_minor=-int(row["below"] or 0),
            credit_minor=int(row["above"] or 0),
            reserved_minor=int(row["reserved"] or 0),
        )
        for row in grouped
    )
    totals = tuple(
        TrialTotal(
            currency=currency,
            debit_minor=sum(row.debit_minor for row in rows if row.currency == currency),
            credit_minor=sum(row.credit_minor for row in rows if row.currency == currency),
        )
        for currency in dict.fromkeys(row.currency for row in rows)
    )
    return TrialBalance(rows=rows, totals=totals)
