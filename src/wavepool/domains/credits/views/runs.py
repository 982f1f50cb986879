"""Runs as staff see them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.credits import operations, queries
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

COLUMNS: Final = (
    Column(name="asked", label=gettext_lazy("Asked for"), kind="time",
           value=lambda run: run.as_of, sort="pk", href=queries.run_href),
    Column(name="kind", label=gettext_lazy("Kind"), value=lambda run: run.get_kind_display()),
    Column(name="months", label=gettext_lazy("Months"), value=lambda run: ", ".join(run.periods)),
    Column(name="state", label=gettext_lazy("State"), kind="badge", value=queries.state_of_run),
    Column(name="rejected", label=gettext_lazy("Left out"), kind="number",
           hint=gettext_lazy("Rows of the input that broke a rule")),
    Column(name="policy", label=gettext_lazy("Policy"), kind="code",
           value=lambda run: f"{run.policy_id} v{run.policy_version}" if run.policy_id else ""),
    Column(name="digest", label=gettext_lazy("Digest"), kind="code",
           value=lambda run: run.digest[:12]),
    Column(name="by", label=gettext_lazy("By"), value=lambda run: run.requested_by),
)  # fmt: skip
FILTERS: Final = (
    Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in queries.run_state_choices()),
    ),
    Filter(
        name="kind",
        label=gettext_lazy("Kind"),
        apply=lambda rows, value: rows.filter(kind=value),
        choices=tuple(Choice(value, label) for value, label in queries.run_kind_choices()),
    ),
)


@access("staff")
def runs(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every run of the engine, the latest first."""
    page = read_list(request, queries.list_runs(), columns=COLUMNS, filters=FILTERS, sort="-asked")
    latest = None if export else queries.latest_run()
    return respond(request, page, "credits/runs.html", {"latest": latest}, export=export)


@access("staff")
@require_GET
def run(request: PlatformRequest, run: str) -> HttpResponse:
    """A run: what it read, by which rules, what came of it, and what was left out."""
    found = queries.get_run(run)
    has_results = found.state == "done" and found.pruned_at is None
    context: dict[str, Any] = {
        "run": found,
        "state": queries.state_of_run(found),
        "inputs": [(name, count) for name, count in found.input_rows.items() if count],
        "results": [
            (period, sorted(tables.items())) for period, tables in sorted(found.counts.items())
        ],
        "rejects": queries.list_rejects(found) if has_results else [],
        "is_waiting": found.state in ("queued", "running"),
    }
    return render(request, "credits/run.html", context)


@access("staff", write="operate")
@require_POST
def ask_run(request: PlatformRequest) -> HttpResponse:
    """Ask for a draft now, without waiting for the night."""
    now = clock.now()
    operations.end_lost_runs(as_of=now)
    try:
        found = operations.request_run(kind="draft", as_of=now, actor=request.actor)
    except PlatformError as error:
        messages.error(request, str(error.message))
        return redirect("credits.runs")
    messages.success(request, _("The draft is queued; this page shows how far it is."))
    return redirect("credits.run", run=found.public_id)
