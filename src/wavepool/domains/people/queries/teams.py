"""Reads of teams: members, invitations, and what each role may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import Invitation, Membership, Role, StaffTeam
from wavepool.domains.people.queries.documents import hash_token
from wavepool.domains.people.queries.doors import GRANTABLE, RIGHTS
from wavepool.plumbing.errors import NotFound

RIGHT_LABELS: Final[dict[str, Promise]] = {
    "view": _("See everything here"),
    "operate": _("Do the daily work"),
    "live": _("Run live rooms"),
    "finance": _("See and move money"),
    "own": _("Change people and terms"),
}


def list_members(*, party: str, party_id: int) -> QuerySet[Membership]:
    """Members of a team, owners first."""
    rows = Membership.objects.filter(**{f"{party}_id": party_id})
    return rows.select_related("account").order_by("since_at", "pk")


def list_account_ids(*, party: str, party_ids: Collection[int], right: str) -> list[int]:
    """Accounts whose role gives a right in any of some parties; each once, in order."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    rows = Membership.objects.filter(role__in=roles, **{f"{party}_id__in": party_ids})
    return list(rows.order_by("account_id").values_list("account_id", flat=True).distinct())


def list_staff_with(right: str) -> dict[int, str]:
    """Names of the operator's people whose role gives a right, by account, in their order."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    rows = Membership.objects.filter(team__isnull=False, role__in=roles)
    return dict(rows.order_by("account_id").values_list("account_id", "account__name"))


def list_open_invitations(
    *, party: str, party_id: int, at: datetime
) -> tuple[tuple[Invitation, bool], ...]:
    """Open invitations of a team, each with whether it has lapsed."""
    rows = Invitation.objects.filter(**{f"{party}_id": party_id}, state="open")
    found = rows.select_related("invited_by").order_by("-sent_at")
    return tuple((each, each.expires_at <= at) for each in found)


def list_invitations_to(email: str, *, at: datetime) -> tuple[Invitation, ...]:
    """Open invitations to an address."""
    rows = Invitation.objects.filter(email=email.lower(), state="open", expires_at__gt=at)
    return tuple(rows.select_related("creator", "shop", "agency", "team"))


def get_invitation(token: str) -> Invitation:
    """The invitation of a letter.

    Raises:
        NotFound: no invitation has this token.
    """
    rows = Invitation.objects.filter(token_hash=hash_token(token))
    found = rows.select_related("creator", "shop", "agency", "team", "invited_by").first()
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def list_staff_teams(account_id: int | None) -> tuple[StaffTeam, ...]:
    """Teams of staff to which an account belongs."""
    if account_id is None:
        return ()
    return tuple(StaffTeam.objects.filter(memberships__account_id=account_id).order_by("name"))


def permission_matrix() -> tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]:
    """For each right its name, and for each role whether it has the right."""
    return tuple(
        (
            str(label),
            tuple((str(Role(role).label), right in rights) for role, rights in RIGHTS.items()),
        )
        for right, label in RIGHT_LABELS.items()
    )


def seat_roles() -> list[tuple[str, str]]:
    """Roles that a seat may have, to choose from."""
    return [(role.value, str(role.label)) for role in Role]


def grantable_choices() -> list[tuple[str, str]]:
    """What a contract may let an agency do, to choose from."""
    return [(right, str(label)) for right, label in RIGHT_LABELS.items() if right in GRANTABLE]
