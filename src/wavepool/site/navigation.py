"""The left navigation of every workspace: at most eight items, in the order of the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people.queries import Workspace


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the navigation: where it leads, its label, its icon, the right it asks for."""

    route: str
    label: str | Promise
    icon: str
    right: str = "view"


@dataclass(frozen=True, slots=True)
class Link:
    """An item at its address; `is_here` marks the page that is open."""

    href: str
    label: str | Promise
    icon: str
    is_here: bool


WORKSPACES: Final[dict[str, tuple[Item, ...]]] = {
    "studio": (
        Item("people.studio", _("Home"), "home"),
        Item("catalog.studio_goods", _("Goods"), "package"),
        Item("ledger.studio_wallet", _("Wallet"), "wallet", "finance"),
        Item("people.studio.contracts", _("Agency"), "agency"),
        Item("people.studio.identity", _("Identity"), "id-card"),
        Item("people.studio.team", _("Team"), "users"),
    ),
    "merchant": (
        Item("people.merchant", _("Home"), "home"),
        Item("catalog.goods", _("Goods"), "package"),
        Item("catalog.plans", _("Plans"), "percent"),
        Item("catalog.permits", _("Permits"), "badge-check"),
        Item("ledger.merchant_wallet", _("Wallet"), "wallet", "finance"),
        Item("catalog.imports", _("Imports"), "upload"),
        Item("people.merchant.team", _("Team"), "users"),
    ),
    "agency": (
        Item("people.agency", _("Home"), "home"),
        Item("people.agency.roster", _("Roster"), "clapperboard"),
        Item("people.agency.contracts", _("Contracts"), "file-text"),
        Item("ledger.agency_wallet", _("Wallet"), "wallet", "finance"),
        Item("people.agency.introductions", _("Introductions"), "user-plus"),
        Item("people.agency.team", _("Team"), "users"),
    ),
    "staff": (
        Item("people.staff", _("Home"), "home"),
        Item("people.staff.creators", _("People"), "users"),
        Item("people.staff.verifications", _("Verification"), "id-card"),
        Item("catalog.staff", _("Catalog"), "package"),
        Item("policies.kinds", _("Policies"), "policy"),
        Item("ledger.trial", _("Ledger"), "money", "finance"),
        Item("people.staff.imports", _("Imports"), "upload"),
        Item("jobs", _("Jobs"), "list-checks"),
    ),
}


def navigation_of(workspace: Workspace, *, path: str) -> tuple[Link, ...]:
    """The links of a workspace; the longest address that begins the path is here."""
    names = [workspace.slug] if workspace.slug else []
    items = [
        (item, reverse(item.route, args=names))
        for item in WORKSPACES[workspace.kind]
        if item.right in workspace.rights
    ]
    here = max((href for _item, href in items if path.startswith(href)), key=len, default="")
    return tuple(Link(href, item.label, item.icon, href == here) for item, href in items)
