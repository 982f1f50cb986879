"""Who is affected by a change: domains above register, this one asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise

from wavepool.domains.policies.queries.differences import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A group of people that a change reaches.

    Attributes:
        name: stable name, "creators".
        label: how people call the group.
        count: how many they are.
        detail: what changes for them, in one sentence.
        href: where they are listed, "" for nowhere.
    """

    name: str
    label: str | Promise
    count: int
    detail: str | Promise = ""
    href: str = ""


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
    """Let a domain above say whom a change of a kind reaches; called once, when apps are ready."""
    if function not in _REGISTRY[kind]:
        _REGISTRY[kind].append(function)


def list_affected(proposal: Proposal) -> tuple[Affected, ...]:
    """Everybody whom a proposal reaches, in the order of registration; nobody without a change."""
    if not proposal.differences:
        return ()
    return tuple(each for function in _REGISTRY[proposal.kind] for each in function(proposal))
