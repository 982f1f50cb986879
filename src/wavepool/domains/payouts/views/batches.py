"""Batches for staff: the list, a new one, one with its payouts, its file and its results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.payouts import forms, operations, queries
from wavepool.domains.payouts.views import lists
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeToDo, todo_of
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_CHANGEABLE = ("draft", "awaiting", "approved")


@access("staff", read="finance")
def batches(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Every batch, and the form to make one."""
    page = read_list(
        request,
        queries.list_batches(),
        columns=lists.batch_columns(),
        filters=(lists.state_filter(queries.batch_state_choices()),),
        sort="-made",
    )
    context = {} if export else {"form": forms.BatchForm(), **_waiting()}
    return respond(request, page, "payouts/batches.html", context, export=export)


@access("staff", read="finance", write="finance")
@require_POST
def new_batch(request: PlatformRequest) -> HttpResponseBase:
    """Draft a batch of everybody who can be paid over a rail."""
    form = forms.BatchForm(request.POST)
    if form.is_valid():
        try:
            made = operations.make_batches(
                actor=request.actor, as_of=clock.now(), **form.cleaned_data
            )
        except PlatformError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Drafted. Look through it, then ask for the signature."))
            return redirect("payouts.batch", made[0].public_id)
    return redirect("payouts.batches")


@access("staff", read="finance")
def batch(request: PlatformRequest, payout_batch: str, export: str) -> HttpResponseBase:
    """One batch: its payouts, its signatures, what can be done with it."""
    found = queries.get_batch(payout_batch)
    page = read_list(
        request,
        queries.payouts_of_batch(found),
        columns=lists.staff_columns(),
        filters=(lists.payout_state_filter(),),
        sort="line",
    )
    context = {} if export else _context(request, found)
    return respond(request, page, "payouts/batch.html", context, export=export)


@access("staff", read="finance")
@require_GET
def batch_file(request: PlatformRequest, payout_batch: str) -> HttpResponse:
    """The file of a batch that was released."""
    encoding = request.GET.get("encoding", "")
    data = operations.write_file(batch_id=payout_batch, encoding=encoding, actor=request.actor)
    answer = HttpResponse(data, content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{payout_batch}.csv"'
    return answer


@access("staff", read="finance")
@require_GET
def result(request: PlatformRequest, result: str) -> HttpResponse:
    """A result file: taken in, or refused with what is wrong in it."""
    found = queries.get_result(result)
    context = {"result": found, "faults": queries.faults_in_words(found)}
    return render(request, "payouts/result.html", context)


@todo_of("staff")
def waiting_batches(workspace: Any, _at: datetime) -> Iterator[HomeToDo]:
    """Batches that a second person has to sign, for a home whose reader may move money."""
    if workspace.can_finance:
        title = gettext_lazy("Batches that await a signature")
        href = f"{reverse('payouts.batches')}?state=awaiting"
        yield HomeToDo(queries.count_awaiting(), title, href)


def _context(request: PlatformRequest, found: Any) -> dict[str, Any]:
    now, me = clock.now(), request.actor.account_id
    sums = queries.sums_of(found)
    seen = {"seen_digest": queries.digest_of(found)}
    has_file = hasattr(_rail(found.rail), "write_file")
    can = request.workspace.can_finance
    was_sent = any(sums.get(each) for each in ("sent", "unknown", "paid", "returned"))
    return {
        "batch": found,
        "state": queries.batch_state(found),
        "sums": queries.sums_in_words(sums),
        "seen": forms.SeenForm(initial=seen),
        "refusal": forms.RefusalForm(initial=seen, auto_id="refusal_%s"),
        "reason": forms.ReasonForm(auto_id="cancel_%s"),
        "result_form": forms.ResultForm(),
        "results": list(queries.results_of_batch(found)[:20]),
        "encodings": getattr(_rail(found.rail), "encodings", ()),
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=now),
        "can_ask": can and found.state == "draft" and found.payout_count > 0,
        "can_sign_alone": can
        and found.state == "draft"
        and found.payout_count > 0
        and not queries.needs_two(found, at=now),
        "can_sign": can and found.state == "awaiting" and me not in {found.made_by, found.asked_by},
        "is_mine": found.state == "awaiting" and me in {found.made_by, found.asked_by},
        "can_cancel": can and found.state in _CHANGEABLE and not was_sent,
        "can_release": can and has_file and found.state == "approved" and "reserved" in sums,
        "can_download": can and has_file and found.sent_at is not None,
        "can_upload": can and has_file and ("sent" in sums or "unknown" in sums),
        "can_retry": can and found.state == "mixed",
        "left_out_of": [
            (each, forms.ReasonForm(auto_id=f"{each.public_id}_%s"))
            for each in queries.list_changeable(found, most=50)
        ]
        if can and found.state in _CHANGEABLE
        else [],
    }


def _rail(name: str) -> Any:
    try:
        return operations.get_rail(name)
    except operations.NoRail:
        return None


def _waiting() -> dict[str, Any]:
    return {"waiting": queries.count_waiting()}
