"""Who is paid for a creator: one payee at any time, with its history."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Agency, Creator, CreatorPayee, Payee, Shop
from wavepool.domains.people.operations.trail import note, note_creator
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

_TRUST_DAYS_MAX: Final = 366


class TrustDaysOutOfRange(PlatformError):
    """Nobody waits that long."""

    kind: ClassVar[str] = "people.trust_days_out_of_range"
    status: ClassVar[int] = 422


class PayeeNotYours(PlatformError):
    """The payee is not verified, or belongs to somebody else."""

    kind: ClassVar[str] = "people.payee_not_yours"
    status: ClassVar[int] = 403


class PayeeFixed(PlatformError):
    """A shop's own host is always paid through its shop."""

    kind: ClassVar[str] = "people.payee_fixed"


class PayeeOverlaps(PlatformError):
    """The payee changed at this very moment, or later."""

    kind: ClassVar[str] = "people.payee_overlaps"


def open_agency_payee(agency: Agency, *, as_of: datetime) -> Payee:
    """The agency's own payee; unverified until its licence was checked."""
    payee, _new = Payee.objects.get_or_create(
        agency=agency, defaults={"kind": "agency", "name": agency.name, "created_at": as_of}
    )
    return payee


def open_shop_payee(shop: Shop, *, as_of: datetime) -> Payee:
    """The shop's own payee; unverified until its licence was checked."""
    payee, _new = Payee.objects.get_or_create(
        shop=shop, defaults={"kind": "shop", "name": shop.name, "created_at": as_of}
    )
    return payee


def set_payee(*, creator_id: int, payee_id: int, actor: Actor, as_of: datetime) -> CreatorPayee:
    """Name who is paid for a creator from now on.

    Raises:
        PayeeFixed: the creator is a shop's own host; use `pay_host_through_shop`.
        PayeeNotYours: the payee is not a verified one of the actor.
        PayeeOverlaps: another change took place at this moment or later.
    """
    with transaction.atomic():
        queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
        creator = Creator.objects.select_for_update().get(pk=creator_id)
        if creator.kind == Creator.Kind.SHOP_HOST:
            raise PayeeFixed(_("A shop's own host is paid through its shop."))
        account = queries.find_account(actor.account_id)
        mine = {each.pk for each in queries.list_payees_of(account)} if account else set()
        payee = Payee.objects.filter(pk=payee_id).first()
        if payee is None:
            raise NotFound(_("There is no such payee."))
        if not actor.is_machine and (payee.pk not in mine or not payee.is_verified):
            raise PayeeNotYours(_("Choose a verified identity of your own."))
        return _change(creator, payee, actor=actor, as_of=as_of)


def pay_host_through_shop(*, creator_id: int, actor: Actor, as_of: datetime) -> CreatorPayee:
    """Pay a shop's own host through its shop from now on."""
    with transaction.atomic():
        queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
        creator = Creator.objects.select_for_update().get(pk=creator_id)
        if creator.kind != Creator.Kind.SHOP_HOST or creator.shop is None:
            raise PayeeFixed(_("Only a shop's own host is paid through a shop."))
        payee = open_shop_payee(creator.shop, as_of=as_of)
        return _change(creator, payee, actor=actor, as_of=as_of)


def set_trust_days(
    *, payee_id: int, days: int, reason: str, actor: Actor, as_of: datetime
) -> Payee:
    """Set how long a payee waits from receipt of the goods to settlement; the trail keeps why.

    The machine and staff may do it. The same days again change nothing and leave no trace.

    Raises:
        NotFound: there is no such payee.
        TrustDaysOutOfRange: not from 0 to 366.
    """
    if not 0 <= days <= _TRUST_DAYS_MAX:
        raise TrustDaysOutOfRange(_("Between 0 and 366 days."), pointer="/days")
    if not actor.is_machine:
        queries.access_staff(actor=actor, to="operate")
    with transaction.atomic():
        payee = Payee.objects.select_for_update().filter(pk=payee_id).first()
        if payee is None:
            raise NotFound(_("There is no such payee."))
        before = payee.trust_days
        if before == days:
            return payee
        Payee.objects.filter(pk=payee_id).update(trust_days=days)
        payee.trust_days = days
        note(
            kind="trust_days_set", subject=f"payee:{payee_id}", actor=actor, at=as_of,
            before=before, days=days, reason=reason,
        )  # fmt: skip
        return payee


def _change(creator: Creator, payee: Payee, *, actor: Actor, as_of: datetime) -> CreatorPayee:
    """End the version in force and begin the next; the store refuses an overlap."""
    now = CreatorPayee.objects.filter(creator=creator, valid_to=None).first()
    if now is not None and now.payee_id == payee.pk:
        return now
    try:
        with transaction.atomic():
            CreatorPayee.objects.filter(creator=creator, valid_to=None).update(valid_to=as_of)
            version = CreatorPayee.objects.create(
                creator=creator, payee=payee, valid_from=as_of, set_by_id=actor.account_id
            )
    except IntegrityError as error:
        message = _("The payee was changed at this moment; look again and repeat if needed.")
        raise PayeeOverlaps(message) from error
    note_creator(kind="payee_set", creator_id=creator.pk, actor=actor, at=as_of, payee=payee.pk)
    return version
