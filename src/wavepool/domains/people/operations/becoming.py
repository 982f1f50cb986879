"""Becoming a creator, a merchant or an agency, and the steps that follow."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import (
    Agency,
    ChannelAccount,
    Creator,
    Membership,
    Role,
    Shop,
    TermsConsent,
)
from wavepool.domains.people.operations.payees import open_agency_payee, open_shop_payee
from wavepool.domains.people.operations.trail import note, note_creator
from wavepool.domains.people.operations.words import write_creator_words, write_shop_words
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, NotFound, PlatformError

#: Handles that would look like a part of the site.
RESERVED: Final = frozenset({"admin", "api", "staff", "studio", "merchant", "agency", "new", "me"})


class NameTaken(PlatformError):
    """The handle or address belongs to somebody else, or is reserved."""

    kind: ClassVar[str] = "people.name_taken"


class NeedsShop(PlatformError):
    """This role belongs to a shop's own host; a shop must be named."""

    kind: ClassVar[str] = "people.needs_shop"
    status: ClassVar[int] = 422


class ChannelTaken(PlatformError):
    """Another creator has registered this channel account."""

    kind: ClassVar[str] = "people.channel_account_taken"


def become_creator(
    *,
    handle: str,
    name: str,
    role: str,
    actor: Actor,
    as_of: datetime,
    shop_slug: str = "",
) -> Creator:
    """Open a public identity; the account becomes its owner.

    Args:
        role: id of a role of the taxonomy.
        shop_slug: the shop whose own host it is, for roles of shop hosts.

    Raises:
        NameTaken: the handle belongs to another creator, or is reserved.
        NeedsShop: a shop host without a shop in which the actor may operate.
    """
    account_id = _known(actor)
    picked = queries.get_role(role)
    shop = _host_shop(shop_slug, actor=actor, at=as_of) if picked.kind == "shop_host" else None
    _refuse_reserved(handle)
    try:
        with transaction.atomic():
            creator = Creator.objects.create(
                handle=handle.lower(), name=name, role=role, kind=picked.kind, shop=shop
            )
            _own(account_id, creator=creator)
            write_creator_words(creator)
            _note_opened("creator", creator.pk, name=handle, actor=actor, as_of=as_of)
            return creator
    except IntegrityError as error:
        raise NameTaken(_("This handle is taken."), pointer="/handle") from error


def open_shop(*, slug: str, name: str, currency: str, actor: Actor, as_of: datetime) -> Shop:
    """Open a shop with its own payee; the account becomes its owner.

    Raises:
        NameTaken: the address belongs to another shop, or is reserved.
    """
    account_id = _known(actor)
    _refuse_reserved(slug)
    try:
        with transaction.atomic():
            shop = Shop.objects.create(slug=slug.lower(), name=name, currency=currency)
            _own(account_id, shop=shop)
            write_shop_words(shop)
            open_shop_payee(shop, as_of=as_of)
            _note_opened("shop", shop.pk, name=slug, actor=actor, as_of=as_of)
            return shop
    except IntegrityError as error:
        raise NameTaken(_("This address is taken."), pointer="/slug") from error


def open_agency(*, slug: str, name: str, actor: Actor, as_of: datetime) -> Agency:
    """Open an agency, which is its own payee; the account becomes its owner.

    Raises:
        NameTaken: the address belongs to another agency, or is reserved.
    """
    account_id = _known(actor)
    _refuse_reserved(slug)
    try:
        with transaction.atomic():
            agency = Agency.objects.create(slug=slug.lower(), name=name)
            _own(account_id, agency=agency)
            open_agency_payee(agency, as_of=as_of)
            _note_opened("agency", agency.pk, name=slug, actor=actor, as_of=as_of)
            return agency
    except IntegrityError as error:
        raise NameTaken(_("This address is taken."), pointer="/slug") from error


def change_profile(
    *, creator_id: int, name: str, bio: str, role: str, actor: Actor, as_of: datetime
) -> Creator:
    """Change how a creator is shown; a shop's own host keeps a host's role.

    Raises:
        NeedsShop: the new role is one of shop hosts and the creator has no shop.
    """
    picked = queries.get_role(role)
    with transaction.atomic():
        queries.access_party(
            party="creator", party_id=creator_id, actor=actor, to="operate", at=as_of
        )
        creator = Creator.objects.select_for_update().get(pk=creator_id)
        if picked.kind == "shop_host" and creator.shop_id is None:
            raise NeedsShop(_("This role is for a shop's own host."), pointer="/role")
        creator.name, creator.bio, creator.role = name, bio, role
        if creator.kind != Creator.Kind.SHOP_HOST:
            creator.kind = picked.kind
        creator.save(update_fields=["name", "bio", "role", "kind"])
        write_creator_words(creator)
        note_creator(
            kind="profile_changed", creator_id=creator_id, actor=actor, at=as_of, role=role
        )
        return creator


def add_channel_account(
    *,
    creator_id: int,
    channel: str,
    external_id: str,
    name: str,
    actor: Actor,
    as_of: datetime,
) -> ChannelAccount:
    """Register one of the creator's accounts on a channel.

    Raises:
        ChannelTaken: it is registered already.
    """
    try:
        with transaction.atomic():
            queries.access_party(
                party="creator", party_id=creator_id, actor=actor, to="operate", at=as_of
            )
            added = ChannelAccount.objects.create(
                creator_id=creator_id,
                channel=channel,
                external_id=external_id,
                name=name,
                since_at=as_of,
            )
            note_creator(
                kind="channel_account_added",
                creator_id=creator_id,
                actor=actor,
                at=as_of,
                channel=channel,
                external_id=external_id,
            )
            return added
    except IntegrityError as error:
        message = _("This channel account is registered already.")
        raise ChannelTaken(message, pointer="/external_id") from error


def end_channel_account(
    *, creator_id: int, channel_account_id: int, actor: Actor, as_of: datetime
) -> None:
    """Stop using a channel account; its history stays."""
    with transaction.atomic():
        queries.access_party(
            party="creator", party_id=creator_id, actor=actor, to="operate", at=as_of
        )
        rows = ChannelAccount.objects.filter(pk=channel_account_id, creator_id=creator_id)
        if not rows.filter(ended_at=None).update(ended_at=as_of):
            raise NotFound(_("There is no such channel account."))
        note_creator(
            kind="channel_account_ended",
            creator_id=creator_id,
            actor=actor,
            at=as_of,
            channel_account=channel_account_id,
        )


def accept_terms(*, creator_id: int, version: str, actor: Actor, as_of: datetime) -> TermsConsent:
    """Consent to a version of the platform's terms; consenting twice counts once."""
    with transaction.atomic():
        queries.access_party(party="creator", party_id=creator_id, actor=actor, to="own", at=as_of)
        consent, is_new = TermsConsent.objects.get_or_create(
            creator_id=creator_id,
            version=version,
            defaults={"agreed_by_id": _known(actor), "agreed_at": as_of},
        )
        if is_new:
            note_creator(
                kind="terms_accepted",
                creator_id=creator_id,
                actor=actor,
                at=as_of,
                version=version,
            )
        return consent


def _known(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotAllowed(_("Sign in with an account of your own."))
    return actor.account_id


def _refuse_reserved(name: str) -> None:
    if name.lower() in RESERVED:
        raise NameTaken(_("This name is reserved."))


def _host_shop(slug: str, *, actor: Actor, at: datetime) -> Shop:
    if not slug:
        raise NeedsShop(_("This role is for a shop's own host; name the shop."), pointer="/shop")
    shop = queries.get_shop(slug)
    queries.access_party(party="shop", party_id=shop.pk, actor=actor, to="operate", at=at)
    return shop


def _own(account_id: int, **party: Creator | Shop | Agency) -> None:
    Membership.objects.create(account_id=account_id, role=Role.OWNER, **party)


def _note_opened(what: str, key: int, *, name: str, actor: Actor, as_of: datetime) -> None:
    note(kind=f"{what}_opened", subject=f"{what}:{key}", actor=actor, at=as_of, name=name)
