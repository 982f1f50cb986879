"""Single payouts for staff: those that wait for an answer, and one with all that is known."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.payouts import forms, operations, queries
from wavepool.domains.payouts.views import lists
from wavepool.domains.payouts.views.proposals import shown_proposals
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff", read="finance")
def waiting(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Payouts of which nobody knows yet whether they arrived, and since when they wait."""
    page = read_list(
        request,
        queries.waiting_payouts(),
        columns=lists.waiting_columns(),
        sort="sent",
    )
    return respond(request, page, "payouts/waiting.html", {}, export=export)


@access("staff", read="finance")
@require_GET
def staff_payout(request: PlatformRequest, payout: str) -> HttpResponse:
    """One payout, its statements, what the rail reports, and how to end a difference."""
    return _page(request, payout)


@access("staff", read="finance", write="finance")
@require_POST
def ask_rail(request: PlatformRequest, payout: str) -> HttpResponse:
    """Ask the rail what became of a payout."""
    found = operations.ask_rail(payout_id=payout, actor=request.actor, as_of=clock.now())
    if found.state in {"sent", "unknown"}:
        messages.info(request, _("The bank does not know yet either."))
    else:
        messages.success(request, _("The bank answered."))
    return redirect("payouts.staff_payout", payout)


@access("staff", read="finance", write="finance")
@require_POST
def resolve(request: PlatformRequest, payout: str) -> HttpResponse:
    """Propose what became of a payout."""
    found = queries.get_payout(payout)
    form = forms.DeedForm(request.POST, state=found.state)
    if form.is_valid():
        try:
            operations.propose_resolution(
                payout_id=payout, actor=request.actor, as_of=clock.now(), **form.cleaned_data
            )
        except NotFound:
            raise
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Proposed. Somebody else of the team decides."))
            return redirect("payouts.staff_payout", payout)
    return _page(request, payout, form=form, status=422)


def _page(
    request: PlatformRequest,
    public_id: str,
    *,
    form: forms.DeedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.get_payout(public_id)
    can = request.workspace.can_finance
    context: dict[str, Any] = {
        "payout": found,
        "state": queries.payout_state(found),
        "steps": queries.payout_steps(found),
        "parts": lists.shown_parts(found, request.workspace),
        "line": queries.find_report_line(found),
        "proposals": shown_proposals(
            queries.list_resolutions().filter(payout=found).order_by("-pk"), request.actor
        ),
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=clock.now()),
        "can_ask": can and found.state in {"sent", "unknown"},
        "form": form or forms.DeedForm(state=found.state),
        "can_resolve": can and found.state in operations.DEEDS,
    }
    return render(request, "payouts/staff_payout.html", context, status=status)
