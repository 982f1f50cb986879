"""Payees: the verified identities that money goes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from wavepool.domains.people.models import (
    Account,
    CreatorPayee,
    Membership,
    Payee,
    Restriction,
    Verification,
)

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


def payees_by_id(payee_ids: Collection[int]) -> dict[int, Payee]:
    """Payees by their ids; unknown ones lack: one query."""
    return {each.pk: each for each in Payee.objects.filter(pk__in=payee_ids)}


def list_payees() -> QuerySet[Payee]:
    """Every payee, for lists and jobs."""
    return Payee.objects.order_by("pk")


def restrictions_on_pay(
    payee_ids: Collection[int], *, at: datetime
) -> dict[int, tuple[Restriction, ...]]:
    """What keeps money of payees from leaving at a moment: restrictions of whom they are paid for.

    Whoever was paid for the creator at any time since a restriction began is held by it, so that
    another payee frees neither. Two queries, however many payees; whoever is free lacks.
    """
    paid = CreatorPayee.objects.filter(payee_id__in=payee_ids, valid_from__lte=at)
    payees: dict[int, list[tuple[int, datetime | None]]] = {}
    for creator_id, payee_id, to in paid.values_list("creator_id", "payee_id", "valid_to"):
        payees.setdefault(creator_id, []).append((payee_id, to))
    rows = Restriction.objects.filter(
        Q(until_at=None) | Q(until_at__gt=at),
        Q(lifted_at=None) | Q(lifted_at__gt=at),
        creator_id__in=payees,
        scope__in=(Restriction.Scope.PAY_OUT, Restriction.Scope.EVERYTHING),
        starts_at__lte=at,
    )
    found: dict[int, tuple[Restriction, ...]] = {}
    for each in rows.order_by("pk"):
        spans = payees[each.creator_id]
        for payee_id in {payee for payee, to in spans if to is None or to > each.starts_at}:
            found[payee_id] = (*found.get(payee_id, ()), each)
    return found


def accounts_of_payee(payee_id: int, *, at: datetime) -> frozenset[int]:
    """Accounts with a seat where a payee is paid, and those that answer for it."""
    payee = Payee.objects.get(pk=payee_id)
    paid = CreatorPayee.objects.filter(payee=payee, valid_from__lte=at)
    paid = paid.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    seats = Q(creator_id__in=paid.values("creator_id"))
    if payee.agency_id is not None:
        seats |= Q(agency_id=payee.agency_id)
    if payee.shop_id is not None:
        seats |= Q(shop_id=payee.shop_id)
    found = set(Membership.objects.filter(seats).values_list("account_id", flat=True))
    if payee.holder_id is not None:
        found.add(payee.holder_id)
    if payee.person_id is not None:
        mine = Account.objects.filter(person_id=payee.person_id)
        found |= set(mine.values_list("pk", flat=True))
    return frozenset(found)


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
