"""Pages of an account that belong to no domain: its API keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from wavepool.plumbing import clock, keys
from wavepool.plumbing.errors import NotAllowed
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.site.forms import KeyForm

#: How long a rotated key keeps working beside its successor.
OVERLAP: Final = timedelta(days=1)


@access("signed_in")
@never_cache
@sensitive_variables()
def list_keys(request: PlatformRequest) -> HttpResponse:
    """Every key of the account, and the form that makes one."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        at = clock.now()
        made = keys.make_key(
            account_id=_account_id(request),
            name=chosen["name"],
            scopes=chosen["scopes"],
            is_live=chosen["mode"] == "live",
            expires_at=at + timedelta(days=int(chosen["days"])),
            actor=request.actor,
            at=at,
        )
        return _page(request, KeyForm(), made=made)
    return _page(request, form, status=422 if form.is_bound else 200)


@access("signed_in")
@never_cache
@sensitive_variables()
@require_POST
def rotate_key(request: PlatformRequest, key: str) -> HttpResponse:
    """Make a key's successor and show it; the old one works for another day."""
    made = keys.rotate_key(
        public_id=key,
        account_id=_account_id(request),
        overlap=OVERLAP,
        actor=request.actor,
        at=clock.now(),
    )
    return _page(request, KeyForm(), made=made)


@access("signed_in")
@require_POST
def revoke_key(request: PlatformRequest, key: str) -> HttpResponse:
    """Close a key at once."""
    row = keys.revoke_key(
        public_id=key, account_id=_account_id(request), actor=request.actor, at=clock.now()
    )
    messages.success(request, _("The key %(name)s opens nothing any more.") % {"name": row.name})
    return redirect("account.keys")


def _account_id(request: PlatformRequest) -> int:
    account_id = request.actor.account_id
    if account_id is None:
        raise NotAllowed(_("Sign in to see your keys."))
    return account_id


def _page(
    request: PlatformRequest,
    form: KeyForm,
    *,
    made: keys.NewKey | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of keys; a key just made stands on it this once, and in no store."""
    at = clock.now()
    rows = [
        {"key": row, "state": row.state(at), "is_open": row.is_open(at)}
        for row in keys.list_keys(_account_id(request))[:200]
    ]
    context = {"form": form, "rows": rows, "made": made, "labels": keys.scopes()}
    return render(request, "pages/account_keys.html", context, status=status)
