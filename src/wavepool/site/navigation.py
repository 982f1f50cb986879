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
    """One line of the navigation, or one of its views.

    Attributes:
        route: where it leads.
        label: its word.
        icon: its picture; views have none.
        right: what the reader must be allowed to do.
        views: pages side by side under this line, the line's own first; shown as tabs.
    """

    route: str
    label: str | Promise
    icon: str = ""
    right: str = "view"
    views: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An item at its address; `is_here` marks the page that is open."""

    href: str
    label: str | Promise
    icon: str
    is_here: bool
    views: tuple[Link, ...] = ()


#: Slots stand in the order of the jobs; a line with views shows them as tabs on its pages.
WORKSPACES: Final[dict[str, tuple[Item, ...]]] = {
    "studio": (
        Item("people.studio", _("Home"), "home"),
        Item(
            "content.pieces",
            _("Content"),
            "clapperboard",
            views=(
                Item("content.pieces", _("Pieces")),
                Item("live.sessions", _("Sessions")),
            ),
        ),
        Item(
            "catalog.studio_goods",
            _("Goods"),
            "package",
            views=(
                Item("catalog.studio_goods", _("Goods")),
                Item("events.links", _("Links")),
            ),
        ),
        Item(
            "pools.studio_value",
            _("Value"),
            "gauge",
            "finance",
            views=(
                Item("pools.studio_value", _("Value"), right="finance"),
                Item("scores.studio_scores", _("Factors"), right="finance"),
                Item("credits.studio_lines", _("Lines"), right="finance"),
                Item("programmes.studio_tasks", _("Tasks")),
                Item("programmes.studio_level", _("Level")),
                Item("programmes.studio_village", _("Village")),
            ),
        ),
        Item(
            "statements.studio_statements",
            _("Money"),
            "wallet",
            "finance",
            views=(
                Item("statements.studio_statements", _("Statements"), right="finance"),
                Item("payouts.studio_payouts", _("Payouts"), right="finance"),
                Item("statements.studio_paydays", _("Paydays"), right="finance"),
                Item("ledger.studio_wallet", _("Wallet"), right="finance"),
                Item("risk.studio_holds", _("Holds"), right="finance"),
            ),
        ),
        Item("people.studio.contracts", _("Agency"), "agency"),
        Item("people.studio.identity", _("Identity"), "id-card"),
        Item("people.studio.team", _("Team"), "users"),
    ),
    "merchant": (
        Item("people.merchant", _("Home"), "home"),
        Item(
            "orders.merchant_orders",
            _("Orders"),
            "clipboard-list",
            views=(
                Item("orders.merchant_orders", _("Orders")),
                Item("orders.merchant_complaints", _("Complaints")),
            ),
        ),
        Item("catalog.goods", _("Goods"), "package"),
        Item("catalog.plans", _("Plans"), "percent"),
        Item("catalog.permits", _("Permits"), "badge-check"),
        Item(
            "ledger.merchant_wallet",
            _("Money"),
            "wallet",
            "finance",
            views=(
                Item("ledger.merchant_wallet", _("Wallet"), right="finance"),
                Item("credits.merchant_lines", _("Commission"), right="finance"),
                Item("insights.spend", _("Spend"), right="finance"),
                Item("statements.merchant_statements", _("Statements"), right="finance"),
                Item("payouts.merchant_payouts", _("Payouts"), right="finance"),
            ),
        ),
        Item("catalog.imports", _("Imports"), "upload"),
        Item("people.merchant.team", _("Team"), "users"),
    ),
    "agency": (
        Item("people.agency", _("Home"), "home"),
        Item(
            "people.agency.roster",
            _("Roster"),
            "clapperboard",
            views=(
                Item("people.agency.roster", _("Roster")),
                Item("people.agency.contracts", _("Contracts")),
            ),
        ),
        Item(
            "programmes.agency_frame",
            _("Frame"),
            "target",
            "finance",
            views=(
                Item("programmes.agency_frame", _("Frame"), right="finance"),
                Item("people.agency.introductions", _("Introductions")),
            ),
        ),
        Item("credits.agency_lines", _("Lines"), "trending-up", "finance"),
        Item(
            "insights.agency_settlement",
            _("Money"),
            "wallet",
            "finance",
            views=(
                Item("insights.agency_settlement", _("Settlement"), right="finance"),
                Item("statements.agency_statements", _("Statements"), right="finance"),
                Item("payouts.agency_payouts", _("Payouts"), right="finance"),
                Item("ledger.agency_wallet", _("Wallet"), right="finance"),
            ),
        ),
        Item("people.agency.team", _("Team"), "users"),
    ),
    "staff": (
        Item(
            "people.staff",
            _("Home"),
            "home",
            views=(
                Item("people.staff", _("Home")),
                Item("insights.board", _("Board")),
                Item("insights.growth", _("Growth")),
                Item("insights.impact", _("Impact")),
            ),
        ),
        Item(
            "people.staff.creators",
            _("People"),
            "users",
            views=(
                Item("people.staff.creators", _("Creators")),
                Item("people.staff.verifications", _("Verification")),
                Item("people.staff.imports", _("Imports")),
            ),
        ),
        Item(
            "catalog.staff",
            _("Content"),
            "package",
            views=(
                Item("catalog.staff", _("Goods")),
                Item("content.staff_pieces", _("Pieces")),
                Item("content.every_admission", _("Admission")),
                Item("live.staff_sessions", _("Sessions")),
            ),
        ),
        Item(
            "events.volume",
            _("Data"),
            "database",
            views=(
                Item("events.volume", _("Events")),
                Item("events.quarantine", _("Quarantine")),
                Item("orders.staff_orders", _("Orders")),
                Item("credits.runs", _("Runs")),
                Item("credits.court", _("Court")),
                Item("jobs", _("Jobs")),
            ),
        ),
        Item(
            "pools.pools",
            _("Value"),
            "gauge",
            views=(
                Item("pools.pools", _("Pools")),
                Item("pools.fund", _("Fund")),
                Item("scores.staff_scores", _("Scores")),
                Item("programmes.staff_programmes", _("Programmes")),
                Item("programmes.villages", _("Villages")),
            ),
        ),
        Item(
            "risk.holds",
            _("Risk"),
            "shield",
            views=(
                Item("risk.holds", _("Holds")),
                Item("statements.staff_objections", _("Objections")),
                Item("statements.staff_corrections", _("Corrections"), right="finance"),
            ),
        ),
        Item("policies.kinds", _("Policies"), "policy"),
        Item(
            "insights.month_close",
            _("Money"),
            "money",
            "finance",
            views=(
                Item("insights.month_close", _("Month"), right="finance"),
                Item("statements.closes", _("Close"), right="finance"),
                Item("statements.staff_statements", _("Statements"), right="finance"),
                Item("payouts.batches", _("Payouts"), right="finance"),
                Item("payouts.reconciliation", _("Reconciliation"), right="finance"),
                Item("insights.staff_settlement", _("Settlement"), right="finance"),
                Item("ledger.trial", _("Ledger"), right="finance"),
            ),
        ),
    ),
}


def navigation_of(workspace: Workspace, *, path: str) -> tuple[Link, ...]:
    """The links of a workspace; the longest address that begins the path is here."""
    names = [workspace.slug] if workspace.slug else []
    items = WORKSPACES[workspace.kind]
    pages = {
        each.route: reverse(each.route, args=names)
        for item in items
        for each in (item, *item.views)
        if each.right in workspace.rights
    }
    here = max((href for href in pages.values() if path.startswith(href)), key=len, default="")

    def link(item: Item) -> Link | None:
        views = tuple(found for each in item.views if (found := link(each)) is not None)
        if item.route not in pages:
            # Who may not open the line itself still finds the view that it may open.
            return (
                Link(views[0].href, item.label, item.icon, any(v.is_here for v in views), views)
                if views
                else None
            )
        href = pages[item.route]
        return Link(
            href, item.label, item.icon, href == here or any(v.is_here for v in views), views
        )

    return tuple(found for item in items if (found := link(item)) is not None)


def views_of(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The views beside the page that is open; none where it stands alone."""
    found = next((link.views for link in links if link.is_here), ())
    return found if len(found) > 1 else ()
