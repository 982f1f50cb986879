"""The doors: who an actor is, and which workspaces open for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import Account, ContractVersion, Creator, Membership
from wavepool.plumbing import clock
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
#: What a contract may let an agency do in its creator's studio; never money, never terms.
GRANTABLE: Final = frozenset({"view", "operate", "live"})
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
        data_scope: which data the agency may read, None for everything.
    """

    kind: str
    slug: str
    name: str
    party_id: int | None
    role: str
    rights: frozenset[str]
    on_behalf_of: str = ""
    data_scope: frozenset[str] | None = None

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


def find_account_by_email(email: str) -> Account | None:
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


def access_workspace(
    *, kind: str, slug: str, actor: Actor, to: str, at: datetime | None = None
) -> Workspace:
    """A creator's, shop's or agency's workspace, for its people.

    A studio also opens for the people of an agency whose contract with the creator is in
    force at `at` (default: now), as far as that contract lets the agency act.

    Raises:
        NotFound: there is none of that name, or the actor is not of its people.
        NotAllowed: the actor's role there lacks the right.
    """
    found = _own_workspace(kind=kind, slug=slug, actor=actor)
    if found is None and kind == "studio":
        found = _studio_through_agency(handle=slug, actor=actor, at=at or clock.now())
    if found is None:
        raise NotFound(_("There is no such page."))
    if to not in found.rights:
        raise NotAllowed(_("Your role does not allow this; an owner can grant it."))
    return found


def access_party(*, party: str, party_id: int, actor: Actor, to: str, at: datetime) -> None:
    """Pass if the actor may do this with a creator, shop, agency or team; the machine may all.

    Raises:
        NotFound: there is none, or the actor has no right at all there.
        NotAllowed: the actor's role there lacks the right.
    """
    if actor.is_machine:
        return
    rows = _seats(actor).filter(**{f"{party}_id": party_id})
    role = rows.values_list("role", flat=True).first()
    rights = RIGHTS[role] if role is not None else frozenset[str]()
    if role is None and party == "creator":
        rights = _rights_through_agency(creator_id=party_id, actor=actor, at=at)[0]
    if not rights:
        raise NotFound(_("There is no such page."))
    if to not in rights:
        raise NotAllowed(_("Your role does not allow this; an owner can grant it."))


def find_acting_agency(*, creator_id: int, actor: Actor, at: datetime) -> str:
    """The agency through which the actor acts for a creator, "" for its own people."""
    if _seats(actor).filter(creator_id=creator_id).exists():
        return ""
    return _rights_through_agency(creator_id=creator_id, actor=actor, at=at)[1]


def _own_workspace(*, kind: str, slug: str, actor: Actor) -> Workspace | None:
    party, naming = _PARTY_OF[kind]
    membership = _seats(actor).filter(**{f"{party}__{naming}": slug}).select_related(party).first()
    if membership is None:
        return None
    record = getattr(membership, party)
    return Workspace(
        kind=kind,
        slug=slug,
        name=record.name,
        party_id=record.pk,
        role=membership.role,
        rights=RIGHTS[membership.role],
    )


def _studio_through_agency(*, handle: str, actor: Actor, at: datetime) -> Workspace | None:
    creator = Creator.objects.filter(handle=handle).first()
    if creator is None:
        return None
    rights, agency, role, scope = _rights_through_agency(creator_id=creator.pk, actor=actor, at=at)
    if "view" not in rights:
        return None
    return Workspace(
        kind="studio",
        slug=handle,
        name=creator.name,
        party_id=creator.pk,
        role=role,
        rights=rights,
        on_behalf_of=agency,
        data_scope=scope,
    )


def _rights_through_agency(
    *, creator_id: int, actor: Actor, at: datetime
) -> tuple[frozenset[str], str, str, frozenset[str]]:
    """Rights, agency, role there and data scope; no rights without a contract in force.

    Several contracts with agencies of the actor add up; each gives at most what the
    contract grants and what the actor's role in that agency allows.
    """
    none = frozenset[str]()
    roles = _seats(actor).filter(agency__isnull=False)
    role_of = dict(roles.values_list("agency_id", "role"))
    versions = (
        ContractVersion.objects.filter(
            contract__creator_id=creator_id,
            contract__agency_id__in=role_of,
            contract__state__in=("in_force", "notice"),
            state="in_force",
            valid_from__lte=at,
        )
        .filter(Q(valid_to=None) | Q(valid_to__gt=at))
        .select_related("contract__agency")
        .order_by("contract__agency__name")
    )
    rights, scope, names, role = none, none, [], ""
    for version in versions:
        role = role_of[version.contract.agency_id]
        rights |= RIGHTS[role] & GRANTABLE & frozenset(version.may)
        scope |= frozenset(version.data_scope)
        names.append(version.contract.agency.name)
    return rights, ", ".join(names), role, scope


def list_workspaces(actor: Actor) -> tuple[Workspace, ...]:
    """Every workspace of an actor, by kind, then name."""
    rows = _seats(actor).filter(team=None)
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


def _seats(actor: Actor) -> QuerySet[Membership]:
    """Memberships of an actor; none for nobody."""
    if actor.account_id is None:
        return Membership.objects.none()
    return Membership.objects.filter(account_id=actor.account_id)


def _second_factor_at(session: Mapping[str, Any]) -> datetime | None:
    """When this session last showed a second factor, as allauth records it."""
    methods = session.get("account_authentication_methods", ())
    times = [each["at"] for each in methods if each.get("method") == "mfa"]
    return datetime.fromtimestamp(max(times), UTC) if times else None
