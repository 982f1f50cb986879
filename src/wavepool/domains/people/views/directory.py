"""Lists of people, for staff: creators, shops, agencies, accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wavepool.domains.people import queries
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def creators(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every creator."""
    columns = (
        Column(
            name="name",
            label=_("Creator"),
            href=lambda row: reverse("people.staff.creator", args=[row.handle]),
            sort="name",
        ),
        Column(name="handle", label=_("Handle"), kind="code", sort="handle"),
        Column(name="kind", label=_("Kind"), value=lambda row: row.get_kind_display()),
        Column(name="role", label=_("Role"), value=lambda row: _role(row.role)),
        Column(name="level", label=_("Level"), kind="number", sort="level"),
        Column(name="tier", label=_("Tier"), value=lambda row: row.get_tier_display()),
        Column(name="followers", label=_("Followers"), kind="number", sort="followers"),
        Column(name="created_at", label=_("Joined"), kind="time", sort="created_at"),
    )
    filters = (
        _search("handle", "name"),
        Filter(
            name="kind",
            label=_("Kind"),
            apply=lambda rows, kind: rows.filter(kind=kind),
            choices=tuple(Choice(*each) for each in queries.kind_choices()),
        ),
        Filter(
            name="tier",
            label=_("Tier"),
            apply=lambda rows, tier: rows.filter(tier=tier),
            choices=tuple(Choice(*each) for each in queries.tier_choices()),
        ),
    )
    return _page(request, queries.list_creators(), columns, filters, name="creators", export=export)


@access("staff")
def shops(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every shop."""
    columns = (
        Column(name="name", label=_("Shop"), sort="name"),
        Column(name="slug", label=_("Address"), kind="code", sort="slug"),
        Column(name="currency", label=_("Currency")),
        Column(name="created_at", label=_("Opened"), kind="time", sort="created_at"),
    )
    return _page(
        request,
        queries.list_shops(),
        columns,
        (_search("slug", "name"),),
        name="shops",
        export=export,
    )


@access("staff")
def agencies(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every agency."""
    columns = (
        Column(name="name", label=_("Agency"), sort="name"),
        Column(name="slug", label=_("Address"), kind="code", sort="slug"),
        Column(name="created_at", label=_("Opened"), kind="time", sort="created_at"),
    )
    return _page(
        request,
        queries.list_agencies(),
        columns,
        (_search("slug", "name"),),
        name="agencies",
        export=export,
    )


@access("staff", read="operate")
def accounts(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every account that signs in."""
    columns = (
        Column(name="email", label=_("E-mail"), sort="email"),
        Column(name="name", label=_("Name"), sort="name"),
        Column(
            name="person",
            label=_("Verified as"),
            value=lambda row: row.person.legal_name if row.person else None,
        ),
        Column(name="created_at", label=_("Joined"), kind="time", sort="created_at"),
    )
    return _page(
        request,
        queries.list_accounts(),
        columns,
        (_search("email", "name"),),
        name="accounts",
        export=export,
    )


def _search(*fields: str) -> Filter:
    def apply(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        asked = Q()
        for field in fields:
            asked |= Q(**{f"{field}__icontains": text})
        return rows.filter(asked)

    return Filter(name="q", label=_("Search"), apply=apply)


def _page(
    request: PlatformRequest,
    rows: QuerySet[Any],
    columns: tuple[Column, ...],
    filters: tuple[Filter, ...],
    *,
    name: str,
    export: str,
) -> HttpResponseBase:
    page = read_list(
        request,
        rows,
        columns=columns,
        filters=filters,
        sort="email" if name == "accounts" else "-created_at",
    )
    kinds = (
        ("creators", _("Creators")),
        ("shops", _("Shops")),
        ("agencies", _("Agencies")),
        ("accounts", _("Accounts")),
    )
    tabs = [
        {"href": reverse(f"people.staff.{each}"), "label": label, "is_here": each == name}
        for each, label in kinds
    ]
    return respond(request, page, "people/directory.html", {"links": tabs}, export=export)


def _role(role_id: str) -> str:
    role = queries.find_role(role_id)
    return str(role) if role else ""
