"""Payees by id, and the parties that each is paid for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from wavepool.domains.people.models import CreatorPayee, Payee


def find_payee_by_id(payee_id: int) -> Payee | None:
    """A payee by its id, or None."""
    return Payee.objects.filter(pk=payee_id).first()


def list_payee_parties(payee_id: int, *, at: datetime) -> list[tuple[str, int, str]]:
    """Creators, agency and shop that a payee is paid for: party, id, name in addresses."""
    payee = Payee.objects.select_related("agency", "shop").filter(pk=payee_id).first()
    if payee is None:
        return []
    found: list[tuple[str, int, str]] = []
    if payee.agency is not None:
        found.append(("agency", payee.agency.pk, payee.agency.slug))
    if payee.shop is not None:
        found.append(("shop", payee.shop.pk, payee.shop.slug))
    rows = CreatorPayee.objects.filter(payee=payee, valid_from__lte=at)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at)).select_related("creator")
    found += [("creator", row.creator_id, row.creator.handle) for row in rows.order_by("pk")]
    return found
