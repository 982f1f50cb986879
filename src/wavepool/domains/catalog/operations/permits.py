"""Writes of permits: handed in by the shop, checked by staff, ended by the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog import queries
from wavepool.domains.catalog.models import Item, Permit, PermitKind
from wavepool.domains.catalog.operations.items import take_off_sale
from wavepool.domains.catalog.operations.notices import tell_permit_decided
from wavepool.domains.catalog.operations.texts import clean_code, clean_line
from wavepool.plumbing import audit, ids, uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError


class PermitExpired(PlatformError):
    """A permit that holds no longer, or for less than a day."""

    kind = "catalog.permit_expired"
    status: ClassVar[int] = 422

    def __init__(self, expires_date: date) -> None:
        super().__init__(_("This permit has expired already."), pointer="/expires_date")
        self.expires_date = expires_date


class PermitKnown(PlatformError):
    """The shop handed in this permit before."""

    kind = "catalog.permit_known"

    def __init__(self, number: str) -> None:
        super().__init__(_("You handed in this permit already."), pointer="/number")
        self.number = number


class PermitDecided(PlatformError):
    """Somebody decided about it before, or it never was approved."""

    kind = "catalog.permit_decided"

    def __init__(self, permit: Permit) -> None:
        message = _("This permit is in the state: %(state)s.")
        super().__init__(message % {"state": permit.get_state_display()})
        self.state = permit.state


def submit_permit(
    *,
    shop_id: int,
    kind: str,
    number: str,
    expires_date: date,
    actor: Actor,
    as_of: datetime,
    document: UploadedFile[Any] | None = None,
) -> Permit:
    """Hand in a permit for review; `expires_date` is the first day on which it does not hold.

    Args:
        shop_id: whose permit it is.
        kind: what it allows.
        number: of the authority's document.
        expires_date: the first day on which it does not hold.
        actor: who hands it in.
        as_of: when.
        document: a scan, for the shop's people and staff alone.

    Raises:
        BadText: the number does not fit.
        PermitExpired: it holds no longer.
        PermitKnown: the shop handed it in before, and it was not refused.
        UploadRefused: the gate does not take the document.
    """
    number = clean_code(number, field="number")
    if expires_date <= as_of.date():
        raise PermitExpired(expires_date)
    _refuse_known(shop_id, kind=kind, number=number)
    scan = _accept(document, shop_id=shop_id, actor=actor, as_of=as_of)
    try:
        with transaction.atomic():
            _refuse_known(shop_id, kind=kind, number=number)
            permit = Permit.objects.create(
                public_id=ids.new_id("prm"),
                shop_id=shop_id,
                kind=PermitKind(kind),
                number=number,
                expires_date=expires_date,
                document=scan,
                submitted_at=as_of,
            )
            _record("permit_submitted", permit, actor=actor, at=as_of)
            return permit
    except PlatformError:
        uploads.drop(scan)
        raise


def approve_permit(*, public_id: str, actor: Actor, as_of: datetime) -> Permit:
    """Accept a permit: from now on its goods may be sold.

    Raises:
        NotFound: there is none.
        PermitDecided: it does not wait for review.
        PermitExpired: it holds no longer.
    """
    with transaction.atomic():
        permit = _lock(public_id, expected=Permit.State.SUBMITTED)
        if permit.expires_date <= as_of.date():
            raise PermitExpired(permit.expires_date)
        return _decide(permit, Permit.State.APPROVED, why="", actor=actor, as_of=as_of)


def refuse_permit(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Permit:
    """Turn a permit down and say why.

    Raises:
        BadText: no reason is given.
        NotFound: there is none.
        PermitDecided: it does not wait for review.
    """
    why = clean_line(why, field="why", length=400)
    with transaction.atomic():
        permit = _lock(public_id, expected=Permit.State.SUBMITTED)
        return _decide(permit, Permit.State.REFUSED, why=why, actor=actor, as_of=as_of)


def revoke_permit(*, public_id: str, why: str, actor: Actor, as_of: datetime) -> Permit:
    """Take an approved permit back; goods that need it leave the sale at once.

    Raises:
        BadText: no reason is given.
        NotFound: there is none.
        PermitDecided: it is not approved.
    """
    why = clean_line(why, field="why", length=400)
    with transaction.atomic():
        permit = _lock(public_id, expected=Permit.State.APPROVED)
        permit = _decide(permit, Permit.State.REVOKED, why=why, actor=actor, as_of=as_of)
        _stop_sales(permit, actor=actor, as_of=as_of)
        return permit


def close_expired_permits(*, actor: Actor, as_of: datetime) -> int:
    """Take goods off sale whose permit ended; run once a day. Gives the number of goods."""
    ended = Permit.objects.filter(state=Permit.State.APPROVED, expires_date__lte=as_of.date())
    return sum(
        _stop_sales(permit, actor=actor, as_of=as_of) for permit in ended.order_by("pk").iterator()
    )


def _stop_sales(permit: Permit, *, actor: Actor, as_of: datetime) -> int:
    """Take off sale what needs this kind, unless another permit of the shop still holds."""
    if permit.kind in queries.permit_kinds_held(permit.shop_id, on=as_of.date()):
        return 0
    why = f"permit_{permit.kind}"
    stopped: list[Item] = list(queries.items_that_need(permit.kind, shop_id=permit.shop_id))
    for item in stopped:
        take_off_sale(
            public_id=item.public_id, shop_id=item.shop_id, actor=actor, as_of=as_of, why=why
        )
    return len(stopped)


def _refuse_known(shop_id: int, *, kind: str, number: str) -> None:
    waiting = {"state__in": [Permit.State.SUBMITTED, Permit.State.APPROVED]}
    if Permit.objects.filter(shop_id=shop_id, kind=kind, number=number, **waiting).exists():
        raise PermitKnown(number)


def _accept(
    document: UploadedFile[Any] | None, *, shop_id: int, actor: Actor, as_of: datetime
) -> str:
    """The public id of a scan behind the gate; "" where none was sent."""
    if document is None:
        return ""
    kinds = {"image", "document"}
    upload = uploads.accept(document, kinds=kinds, actor=actor, at=as_of, party=("shop", shop_id))
    return str(upload.public_id)


def _lock(public_id: str, *, expected: str) -> Permit:
    queries.get_permit(public_id)
    permit = Permit.objects.select_for_update().get(public_id=public_id)
    if permit.state != expected:
        raise PermitDecided(permit)
    return permit


def _decide(permit: Permit, state: str, *, why: str, actor: Actor, as_of: datetime) -> Permit:
    permit.state, permit.why = state, why
    permit.reviewed_at, permit.reviewed_by = as_of, actor.name
    permit.save()
    tell_permit_decided(permit, at=as_of)
    _record(f"permit_{state}", permit, actor=actor, at=as_of)
    return permit


def _record(kind: str, permit: Permit, *, actor: Actor, at: datetime) -> None:
    data = {"kind": str(permit.kind), "number": permit.number, "why": permit.why}
    audit.record(kind=f"catalog.{kind}", subject=permit.public_id, actor=actor, at=at, data=data)
