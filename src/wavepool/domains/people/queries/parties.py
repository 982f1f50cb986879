"""Parties: shops, creators, agencies, persons, payees, by name or id."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import (
    Account,
    Agency,
    ChannelAccount,
    Creator,
    CreatorPayee,
    Follow,
    Membership,
    Payee,
    Shop,
    Tier,
)
from wavepool.plumbing.errors import NotFound


def get_shop(slug: str) -> Shop:
    """A shop by its address.

    Raises:
        NotFound: there is none.
    """
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        raise NotFound(_("There is no such shop."))
    return shop


def get_agency(slug: str) -> Agency:
    """An agency by its address.

    Raises:
        NotFound: there is none.
    """
    agency = Agency.objects.filter(slug=slug).first()
    if agency is None:
        raise NotFound(_("There is no such agency."))
    return agency


def get_creator(handle: str) -> Creator:
    """A creator by handle.

    Raises:
        NotFound: there is none.
    """
    creator = find_creator(handle)
    if creator is None:
        raise NotFound(_("There is no creator of that name."))
    return creator


def get_creator_by_id(creator_id: int) -> Creator:
    """A creator by id.

    Raises:
        NotFound: there is none.
    """
    creator = Creator.objects.filter(pk=creator_id).select_related("shop", "person").first()
    if creator is None:
        raise NotFound(_("There is no creator of that name."))
    return creator


def find_creator(handle: str) -> Creator | None:
    """A creator by handle, whatever its letter case."""
    return Creator.objects.filter(handle=handle.lower().removeprefix("@")).first()


def find_account(account_id: int | None) -> Account | None:
    """An account by id."""
    if account_id is None:
        return None
    return Account.objects.filter(pk=account_id).select_related("person").first()


def list_creators() -> QuerySet[Creator]:
    """Every creator, for lists."""
    return Creator.objects.all()


def list_creators_paid(*, at: datetime) -> QuerySet[Creator]:
    """Creators for whom somebody is paid at a moment."""
    rows = CreatorPayee.objects.filter(valid_from__lte=at)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    return Creator.objects.filter(pk__in=rows.values("creator"))


def list_shops() -> QuerySet[Shop]:
    """Every shop, for lists."""
    return Shop.objects.all()


def list_agencies() -> QuerySet[Agency]:
    """Every agency, for lists."""
    return Agency.objects.all()


def list_accounts() -> QuerySet[Account]:
    """Every account, for lists of staff."""
    return Account.objects.select_related("person")


def list_channel_accounts(creator_id: int) -> QuerySet[ChannelAccount]:
    """A creator's accounts on channels, with the history that old ones brought along."""
    rows = ChannelAccount.objects.filter(creator_id=creator_id, ended_at=None)
    return rows.select_related("claimed_from").order_by("channel", "name")


def is_following(*, account_id: int | None, creator_id: int) -> bool:
    """Whether an account follows a creator."""
    if account_id is None:
        return False
    return Follow.objects.filter(account_id=account_id, creator_id=creator_id).exists()


def list_followed_ids(account_id: int) -> list[int]:
    """Ids of the creators whom an account follows."""
    return list(Follow.objects.filter(account_id=account_id).values_list("creator_id", flat=True))


def creators_of_accounts(account_ids: Collection[int]) -> dict[int, int]:
    """The creator of each channel account, ended ones too, by their ids; unknown ones lack."""
    rows = ChannelAccount.objects.filter(pk__in=account_ids)
    return dict(rows.values_list("pk", "creator_id"))


def is_member(*, party: str, party_id: int, account_id: int | None) -> bool:
    """Whether an account is of a creator's, shop's, agency's or team's own people."""
    if account_id is None:
        return False
    rows = Membership.objects.filter(**{f"{party}_id": party_id})
    return rows.filter(account_id=account_id).exists()


def payee_as_of(creator_id: int, *, at: datetime) -> Payee | None:
    """Who is paid for a creator at a moment."""
    row = (
        CreatorPayee.objects.filter(creator_id=creator_id, valid_from__lte=at)
        .filter(Q(valid_to=None) | Q(valid_to__gt=at))
        .select_related("payee")
        .first()
    )
    return row.payee if row else None


def find_payee(*, party: str, party_id: int, at: datetime) -> Payee | None:
    """Who is paid for a creator at a moment, or the payee that an agency or a shop is."""
    if party == "creator":
        return payee_as_of(party_id, at=at)
    return Payee.objects.filter(**{f"{party}_id": party_id}).first()


def list_creator_payees(creator_id: int) -> QuerySet[CreatorPayee]:
    """Who was paid for a creator and when, the newest first."""
    return CreatorPayee.objects.filter(creator_id=creator_id).select_related("payee")


def list_payees_of(account: Account) -> tuple[Payee, ...]:
    """Payees that an account may name: its person's and the companies it answers for."""
    mine = Q(holder=account, kind="company")
    if account.person_id is not None:
        mine |= Q(person_id=account.person_id)
    return tuple(Payee.objects.filter(mine).order_by("kind", "name"))


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of creators, to choose from."""
    return [(each.value, str(each.label)) for each in Creator.Kind]


def tier_choices() -> list[tuple[str, str]]:
    """Tiers, to choose from."""
    return [(each.value, str(each.label)) for each in Tier]
