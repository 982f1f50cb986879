"""Following creators."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Creator, Follow
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, PlatformError


class OwnCreator(PlatformError):
    """People of a creator do not count as its followers."""

    kind: ClassVar[str] = "people.own_creator"


def follow(*, handle: str, actor: Actor, as_of: datetime) -> None:
    """Follow a creator; following twice counts once.

    Raises:
        OwnCreator: the actor is of the creator's own people.
    """
    account_id = _known(actor)
    creator = queries.get_creator(handle)
    with transaction.atomic():
        Creator.objects.select_for_update().get(pk=creator.pk)
        if creator.memberships.filter(account_id=account_id).exists():
            raise OwnCreator(_("You are of this creator's own people."))
        _row, is_new = Follow.objects.get_or_create(
            account_id=account_id, creator=creator, defaults={"since_at": as_of}
        )
        if is_new:
            Creator.objects.filter(pk=creator.pk).update(followers=F("followers") + 1)
            note(kind="followed", subject=f"creator:{creator.pk}", actor=actor, at=as_of)


def unfollow(*, handle: str, actor: Actor, as_of: datetime) -> None:
    """Stop following a creator; doing it twice counts once."""
    account_id = _known(actor)
    creator = queries.get_creator(handle)
    with transaction.atomic():
        Creator.objects.select_for_update().get(pk=creator.pk)
        gone, _by_table = Follow.objects.filter(account_id=account_id, creator=creator).delete()
        if gone:
            Creator.objects.filter(pk=creator.pk).update(followers=F("followers") - 1)
            note(kind="unfollowed", subject=f"creator:{creator.pk}", actor=actor, at=as_of)


def _known(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotAllowed(_("Sign in to follow creators."))
    return actor.account_id
