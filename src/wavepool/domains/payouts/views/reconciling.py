"""Reconciliation: a rail's report against our payouts and the books, and how differences end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.payouts import forms, operations, queries
from wavepool.domains.payouts.views.proposals import shown_proposals
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_SHOWN = 50


@access("staff", read="finance")
def reconciliation(request: PlatformRequest, export: str) -> HttpResponseBase:
    """What rails report beside what we have, what differs first; the sums down to the books."""
    rails = operations.list_rails()
    last = queries.list_batches().exclude(sent_at=None).order_by("-sent_at").first()
    asked = request.GET.get("rail", "") or (last.rail if last else "")
    rail = next((each for each in rails if each.name == asked), rails[0] if rails else None)
    name = rail.name if rail else ""
    page = read_list(
        request,
        queries.lines_against_ours(name),
        columns=_columns(),
        filters=(_verdict_filter(), _rail_filter(rails)),
        sort="verdict",
    )
    if export:
        return respond(request, page, "", {}, export=export)
    ours = queries.ours_without_report(name)
    context: dict[str, Any] = {
        "rails": rails,
        "rail": rail,
        "bridges": [
            each
            for currency in (rail.currencies if rail else ())
            if not (each := queries.bridge_of(name, currency)).is_empty
        ],
        "only_ours": list(ours.order_by("sent_at", "pk")[:_SHOWN]),
        "only_ours_count": ours.count(),
        "proposals": shown_proposals(
            queries.list_resolutions().order_by("-pk")[:_SHOWN], request.actor
        ),
        "foreign": [
            (each, forms.ReasonForm(auto_id=f"line{each.pk}_%s"))
            for each in queries.only_theirs(name)[:_SHOWN]
        ],
        "can_fetch": request.workspace.can_finance and hasattr(rail, "report"),
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=clock.now()),
    }
    return respond(request, page, "payouts/reconciliation.html", context)


@access("staff", read="finance", write="finance")
@require_POST
def take_report(request: PlatformRequest) -> HttpResponse:
    """Have the rails' reports taken by a job."""
    job = operations.ask_reports(actor=request.actor, as_of=clock.now())
    return redirect("job", job.public_id)


@access("staff", read="finance", write="finance")
@require_POST
def note_foreign(request: PlatformRequest, report_line_id: int) -> HttpResponse:
    """Propose that a payment of theirs is none of ours."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("Proposed. Somebody else of the team decides.")
    return _do(request, operations.note_foreign, done=done, line_id=report_line_id, reason=reason)


@access("staff", read="finance", write="finance")
@require_POST
def agree(request: PlatformRequest, resolution: str) -> HttpResponse:
    """Agree to a proposal as the second person."""
    form = forms.SeenForm(request.POST)
    seen = form.cleaned_data["seen_digest"] if form.is_valid() else ""
    done = _("Done.")
    return _do(
        request,
        operations.agree_resolution,
        done=done,
        public_id=resolution,
        seen_digest=seen,
    )


@access("staff", read="finance", write="finance")
@require_POST
def refuse(request: PlatformRequest, resolution: str) -> HttpResponse:
    """Refuse a proposal as the second person."""
    form = forms.RefusalForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"seen_digest": "", "reason": ""}
    done = _("Refused. The author reads your reason.")
    return _do(request, operations.refuse_resolution, done=done, public_id=resolution, **given)


def _do(
    request: PlatformRequest, run: Callable[..., Any], *, done: str | Promise, **more: Any
) -> HttpResponse:
    try:
        run(actor=request.actor, as_of=clock.now(), **more)
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect("payouts.reconciliation")


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="verdict", label=gettext_lazy("Comparison"), kind="badge", sort="rank",
               value=lambda row: queries.verdict_state(row.verdict)),
        Column(name="key", label=gettext_lazy("Payout"), kind="code",
               value=lambda row: row.key,
               href=lambda row: reverse("payouts.staff_payout", args=[row.key])
               if row.payout_id else None),
        Column(name="reference", label=gettext_lazy("Bank's number"), kind="code",
               value=lambda row: row.reference),
        Column(name="theirs", label=gettext_lazy("Their amount"), kind="money",
               sort="amount_minor", value=lambda row: (row.amount_minor, row.currency)),
        Column(name="their_state", label=gettext_lazy("Their outcome"),
               value=lambda row: row.get_state_display()),
        Column(name="ours", label=gettext_lazy("Our amount"), kind="money",
               value=lambda row: (row.payout.amount_minor, row.payout.currency)
               if row.payout else None),
        Column(name="our_state", label=gettext_lazy("Our state"), kind="badge",
               value=lambda row: queries.payout_state(row.payout) if row.payout else None),
        Column(name="reported", label=gettext_lazy("Reported"), kind="time",
               value=lambda row: row.reported_at, is_in_files_only=True),
    )  # fmt: skip


def _verdict_filter() -> Filter:
    return Filter(
        name="comparison",
        label=gettext_lazy("Comparison"),
        apply=lambda rows, value: rows.filter(verdict=value),
        choices=tuple(Choice(value, label) for value, label in queries.verdict_choices()),
    )


def _rail_filter(rails: list[Any]) -> Filter:
    """The list is of one rail already; the filter chooses which."""
    return Filter(
        name="rail",
        label=gettext_lazy("Way of payment"),
        apply=lambda rows, _value: rows,
        choices=tuple(Choice(each.name, each.label) for each in rails),
    )
