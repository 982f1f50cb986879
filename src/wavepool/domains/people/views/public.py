"""Pages for everybody: roles, creators, following."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import operations, queries
from wavepool.domains.people.views.answers import carry_out
from wavepool.plumbing import clock
from wavepool.plumbing.panels import panels_on
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.search import Asked, Hit, finder


@access("public")
def roles(request: PlatformRequest) -> HttpResponse:
    """Every role of the content ecosystem, by group, words and ways to earn."""
    group, earning = request.GET.get("group", ""), request.GET.get("earning", "")
    search = request.GET.get("q", "")[:100]
    taxonomy = queries.get_taxonomy()
    group = group if group in taxonomy.groups else ""
    earning = earning if earning in taxonomy.earnings else ""
    found = queries.list_roles(group=group, earning=earning, search=search)
    by_group: dict[str, list[queries.ContentRole]] = {}
    for role in found:
        by_group.setdefault(str(role.group), []).append(role)
    context = {
        "by_group": by_group.items(),
        "count": len(found),
        "total": len(taxonomy.roles),
        "groups": taxonomy.groups.values(),
        "earnings": taxonomy.earnings.values(),
        "group": group,
        "earning": earning,
        "search": search,
        "is_narrowed": bool(group or earning or search),
    }
    return render(request, "people/roles.html", context)


@access("public")
def role(request: PlatformRequest, role: str) -> HttpResponse:
    """One role: what it makes, with which tools, how it earns."""
    found = queries.get_role(role)
    alike = [each for each in queries.list_roles(group=found.group.id) if each.id != found.id]
    return render(request, "people/role.html", {"role": found, "alike": alike[:6]})


@access("public")
def creator(request: PlatformRequest, handle: str) -> HttpResponse:
    """A creator's public page."""
    found = queries.get_creator(handle)
    if handle != found.handle:
        return redirect("people.creator", found.handle, permanent=True)
    account_id = request.actor.account_id
    context = {
        "creator": found,
        "role": queries.find_role(found.role),
        "channels": queries.list_channel_accounts(found.pk),
        "agency": [
            version.contract.agency for version in queries.contract_as_of(found, at=clock.now())
        ],
        "is_following": queries.is_following(account_id=account_id, creator_id=found.pk),
        "panels": panels_on("creator", request=request, subject=found, at=clock.now()),
    }
    return render(request, "people/creator.html", context)


@finder("creators", label=_("Creators"), places=("public",))
def find_creators(asked: Asked) -> list[Hit]:
    """Creators whom a search finds."""
    return [
        hit_of(each, reverse("people.creator", args=[each.handle]))
        for each in queries.find_creators(asked.text, limit=asked.limit)
    ]


@finder("roster", label=_("Creators under contract"), places=("agency",))
def find_in_roster(asked: Asked) -> list[Hit]:
    """Creators of the agency whom a search finds."""
    found = queries.find_creators_of_agency(
        asked.text, agency_id=asked.workspace.party_id, limit=asked.limit
    )
    return [hit_of(each, reverse("people.creator", args=[each.handle])) for each in found]


@finder("staff-creators", label=_("Creators, for staff"), places=("staff",))
def find_for_staff(asked: Asked) -> list[Hit]:
    """Creators whom a search of staff finds, at the page where decisions are made."""
    return [
        hit_of(each, reverse("people.staff.creator", args=[each.handle]))
        for each in queries.find_creators(asked.text, limit=asked.limit)
    ]


@finder("accounts", label=_("Accounts"), places=("staff",))
def find_accounts(asked: Asked) -> list[Hit]:
    """Accounts by the beginning of their address, for staff who may see these."""
    if "operate" not in asked.workspace.rights:
        return []
    page = reverse("people.staff.accounts")
    return [
        Hit(title=each.email, text=each.name, href=f"{page}?{urlencode({'q': each.email})}")
        for each in queries.find_accounts(asked.text, limit=asked.limit)
    ]


def hit_of(creator: Any, href: str) -> Hit:
    """A creator as a search shows it."""
    return Hit(title=creator.name, href=href, text=f"@{creator.handle}")


@require_POST
@access("signed_in")
def follow(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """Follow a creator."""
    return carry_out(
        request,
        lambda: operations.follow(handle=handle, actor=request.actor, as_of=clock.now()),
        done=_("You follow this creator now."),
        to=reverse("people.creator", args=[handle]),
    )


@require_POST
@access("signed_in")
def unfollow(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """Stop following a creator."""
    return carry_out(
        request,
        lambda: operations.unfollow(handle=handle, actor=request.actor, as_of=clock.now()),
        done=_("You no longer follow this creator."),
        to=reverse("people.creator", args=[handle]),
    )
