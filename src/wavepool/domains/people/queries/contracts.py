"""Reads of contracts between creators and agencies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.models import (
    Contract,
    ContractVersion,
    Creator,
    Introduction,
    Unbinding,
)
from wavepool.domains.people.queries.doors import access_party
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State

#: Data of a creator that a contract may open to an agency.
DATA_SCOPES: Final[Mapping[str, Promise]] = {
    "profile": _("Profile and level"),
    "content": _("Content and its results"),
    "audience": _("Audience, in aggregates"),
    "orders": _("Orders and their credits"),
    "income": _("Income and statements"),
}


def access_contract(
    contract_id: int,
    *,
    side: str,
    actor: Actor,
    to: str,
    at: datetime,
    for_update: bool = False,
) -> Contract:
    """A contract, for the people of one of its sides.

    Args:
        side: "creator" or "agency", the side for which the actor speaks.

    Raises:
        NotFound: there is none, or the actor is not of that side.
        NotAllowed: the actor's role there lacks the right.
    """
    rows = Contract.objects.select_for_update(of=("self",)) if for_update else Contract.objects
    contract = rows.filter(pk=contract_id).select_related("creator", "agency").first()
    if contract is None:
        raise NotFound(_("There is no such contract."))
    party_id = contract.creator_id if side == "creator" else contract.agency_id
    access_party(party=side, party_id=party_id, actor=actor, to=to, at=at)
    return contract


def get_contract(reference: str, *, side: str, party_id: int) -> Contract:
    """A contract of one creator or agency, with its versions and requests to end.

    Raises:
        NotFound: the party has no contract of that name.
    """
    rows = Contract.objects.filter(**{f"{side}_id": party_id}, reference=reference)
    contract = (
        rows.select_related("creator", "agency").prefetch_related("versions", "unbindings").first()
    )
    if contract is None:
        raise NotFound(_("There is no such contract."))
    return contract


def list_contracts(*, side: str, party_id: int) -> QuerySet[Contract]:
    """Contracts of a creator or an agency, ended ones too."""
    rows = Contract.objects.filter(**{f"{side}_id": party_id})
    return rows.select_related("creator", "agency").prefetch_related("versions", "unbindings")


def contract_as_of(creator: Creator | int, *, at: datetime) -> tuple[ContractVersion, ...]:
    """The terms in force for a creator at a moment, by agency; at most one for each income type.

    Ended and superseded versions count for the moments in which they applied.
    """
    creator_id = creator if isinstance(creator, int) else creator.pk
    rows = ContractVersion.objects.filter(contract__creator_id=creator_id, valid_from__lte=at)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    return tuple(rows.select_related("contract__agency").order_by("contract_id", "number"))


def split_as_of(
    creator: Creator | int, *, income_type: str, at: datetime
) -> tuple[int, int, int] | None:
    """(contract id, agency id, agency's share in ppm) of an income type, None without one."""
    for version in contract_as_of(creator, at=at):
        if income_type in version.held_types:
            contract = version.contract
            return contract.pk, contract.agency_id, version.split_ppm(income_type)
    return None


def list_roster(agency_id: int) -> QuerySet[Contract]:
    """An agency's creators under contract in force, with what their contracts open."""
    rows = Contract.objects.filter(agency_id=agency_id, state__in=("in_force", "notice"))
    return rows.select_related("creator").prefetch_related("versions")


def data_scopes_of(agency_id: int, *, at: datetime) -> dict[int, frozenset[str]]:
    """What data each creator of an agency lets it read, by creator: one query.

    The newest terms that applied by `at` decide, of past contracts too: a creator who
    closes its data closes the past as well.
    """
    rows = ContractVersion.objects.filter(contract__agency_id=agency_id, valid_from__lte=at)
    terms = rows.order_by("valid_from", "pk").values_list("contract__creator_id", "data_scope")
    return {creator_id: frozenset(scope) for creator_id, scope in terms}


def count_awaiting(*, side: str, party_id: int) -> int:
    """Proposals and requests to end that wait for this side's answer."""
    mine = {f"contract__{side}_id": party_id}
    missing = {f"{side}_agreed_at": None}
    versions = ContractVersion.objects.filter(state="proposed", **mine, **missing)
    unbindings = Unbinding.objects.filter(state="open", **mine).exclude(asked_by=side)
    return versions.count() + unbindings.count()


def list_objected_unbindings() -> QuerySet[Unbinding]:
    """Requests to end that staff have to decide, the oldest first."""
    rows = Unbinding.objects.filter(state=Unbinding.State.OBJECTED)
    return rows.select_related("contract__creator", "contract__agency").order_by("asked_at")


def list_introductions(*, side: str, party_id: int) -> QuerySet[Introduction]:
    """Introductions that an agency made, or that name a creator."""
    rows = Introduction.objects.filter(**{f"{side}_id": party_id})
    return rows.select_related("agency", "creator").order_by("-claimed_at")


def list_introductions_with_rivals(agency_id: int) -> QuerySet[Introduction]:
    """An agency's introductions, each with `rival` and `rival_id`: who won its anchor instead.

    Both are None where nobody else did.
    """
    won = Introduction.objects.filter(creator_id=OuterRef("creator_id"), state="won")
    others = won.exclude(agency_id=agency_id)
    rows = list_introductions(side="agency", party_id=agency_id).order_by()
    return rows.annotate(
        rival=Subquery(others.values("agency__name")[:1]),
        rival_id=Subquery(others.values("agency_id")[:1]),
    )


def access_introduction(introduction_id: int, *, agency_id: int) -> Introduction:
    """One of an agency's own introductions, with its rival.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    found = list_introductions_with_rivals(agency_id).filter(pk=introduction_id).first()
    if found is None:
        raise NotFound(_("There is no such introduction."))
    return found


def list_objected_introductions() -> QuerySet[Introduction]:
    """Introductions that staff have to decide, the oldest first."""
    rows = Introduction.objects.filter(state=Introduction.State.OBJECTED)
    return rows.select_related("agency", "creator").order_by("claimed_at")


def count_roster(agency_id: int) -> int:
    """Creators under contract in force."""
    return list_roster(agency_id).count()


def badge_of_introduction(row: Introduction) -> State:
    """An introduction as people see it."""
    tones = {"claimed": "info", "won": "ok", "objected": "warning", "refused": "error"}
    why = row.objection if row.state == "objected" else row.decision
    return State(
        name=row.state,
        label=row.get_state_display(),
        tone=tones.get(row.state, "neutral"),  # type: ignore[arg-type]
        why=why,
    )


def count_open_introductions(creator_id: int) -> int:
    """Introductions that wait for the anchor's answer."""
    return Introduction.objects.filter(creator_id=creator_id, state="claimed").count()


def contract_set_digest(*, at: datetime) -> str:
    """SHA-256 over the terms of every contract in force at a moment, in the order of contracts."""
    rows = ContractVersion.objects.filter(valid_from__lte=at)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at)).order_by("contract_id", "number")
    names = ("contract__reference", "number", "direct_ppm", "pool_ppm", "award_ppm")
    return hashlib.sha256(json.dumps(list(rows.values_list(*names))).encode()).hexdigest()
