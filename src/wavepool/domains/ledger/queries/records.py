"""Accounts, entries, transfers and batches, found and listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import ExpressionWrapper
from django.utils.translation import gettext_lazy as _

from wavepool.domains.ledger.models import (
    Batch,
    ClosedPeriod,
    Entry,
    LedgerAccount,
    Purpose,
    Transfer,
    Verification,
)
from wavepool.plumbing.errors import NotFound

#: What accounts are for: stable name and translated name.
PURPOSES: Final = tuple(Purpose.choices)


def find_account(code: str) -> LedgerAccount | None:
    """The account of a code, or None."""
    return LedgerAccount.objects.filter(code=code).first()


def get_account(code: str) -> LedgerAccount:
    """The account of a code.

    Raises:
        NotFound: nobody opened it.
    """
    account = find_account(code)
    if account is None:
        raise NotFound(_("There is no such account."))
    return account


def list_accounts() -> QuerySet[LedgerAccount]:
    """Every account, with `free_minor`: its balance less its reservations."""
    free = ExpressionWrapper(
        F("balance_minor") - F("reserved_minor"), output_field=BigIntegerField()
    )
    return LedgerAccount.objects.annotate(free_minor=free)


def list_entries() -> QuerySet[Entry]:
    """Every entry, with both accounts and its batch."""
    return Entry.objects.select_related("account", "other", "batch")


def statement_of(account: LedgerAccount) -> QuerySet[Entry]:
    """The entries of one account; their sum is its balance."""
    return list_entries().filter(account=account)


def list_pending(account: LedgerAccount) -> QuerySet[Transfer]:
    """Reservations of an account that nobody has decided, the oldest first."""
    rows = Transfer.objects.filter(debit=account, state=Transfer.State.PENDING)
    return rows.select_related("debit", "credit", "batch").order_by("pk")


def get_transfer(transfer_id: int) -> Transfer:
    """A transfer with its accounts and its batches.

    Raises:
        NotFound: there is none.
    """
    rows = Transfer.objects.select_related("debit", "credit", "batch", "decided_by", "reverses")
    transfer = rows.filter(pk=transfer_id).first()
    if transfer is None:
        raise NotFound(_("There is no such transfer."))
    return transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What a transfer hangs together with.

    Attributes:
        batch: other transfers of its batch, at most 50.
        subject: other transfers about the same thing, at most 50.
        reversal: the transfer that took it back, if one did.
    """

    batch: tuple[Transfer, ...]
    subject: tuple[Transfer, ...]
    reversal: Transfer | None


def links_of(transfer: Transfer) -> Links:
    """The transfers around a transfer: two or three queries."""
    rows = Transfer.objects.select_related("debit", "credit", "batch").exclude(pk=transfer.pk)
    batch = rows.filter(batch_id=transfer.batch_id).order_by("pk")[:50]
    about = (
        rows.filter(subject=transfer.subject).order_by("pk") if transfer.subject else rows.none()
    )
    return Links(
        batch=tuple(batch),
        subject=tuple(about[:50]),
        reversal=rows.filter(reverses=transfer).first(),
    )


def find_batch(key: str) -> Batch | None:
    """The batch of a command's key, or None."""
    return Batch.objects.filter(key=key).first()


def search_words(text: str) -> Q:
    """Entries whose key, batch or subject is this word, for a search field."""
    return Q(key=text) | Q(batch__key=text) | Q(subject=text)


def is_closed(period: str) -> bool:
    """Whether a month takes no more transfers."""
    return ClosedPeriod.objects.filter(name=period).exists()


def list_closed_periods() -> QuerySet[ClosedPeriod]:
    """Closed months, the latest first."""
    return ClosedPeriod.objects.order_by("-name")


def list_verifications() -> QuerySet[Verification]:
    """Proofs of the books, the latest first."""
    return Verification.objects.order_by("-pk")


def last_sound_batch() -> int:
    """The batch up to which the books were proved last, 0 if they never were."""
    sound = Verification.objects.filter(findings=[]).order_by("-pk").first()
    return sound.up_to_batch_id if sound else 0
