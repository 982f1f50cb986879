"""The court of attribution."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wavepool.domains.credits import forms, queries
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
@require_GET
def court(request: PlatformRequest) -> HttpResponse:
    """One order line under several rules side by side, with its evidence."""
    run = queries.latest_run()
    form = forms.LineForm(request.GET if "line" in request.GET else None)
    hearing = None
    if run is not None and form.is_bound and form.is_valid():
        hearing = queries.hear_line(run, form.cleaned_data["line"])
        if hearing is None:
            form.add_error("line", _("The latest draft has no such order line."))
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "hearing": hearing,
        "rules": _rules(hearing),
        "offered": queries.suggest_lines(run) if run is not None and hearing is None else [],
    }
    return render(request, "credits/court.html", context, status=422 if form.errors else 200)


def _rules(hearing: queries.Hearing | None) -> list[tuple[Any, bool]]:
    """The rules' names, the one in force marked."""
    if hearing is None:
        return []
    return [(queries.rule_label(rule), rule == hearing.in_force) for rule in hearing.rules]
