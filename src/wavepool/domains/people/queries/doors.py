"""The doors: who an actor is, and which workspaces open for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import Account, Membership
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotAllowed, NotFound

#: What each role may do. "view" reads, "operate" does daily work, "finance" sees and moves
#: money, "own" changes people and terms, "live" runs a room.
RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    "owner": frozenset({"view", "operate", "finance", "own", "live"}),
    "operator": frozenset({"view", "operate", "live"}),
    "finance": frozenset({"view", "finance"}),
    "viewer": frozenset({"view"}),
    "co_pilot": frozenset({"view", "live"}),
}
#: The keyword by which each kind of workspace stands in an address.
ADDRESS_OF: Final = {"studio": "handle", "merchant": "shop", "agency": "org"}
_PARTY_OF: Final = {
    "studio": ("creator", "handle"),
    "merchant": ("shop", "slug"),
    "agency": ("agency", "slug"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace as one actor may use it.

    Attributes:
        kind: "studio", "merchant", "agency" or "staff".
        slug: how its address names it; "" for staff.
        name: how people call it.
        party_id: id of the creator, shop or agency; None for staff.
        role: the actor's role there.
        rights: what the actor may do there.
        on_behalf_of: the agency through which the actor acts, "" for its own people.
    """

    kind: str
    slug: str
    name: str
    party_id: int | None
    role: str
    rights: frozenset[str]
    on_behalf_of: str = ""

    @property
    def can_operate(self) -> bool:
        """Whether the actor may do daily work here."""
        return "operate" in self.rights

    @property
    def can_finance(self) -> bool:
        """Whether the actor may see and move money here."""
        return "finance" in self.rights

    @property
    def can_own(self) -> bool:
        """Whether the actor may change people and terms here."""
        return "own" in self.rights


def find_account(email: str) -> Account | None:
    """The account of an e-mail address, whatever its letter case, or None."""
    return Account.objects.filter(email=email.lower(), is_active=True).first()


def actor_of(account: Account, *, session: Mapping[str, Any]) -> Actor:
    """The actor behind a signed-in account, its staff roles read anew for every request."""
    roles = Membership.objects.filter(account=account, team__isnull=False)
    return Actor(
        account_id=account.pk,
        name=str(account),
        staff_roles=frozenset(roles.values_list("role", flat=True)),
        mfa_at=_second_factor_at(session),
    )


def access_staff(*, actor: Actor, to: str) -> Workspace:
    """The staff workspace, for a member of a team whose role gives the right.

    Raises:
        NotFound: the actor is no staff.
        NotAllowed: the actor's roles lack the right.
    """
    if not actor.is_staff:
        raise NotFound(_("There is no such page."))
    rights = frozenset[str]().union(*(RIGHTS[role] for role in actor.staff_roles))
    if to not in rights:
        raise NotAllowed(_("Your role does not allow this; an owner of your team can grant it."))
    role = min(actor.staff_roles)
    return Workspace(
        kind="staff", slug="", name=str(_("Staff")), party_id=None, role=role, rights=rights
    )


def access_workspace(*, kind: str, slug: str, actor: Actor, to: str) -> Workspace:
    """A creator's, shop's or agency's workspace, for its people.

    Raises:
        NotFound: there is none of that name, or the actor is not of its people.
        NotAllowed: the actor's role there lacks the right.
    """
    party, naming = _PARTY_OF[kind]
    membership = (
        Membership.objects.filter(account_id=actor.account_id, **{f"{party}__{naming}": slug})
        .select_related(party)
        .first()
    )
    if membership is None:
        raise NotFound(_("There is no such page."))
    rights = RIGHTS[membership.role]
    if to not in rights:
        raise NotAllowed(_("Your role does not allow this; an owner can grant it."))
    record = getattr(membership, party)
    return Workspace(
        kind=kind,
        slug=slug,
        name=record.name,
        party_id=record.pk,
        role=membership.role,
        rights=rights,
    )


def list_workspaces(actor: Actor) -> tuple[Workspace, ...]:
    """Every workspace of an actor, by kind, then name."""
    rows = Membership.objects.filter(account_id=actor.account_id, team=None)
    found = []
    for row in rows.select_related("creator", "shop", "agency"):
        for kind, (party, naming) in _PARTY_OF.items():
            record = getattr(row, party)
            if record is not None:
                found.append(
                    Workspace(
                        kind=kind,
                        slug=getattr(record, naming),
                        name=record.name,
                        party_id=record.pk,
                        role=row.role,
                        rights=RIGHTS[row.role],
                    )
                )
    staff = (access_staff(actor=actor, to="view"),) if actor.is_staff else ()
    return (*sorted(found, key=lambda each: (each.kind, each.name)), *staff)


def _second_factor_at(session: Mapping[str, Any]) -> datetime | None:
    """When this session last showed a second factor, as allauth records it."""
    methods = session.get("account_authentication_methods", ())
    times = [each["at"] for each in methods if each.get("method") == "mfa"]
    return datetime.fromtimestamp(max(times), UTC) if times else None
