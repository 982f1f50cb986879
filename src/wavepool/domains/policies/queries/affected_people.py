"""Whom of the people a change of policy reaches: creators by level, tier and kind, agencies.

People stands below and knows no policies, so its groups are registered here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries as people
from wavepool.domains.policies.models.kinds import kind_of
from wavepool.domains.policies.queries.affected import (
    Affected,
    Proposal,
    reached,
    register_affected,
)
from wavepool.domains.policies.tables import read_document

_TABLE: Final = re.compile(r"^[a-z_]+\[(.+?)\]")
#: Which tiers may gain or lose a creator when a bound moves.
_TIERS_OF: Final = {
    "tiers.head_from_minor": frozenset({"head", "mid"}),
    "tiers.mid_from_minor": frozenset({"mid", "tail"}),
    "tiers.newcomer_days": frozenset({"newcomer", "tail"}),
}


def _levels(proposal: Proposal) -> Iterator[Affected]:
    """Creators who hold a changed level, and those one below it; all when the review changes."""
    creators = people.list_creators()
    if any(not each.change.path.startswith("levels[") for each in proposal.differences):
        yield reached(
            "creators-with-level",
            _("Creators with a level"),
            "creator",
            creators.filter(level__gt=0),
            detail=_("Their next review goes by the new rule."),
        )
        return
    named = _tables(proposal)
    texts = (proposal.before, proposal.after)
    places = {
        number
        for text in texts
        for number, level in enumerate(_body(proposal.kind, text).get("levels", ()), 1)
        if level.get("id") in named
    }
    yield reached(
        "creators-at-level",
        _("Creators who hold a changed level"),
        "creator",
        creators.filter(level__in=places),
        detail=_("They need other figures to keep it."),
    )
    below = {number - 1 for number in places} - places
    yield reached(
        "creators-below-level",
        _("Creators one level below"),
        "creator",
        creators.filter(level__in=below),
        detail=_("They need other figures to rise."),
    )


def _tiers(proposal: Proposal) -> Iterator[Affected]:
    """Creators of the tiers beside a bound that moves."""
    paths = {each.change.path for each in proposal.differences}
    tiers = frozenset[str]().union(*(_TIERS_OF.get(path, frozenset()) for path in paths))
    if tiers:
        yield reached(
            "creators-of-tier",
            _("Creators of the tiers beside a changed bound"),
            "creator",
            people.list_creators().filter(tier__in=tiers),
            detail=_("Boards may count them elsewhere; pay stays as it is."),
        )


def _paid(proposal: Proposal) -> Iterator[Affected]:
    """Creators who are paid, and so wait or share by the rule."""
    yield reached(
        "creators-paid",
        _("Creators who are paid"),
        "creator",
        people.list_creators_paid(at=proposal.at),
        detail=_("What they earn is counted by it from its first day."),
    )


def _programmes(proposal: Proposal) -> Iterator[Affected]:
    """Creators of the kinds that a changed programme is for, and agencies where it is for them."""
    named, kinds, subjects = _tables(proposal), set[str](), set[str]()
    for text in (proposal.before, proposal.after):
        for programme in _body(proposal.kind, text).get("programmes", ()):
            if programme.get("id") in named:
                kinds |= set(programme.get("eligibility", {}).get("kinds", ()))
                subjects.add(str(programme.get("subject", "")))
    if "creator" in subjects:
        yield reached(
            "creators-of-kind",
            _("Creators of the kinds that may take part"),
            "creator",
            people.list_creators().filter(kind__in=kinds),
            detail=_("What they can earn in the programme changes."),
        )
    if "agency" in subjects:
        yield reached(
            "agencies",
            _("Agencies"),
            "agency",
            people.list_agencies(),
            detail=_("What they earn for anchors they introduced changes."),
        )


def _floors(proposal: Proposal) -> Iterator[Affected]:
    """Creators of the tiers whose guaranteed part changes; all where a cap does."""
    floors = [each.change.path.startswith("floors[") for each in proposal.differences]
    rows = people.list_creators()
    if all(floors):
        rows = rows.filter(tier__in=_tables(proposal))
    yield reached(
        "creators-shown",
        _("Creators whose exposure it limits or guarantees"),
        "creator",
        rows,
        detail=_("How often their pieces are shown may change."),
    )


def _payouts(proposal: Proposal) -> Iterator[Affected]:
    """Creators who are paid, and agencies: when they get it and what is withheld."""
    yield from _paid(proposal)
    yield reached(
        "agencies-paid",
        _("Agencies"),
        "agency",
        people.list_agencies(),
        detail=_("When their money leaves, and what is kept back, goes by it."),
    )


def _tables(proposal: Proposal) -> set[str]:
    """Labels of the tables that change: `levels[L3].received_minor` is of L3."""
    found = (_TABLE.match(each.change.path) for each in proposal.differences)
    return {match[1].partition("#")[0] for match in found if match}


def _body(kind: str, text: str) -> dict[str, Any]:
    return read_document(text, kind=kind_of(kind)).body


#: Which function counts the people of which kind of policy.
KINDS_OF_PEOPLE: Final = {
    "level": _levels,
    "tier": _tiers,
    "programme": _programmes,
    "traffic": _floors,
    "payout": _payouts,
    **dict.fromkeys(("attribution", "commission", "value", "pool", "hold"), _paid),
}
for _kind, _function in KINDS_OF_PEOPLE.items():
    register_affected(_kind, _function)
