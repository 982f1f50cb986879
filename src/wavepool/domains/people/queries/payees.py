"""Payees: the verified identities that money goes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wavepool.domains.people.models import CreatorPayee, Payee, Verification

_CHUNK: Final = 10_000


def payee_of_verification(verification_id: int) -> Payee:
    """The payee that an approved verification made or confirmed.

    Raises:
        Payee.DoesNotExist: it was not approved.
    """
    found = Verification.objects.get(pk=verification_id)
    if found.agency_id is not None:
        return Payee.objects.get(agency_id=found.agency_id)
    if found.shop_id is not None:
        return Payee.objects.get(shop_id=found.shop_id)
    if found.person_id is not None:
        return Payee.objects.get(person_id=found.person_id)
    return Payee.objects.get(licence_hash=found.document_hash)


def kinds_of_payees(payee_ids: Iterable[int]) -> dict[int, str]:
    """Which of some payees there are, and of what kind each is."""
    wanted = sorted(set(payee_ids))
    found: dict[int, str] = {}
    for first in range(0, len(wanted), _CHUNK):
        rows = Payee.objects.filter(pk__in=wanted[first : first + _CHUNK])
        found.update(rows.values_list("pk", "kind"))
    return found


def parties_of_payees(payee_ids: Iterable[int]) -> dict[str, list[int]]:
    """The creators that some payees are paid for now, and the agencies and shops they are."""
    wanted = sorted(set(payee_ids))
    found: dict[str, list[int]] = {"creator": [], "agency": [], "shop": []}
    for first in range(0, len(wanted), _CHUNK):
        part = wanted[first : first + _CHUNK]
        versions = CreatorPayee.objects.filter(payee_id__in=part, valid_to=None)
        found["creator"] += versions.values_list("creator_id", flat=True)
        payees = Payee.objects.filter(pk__in=part)
        for kind in ("agency", "shop"):
            mine = payees.filter(**{f"{kind}__isnull": False})
            found[kind] += mine.values_list(f"{kind}_id", flat=True)
    return found
