"""Reads of imports, old accounts and claims."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import AccountImport, Claim, Creator, OldAccount
from wavepool.plumbing.errors import NotFound


def list_imports() -> QuerySet[AccountImport]:
    """Files of old accounts, without their rows."""
    return AccountImport.objects.select_related("uploaded_by").defer("rows", "errors")


def get_import(reference: str) -> AccountImport:
    """One file with its rows and errors.

    Raises:
        NotFound: there is none.
    """
    found = AccountImport.objects.filter(reference=reference).select_related("uploaded_by")
    if (one := found.first()) is None:
        raise NotFound(_("There is no such import."))
    return one


def list_platforms() -> tuple[str, ...]:
    """Older platforms of which accounts wait for their owners."""
    rows = OldAccount.objects.order_by("platform").values_list("platform", flat=True)
    return tuple(rows.distinct())


def list_matching_accounts(creator_id: int) -> QuerySet[OldAccount]:
    """Unclaimed old accounts whose owner's document is the creator's verified one."""
    person = Creator.objects.filter(pk=creator_id, person__isnull=False)
    rows = OldAccount.objects.filter(document_hash__in=person.values("person__document_hash"))
    return rows.exclude(document_hash="").exclude(claims__state="won").order_by("pk")


def list_claims(creator_id: int) -> QuerySet[Claim]:
    """A creator's claims, the newest first."""
    return Claim.objects.filter(creator_id=creator_id).select_related("account").order_by("-pk")


def list_disputes() -> QuerySet[Claim]:
    """Claims that staff have to decide, the oldest first."""
    rows = Claim.objects.filter(state=Claim.State.DISPUTING)
    return rows.select_related("account", "creator").order_by("claimed_at")
