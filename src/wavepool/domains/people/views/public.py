"""Pages for everybody: roles, creators, following."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import operations, queries
from wavepool.domains.people.views.answers import carry_out
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


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
    }
    return render(request, "people/creator.html", context)


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
