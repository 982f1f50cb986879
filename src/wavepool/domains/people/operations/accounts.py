"""Accounts that others open: the first staff, and people who were brought along."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import Account, Membership, Role, StaffTeam
from wavepool.domains.people.operations.trail import note
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, PlatformError

_LANGUAGE_MAX: Final = 16


class EmailTaken(PlatformError):
    """The address signs in already."""

    kind: ClassVar[str] = "people.email_taken"


class PreferenceUnknown(PlatformError):
    """A choice that there is not."""

    kind: ClassVar[str] = "people.preference_unknown"
    status: ClassVar[int] = 422


def add_account(*, email: str, name: str, actor: Actor, as_of: datetime) -> Account:
    """Open an account without a password; its owner sets one by the reset letter.

    Raises:
        EmailTaken: the address has an account.
        NotAllowed: only the machine and staff open accounts for others.
    """
    if not (actor.is_machine or actor.is_staff):
        raise NotAllowed(_("Only staff can open an account for somebody else."))
    try:
        with transaction.atomic():
            account = Account.objects.create_user(email, name=name)
            note(kind="account_added", subject=f"account:{account.pk}", actor=actor, at=as_of)
            return account
    except IntegrityError as error:
        message = _("This e-mail address has an account already.")
        raise EmailTaken(message, pointer="/email") from error


def set_preferences(
    *, language: str = "", theme: str = "", gain_colour: str = "", actor: Actor
) -> None:
    """Keep how the actor wants the pages, for every device; an empty value leaves what stands.

    Raises:
        PreferenceUnknown: a theme or a colour that there is not, or a language's name too long.
    """
    chosen = {"language": language, "theme": theme, "gain_colour": gain_colour}
    said = {name: value for name, value in chosen.items() if value}
    for name, choices in (("theme", Account.Theme), ("gain_colour", Account.Gain)):
        if name in said and said[name] not in choices.values:
            raise PreferenceUnknown(_("There is no such choice."), pointer=f"/{name}")
    if len(language) > _LANGUAGE_MAX:
        raise PreferenceUnknown(_("There is no such choice."), pointer="/language")
    if said and actor.account_id is not None:
        Account.objects.filter(pk=actor.account_id).update(**said)


def found_staff_team(
    *, slug: str, name: str, owner_ids: tuple[int, ...], actor: Actor, as_of: datetime
) -> StaffTeam:
    """Found a team of the operator's own people; from then on its owners invite others.

    Only the machine does it: whoever has the terminal of the house.

    Raises:
        NotAllowed: the actor is not the machine.
    """
    if not actor.is_machine:
        raise NotAllowed(_("A staff team is founded from the terminal of the house."))
    with transaction.atomic():
        team, _is_new = StaffTeam.objects.get_or_create(slug=slug, defaults={"name": name})
        for account_id in owner_ids:
            Membership.objects.get_or_create(
                account_id=account_id, team=team, defaults={"role": Role.OWNER}
            )
        note(
            kind="team_founded",
            subject=f"team:{team.pk}",
            actor=actor,
            at=as_of,
            owners=list(owner_ids),
        )
        return team
