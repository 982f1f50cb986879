"""Single pages of the ledger: the trial balance, a transfer, a new proof."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.ledger import operations, queries
from wavepool.domains.ledger.views.showing import state_of, tabs
from wavepool.plumbing import clock
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff", read="finance")
@require_GET
def trial(request: PlatformRequest) -> HttpResponse:
    """The trial balance, and the months that are closed."""
    context = {
        "tabs": tabs("ledger.trial"),
        "balance": queries.trial_balance(),
        "closed": queries.list_closed_periods()[:12],
        "latest": queries.list_verifications().first(),
    }
    return render(request, "ledger/trial.html", context)


@access("staff", read="finance")
@require_GET
def transfer(request: PlatformRequest, transfer_id: int) -> HttpResponse:
    """A transfer with its batch and everything that it hangs together with."""
    found = queries.get_transfer(transfer_id)
    links = queries.links_of(found)
    context = {
        "transfer": found,
        "state": state_of(found),
        "links": links,
        "groups": (
            (_("Posted in the same batch"), links.batch),
            (_("About the same"), links.subject),
        ),
    }
    return render(request, "ledger/transfer.html", context)


@access("staff", read="finance", write="finance")
@require_POST
def prove(request: PlatformRequest) -> HttpResponse:
    """Prove what is new in the books, and show the result."""
    proof = operations.verify_new_books(actor=request.actor, as_of=clock.now())
    if proof.reconciles:
        messages.success(request, _("The books reconcile."))
    else:
        messages.error(request, _("The books do not reconcile; the differences stand below."))
    return redirect("ledger.proofs")
