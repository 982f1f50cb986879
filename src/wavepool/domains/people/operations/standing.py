"""Levels, tiers and restrictions: set here by whoever computes or decides them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.domains.people.models import Creator, Restriction, Standing, Tier
from wavepool.domains.people.operations.trail import note_creator
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError

LEVEL_MAX: Final = 9


class NoSuchLevel(PlatformError):
    """The level or tier does not exist."""

    kind: ClassVar[str] = "people.no_such_level"
    status: ClassVar[int] = 422


class StandingOverlaps(PlatformError):
    """The standing was changed at this very moment, or later."""

    kind: ClassVar[str] = "people.standing_overlaps"


class RestrictionOver(PlatformError):
    """The restriction was lifted already."""

    kind: ClassVar[str] = "people.restriction_over"


def set_level(
    *, creator_id: int, level: int, reason: str, actor: Actor, as_of: datetime
) -> Standing:
    """Give a creator a level from now on; the one before stays in the history.

    The machine and staff may do it.

    Raises:
        NoSuchLevel: not from 0 to 9.
        StandingOverlaps: the level was changed at this moment or later.
    """
    if not 0 <= level <= LEVEL_MAX:
        raise NoSuchLevel(_("Levels go from 0 to 9."), pointer="/level")
    _decider(actor)
    with transaction.atomic():
        creator = _locked(creator_id)
        standing = _stand(
            creator, kind="level", value=str(level), reason=reason, actor=actor, as_of=as_of
        )
        Creator.objects.filter(pk=creator.pk).update(level=level)
        return standing


def set_tier(*, creator_id: int, tier: str, reason: str, actor: Actor, as_of: datetime) -> Standing:
    """Put a creator into a tier from now on.

    Raises:
        NoSuchLevel: no such tier.
        StandingOverlaps: the tier was changed at this moment or later.
    """
    if tier not in Tier.values:
        raise NoSuchLevel(_("There is no such tier."), pointer="/tier")
    _decider(actor)
    with transaction.atomic():
        creator = _locked(creator_id)
        standing = _stand(creator, kind="tier", value=tier, reason=reason, actor=actor, as_of=as_of)
        Creator.objects.filter(pk=creator.pk).update(tier=tier)
        return standing


def restrict(
    *,
    creator_id: int,
    scope: str,
    reason: str,
    until_at: datetime | None,
    actor: Actor,
    as_of: datetime,
) -> Restriction:
    """Keep a creator from doing something until a moment, or until it is lifted.

    Raises:
        NoSuchLevel: the end does not lie ahead, or the scope does not exist.
    """
    if scope not in Restriction.Scope.values:
        raise NoSuchLevel(_("There is no such restriction."), pointer="/scope")
    if until_at is not None and until_at <= as_of:
        raise NoSuchLevel(_("A restriction must end in the future."), pointer="/until_at")
    _decider(actor)
    with transaction.atomic():
        creator = _locked(creator_id)
        restriction = Restriction.objects.create(
            creator=creator,
            scope=scope,
            reason=reason,
            set_by=actor.name,
            starts_at=as_of,
            until_at=until_at,
        )
        note_creator(
            kind="restricted",
            creator_id=creator.pk,
            actor=actor,
            at=as_of,
            scope=scope,
            reason=reason,
            until_at=until_at.isoformat() if until_at else None,
        )
        return restriction


def lift_restriction(*, restriction_id: int, reason: str, actor: Actor, as_of: datetime) -> None:
    """End a restriction now.

    Raises:
        RestrictionOver: it was lifted already.
    """
    _decider(actor)
    with transaction.atomic():
        found = Restriction.objects.filter(pk=restriction_id).first()
        if found is None:
            raise NotFound(_("There is no such restriction."))
        rows = Restriction.objects.filter(pk=restriction_id, lifted_at=None)
        if not rows.update(lifted_at=as_of, lifted_why=reason):
            raise RestrictionOver(_("This restriction was lifted already."))
        note_creator(
            kind="restriction_lifted",
            creator_id=found.creator_id,
            actor=actor,
            at=as_of,
            scope=found.scope,
            reason=reason,
        )


def note_first_lives(*, first: Mapping[int, datetime], actor: Actor, as_of: datetime) -> int:
    """Set when creators were on air for the first time; an earlier moment on record stays.

    Args:
        first: the beginning of a session that ended, by the creator's id.
        actor: who ended it.
        as_of: now.

    Returns:
        How many creators' moments changed.
    """
    with transaction.atomic():
        changed = []
        for creator_id, moment in sorted(first.items()):
            later = Q(first_live_at=None) | Q(first_live_at__gt=moment)
            rows = Creator.objects.filter(later, pk=creator_id)
            if rows.update(first_live_at=moment):
                changed.append(creator_id)
        for creator_id in changed:
            note_creator(
                kind="first_live_noted",
                creator_id=creator_id,
                actor=actor,
                at=as_of,
                first_live_at=first[creator_id].isoformat(),
            )
        return len(changed)


def _decider(actor: Actor) -> None:
    if not actor.is_machine:
        queries.access_staff(actor=actor, to="operate")


def _locked(creator_id: int) -> Creator:
    creator = Creator.objects.select_for_update().filter(pk=creator_id).first()
    if creator is None:
        raise NotFound(_("There is no creator of that name."))
    return creator


def _stand(
    creator: Creator, *, kind: str, value: str, reason: str, actor: Actor, as_of: datetime
) -> Standing:
    """End the version in force and begin the next; the same value again changes nothing."""
    now = Standing.objects.filter(creator=creator, kind=kind, valid_to=None).first()
    if now is not None and now.value == value:
        return now
    try:
        with transaction.atomic():
            rows = Standing.objects.filter(creator=creator, kind=kind, valid_to=None)
            rows.update(valid_to=as_of)
            standing = Standing.objects.create(
                creator=creator,
                kind=kind,
                value=value,
                reason=reason,
                set_by=actor.name,
                valid_from=as_of,
            )
    except IntegrityError as error:
        message = _("It was changed at this moment; look again and repeat if needed.")
        raise StandingOverlaps(message) from error
    note_creator(
        kind=f"{kind}_set",
        creator_id=creator.pk,
        actor=actor,
        at=as_of,
        value=value,
        before=now.value if now else None,
        reason=reason,
    )
    return standing
