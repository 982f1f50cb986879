"""How data come in, for the operator's people: volumes and lateness, the lake's parts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from wavepool.domains.events import queries
from wavepool.plumbing import clock
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def volume(request: PlatformRequest) -> HttpResponse:
    """Events by day and lateness, what waits, and where events are sent to."""
    waiting = queries.waiting_by_reason()
    context = {
        "rows": queries.volume_of_days(until=clock.now().date()),
        "columns": queries.lateness_labels(),
        "waiting": sum(count for _reason, count in waiting),
        "figures": queries.lake_figures(),
        "edge": settings.EDGE_URL or request.build_absolute_uri("/"),
    }
    return render(request, "events/volume.html", context)


@access("staff")
def lake(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """The parts of the lake, as its manifest lists them."""
    page = read_list(
        request,
        queries.parts_in_force(),
        columns=(
            Column(name="path", label=gettext_lazy("File"), kind="code"),
            Column(name="day", label=gettext_lazy("Day"), kind="date"),
            Column(name="rows", label=gettext_lazy("Rows"), kind="number"),
            Column(name="bytes", label=gettext_lazy("Bytes"), kind="number"),
            Column(
                name="written_at",
                label=gettext_lazy("Written"),
                kind="time",
                sort="written_at",
            ),
            Column(name="sha256", label=gettext_lazy("SHA-256"), kind="code"),
        ),
        filters=(
            Filter(
                name="table",
                label=gettext_lazy("Table"),
                apply=lambda rows, value: rows.filter(table=value),
                choices=(
                    Choice("touches", gettext_lazy("Touches")),
                    Choice("events", gettext_lazy("Events")),
                ),
            ),
        ),
        sort="-written_at",
    )
    context = {"figures": queries.lake_figures()}
    return respond(request, page, "events/lake.html", context, export=export)
