"""The fund: a page for everybody, and the desk where two persons commit and finance releases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.forms import (
    CommitmentForm,
    FundForm,
    RefusalForm,
    ReleaseForm,
    SeenForm,
    show_refusal,
)
from wavepool.domains.pools.views import charts
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("public")
@require_GET
def public_fund(request: HttpRequest) -> HttpResponse:
    """What the platform committed to creators, and what of it was released and paid."""
    return render(request, "pools/public_fund.html", {"boards": _boards()})


@access("staff")
@require_GET
def funds(request: PlatformRequest) -> HttpResponse:
    """Every fund, and the form to open one."""
    return render(request, "pools/staff_funds.html", {"boards": _boards(), "form": FundForm()})


@access("staff", write="own")
@require_POST
def open_fund(request: PlatformRequest) -> HttpResponse:
    """Open a fund without any commitment yet."""
    form = FundForm(request.POST)
    if form.is_valid():
        try:
            made = operations.open_fund(actor=request.actor, as_of=clock.now(), **form.cleaned_data)
        except PlatformError as error:
            show_refusal(form, error)
        else:
            return redirect("pools.fund_page", made.public_id)
    context = {"boards": _boards(), "form": form}
    return render(request, "pools/staff_funds.html", context, status=422)


@access("staff")
@require_GET
def fund(request: PlatformRequest, fund: str) -> HttpResponse:
    """One fund: its years, what waits for a second person, its releases."""
    return _page(request, fund)


@access("staff", write="own")
@require_POST
def ask_change(request: PlatformRequest, fund: str) -> HttpResponse:
    """Ask a second person to commit another amount."""
    found = queries.get_fund(fund)
    form = CommitmentForm(request.POST, currency=found.currency)
    if form.is_valid():
        pool_id, scene_id = form.cleaned_data["place"]
        try:
            operations.ask_change(
                fund_id=fund,
                year=form.cleaned_data["year"],
                pool_id=pool_id,
                scene_id=scene_id,
                committed_minor=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Asked. Somebody else of the team can look at it now."))
            return redirect("pools.fund_page", fund)
    return _page(request, fund, commitment=form, status=422)


@access("staff", write="finance")
@require_POST
def release(request: PlatformRequest, fund: str) -> HttpResponse:
    """Give committed money to a pool's month."""
    found = queries.get_fund(fund)
    form = ReleaseForm(request.POST, currency=found.currency)
    if form.is_valid():
        pool_id, scene_id = form.cleaned_data["place"]
        try:
            operations.release(
                fund_id=fund,
                pool_id=pool_id,
                scene_id=scene_id,
                period=form.cleaned_data["month"],
                amount_minor=form.cleaned_data["amount"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Released. The next run shares it."))
            return redirect("pools.fund_page", fund)
    return _page(request, fund, release_form=form, status=422)


@access("staff", write="own")
@require_POST
def approve_change(request: PlatformRequest, fund: str, change: str) -> HttpResponse:
    """Agree as the second person."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Look at the change again, then decide."))
        return redirect("pools.fund_page", fund)
    _change_of(fund, change)
    try:
        operations.approve_change(
            public_id=change, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Agreed. The commitment holds from now on."))
    return redirect("pools.fund_page", fund)


@access("staff", write="own")
@require_POST
def reject_change(request: PlatformRequest, fund: str, change: str) -> HttpResponse:
    """Refuse as the second person."""
    form = RefusalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, then try again."))
        return redirect("pools.fund_page", fund)
    _change_of(fund, change)
    try:
        operations.reject_change(
            public_id=change, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Refused. The author reads your reason."))
    return redirect("pools.fund_page", fund)


def _change_of(fund: str, change: str) -> None:
    if queries.get_change(change).fund.public_id != fund:
        raise NotFound(_("There is no such change."))


def _page(
    request: PlatformRequest,
    public_id: str,
    *,
    commitment: CommitmentForm | None = None,
    release_form: ReleaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.get_fund(public_id)
    lines = queries.list_lines(found)
    now = clock.now()
    changes = [
        {
            "row": each,
            "seen": SeenForm(initial={"seen_digest": each.digest}),
            "refusal": RefusalForm(
                initial={"seen_digest": each.digest}, auto_id=f"{each.public_id}_%s"
            ),
            "is_mine": each.author_id == request.actor.account_id,
        }
        for each in queries.list_changes(found)
    ]
    context: dict[str, Any] = {
        "fund": found,
        "name": queries.pool_name(found),
        "lines": lines,
        "by_year": charts.fund_chart(lines, currency=found.currency),
        "by_place": charts.place_chart(lines, currency=found.currency),
        "changes": changes,
        "releases": list(queries.list_releases(found).order_by("-released_at", "-pk")[:50]),
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=now),
        "commitment": commitment or CommitmentForm(currency=found.currency),
        "release": release_form or ReleaseForm(currency=found.currency),
    }
    return render(request, "pools/staff_fund.html", context, status=status)


def _boards() -> list[dict[str, Any]]:
    """Every fund with its lines and totals; a platform has a handful of funds at most."""
    boards = []
    for each in queries.list_funds().order_by("-first_year", "pk"):
        lines = queries.list_lines(each)
        boards.append(
            {
                "fund": each,
                "name": queries.pool_name(each),
                "lines": lines,
                "committed_minor": sum(line.year.committed_minor for line in lines),
                "released_minor": sum(line.year.released_minor for line in lines),
                "paid_minor": sum(line.paid_minor for line in lines),
                "by_year": charts.fund_chart(lines, currency=each.currency),
                "by_place": charts.place_chart(lines, currency=each.currency),
            }
        )
    return boards
