"""Payees: the verified identities that money goes to."""

from __future__ import annotations

from wavepool.domains.people.models import Payee, Verification


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
