"""Who is affected by a change: domains above register, this one asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.policies.models import PolicyVersion
from wavepool.domains.policies.queries.differences import Difference, find_differences
from wavepool.domains.policies.queries.versions import find_before
from wavepool.plumbing.errors import NotFound

Party = Literal["creator", "shop", "agency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A group that a change reaches.

    Attributes:
        name: stable name, "creators_of_level"; a slug with "-" in addresses.
        label: how people call the group.
        count: how many they are.
        detail: what changes for them, in one sentence.
        party: what the rows are, "" for things that nobody can be told of.
        rows: creators, shops or agencies; they are listed, and their owners told.
    """

    name: str
    label: str | Promise
    count: int
    detail: str | Promise = ""
    party: Party | Literal[""] = ""
    rows: QuerySet[Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change as the registered functions see it.

    Attributes:
        kind: kind of policy.
        before, after: the texts; "" before the first version.
        differences: what changes.
        at: the time of asking.
    """

    kind: str
    before: str
    after: str
    differences: tuple[Difference, ...]
    at: datetime


AffectedFunction = Callable[[Proposal], Iterable[Affected]]
_REGISTRY: Final[defaultdict[str, list[AffectedFunction]]] = defaultdict(list)


def register_affected(kind: str, function: AffectedFunction) -> None:
    """Let a domain say whom a change of a kind reaches; called once, where it is loaded."""
    if function not in _REGISTRY[kind]:
        _REGISTRY[kind].append(function)


def reached(
    name: str, label: str | Promise, party: Party, rows: QuerySet[Any], *, detail: Any = ""
) -> Affected:
    """A group of creators, shops or agencies, counted."""
    return Affected(
        name=name, label=label, count=rows.count(), detail=detail, party=party, rows=rows
    )


def list_affected(proposal: Proposal) -> tuple[Affected, ...]:
    """Everybody whom a proposal reaches, in the order of registration; nobody without a change."""
    if not proposal.differences:
        return ()
    return tuple(each for function in _REGISTRY[proposal.kind] for each in function(proposal))


def list_affected_by(version: PolicyVersion, *, at: datetime) -> tuple[Affected, ...]:
    """Whom a version reaches beside the one in whose place it was written."""
    before = find_before(version)
    old = before.text if before else version.text
    differences = find_differences(version.kind, before=old, after=version.text)
    return list_affected(
        Proposal(kind=version.kind, before=old, after=version.text, differences=differences, at=at)
    )


def get_affected(version: PolicyVersion, name: str, *, at: datetime) -> Affected:
    """One group whose members can be listed.

    Raises:
        NotFound: the change reaches no such group.
    """
    for each in list_affected_by(version, at=at):
        if each.name == name and each.rows is not None:
            return each
    raise NotFound(_("There is no such page."))


def list_owner_ids(group: Affected, *, after: int, limit: int) -> tuple[list[int], int | None]:
    """Accounts of owners of the next members of a group, and the last member read.

    Args:
        after: the last member read before, 0 for none.
        limit: members to read at once.

    The last member is None where there are no more.
    """
    if group.rows is None:
        return [], None
    rows = group.rows.filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    if not ids:
        return [], None
    return people.list_account_ids(party=group.party, party_ids=ids, right="own"), ids[-1]
