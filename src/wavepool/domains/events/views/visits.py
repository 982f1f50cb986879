"""What the platform may know of a person's visits, in that person's own hands."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wavepool.domains.events import operations, queries
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.errors import NotAllowed
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("signed_in")
def visits(request: PlatformRequest) -> HttpResponse:
    """Consent, and the way out."""
    account_id = _account_id(request)
    context = {
        "consent": queries.find_consent(account_id),
        "recognised": queries.count_recognised(account_id),
    }
    return render(request, "events/visits.html", context)


@access("signed_in")
@require_POST
def decide(request: PlatformRequest, deed: str) -> HttpResponse:
    """Give consent, withdraw it, or ask to be forgotten."""
    account_id, at = _account_id(request), clock.now()
    if deed == "agree":
        operations.give_consent(account_id=account_id, actor=request.actor, as_of=at)
        messages.success(request, _("Thank you. You can take it back at any time."))
    elif deed == "withdraw":
        operations.withdraw_consent(account_id=account_id, actor=request.actor, as_of=at)
        messages.success(request, _("Taken back. Nothing more is joined with your account."))
    else:
        operations.withdraw_consent(account_id=account_id, actor=request.actor, as_of=at)
        key = f"events.forget_person:{account_id}:{at.isoformat()}"
        payload = {"account_id": account_id}
        jobs.enqueue("events.forget_person", key=key, actor=request.actor, payload=payload, at=at)
        messages.success(request, _("Your visits are being erased; it takes a few minutes."))
    return redirect("events.visits")


def _account_id(request: PlatformRequest) -> int:
    if request.actor.account_id is None:
        raise NotAllowed(_("Sign in to see this."))
    return request.actor.account_id
