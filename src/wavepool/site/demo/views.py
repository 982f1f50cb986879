"""The door of the demonstration: pick who you are, no password; closed everywhere else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.people import queries as people
from wavepool.plumbing.routes import access
from wavepool.site.adapters import take_cart_along
from wavepool.site.demo.roles import ROLES, role_named
from wavepool.site.homes import home_of


@require_GET
@access("public")
def pick(request: HttpRequest) -> HttpResponse:
    """Show who one can be."""
    _only_in_the_demonstration()
    return render(request, "pages/demo_roles.html", {"roles": ROLES})


@require_POST
@access("public", write="view")
def enter(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as one of them and go where that person works."""
    _only_in_the_demonstration()
    chosen = role_named(role)
    account = people.find_account_by_email(chosen.email) if chosen else None
    if account is None:
        raise Http404
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    take_cart_along(request, account_id=account.pk)
    actor = people.actor_of(account, session=request.session)
    return redirect(home_of(actor))


def _only_in_the_demonstration() -> None:
    if not settings.IS_DEMO:
        raise Http404
