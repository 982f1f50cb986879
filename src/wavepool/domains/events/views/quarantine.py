"""Events that could not be used: read, mended, replayed, dropped."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.events import forms, operations, queries
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def quarantine(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """What was put aside, the newest first."""
    page = read_list(
        request,
        queries.every_quarantined(),
        columns=(
            Column(
                name="name",
                label=gettext_lazy("Event"),
                value=lambda row: row.name or _("Without a name"),
                href=lambda row: reverse("events.event", args=[row.public_id]),
            ),
            Column(
                name="reason",
                label=gettext_lazy("Reason"),
                value=lambda row: queries.reason_words(row.reason),
            ),
            Column(name="detail", label=gettext_lazy("Detail")),
            Column(
                name="source",
                label=gettext_lazy("Source"),
                value=lambda row: row.source.name if row.source else _("Own pages"),
            ),
            Column(name="received_at", label=gettext_lazy("Received"), kind="time", sort="pk"),
            Column(
                name="state",
                label=gettext_lazy("State"),
                kind="badge",
                value=queries.quarantine_state,
            ),
        ),
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                apply=lambda rows, value: rows.filter(state=value),
                choices=tuple(Choice(*each) for each in queries.quarantine_state_choices()),
            ),
            Filter(
                name="reason",
                label=gettext_lazy("Reason"),
                apply=lambda rows, value: rows.filter(reason=value),
                choices=tuple(Choice(*each) for each in queries.reason_choices()),
            ),
        ),
        sort="-received_at",
    )
    waiting = [
        {"reason": reason, "words": queries.reason_words(reason), "events": events}
        for reason, events in queries.waiting_by_reason()
    ]
    context = {"waiting": waiting}
    return respond(request, page, "events/quarantine.html", context, export=export)


@access("staff")
def event(request: PlatformRequest, event: str) -> HttpResponse:
    """One event as it came, to be mended or dropped."""
    row = queries.get_quarantined(event)
    return _page(request, row, forms.ReplayForm(initial={"text": row.text}), forms.DropForm())


@access("staff")
@require_POST
def replay(request: PlatformRequest, event: str) -> HttpResponse:
    """Take a mended event in."""
    row, form = queries.get_quarantined(event), forms.ReplayForm(request.POST)
    if form.is_valid():
        try:
            operations.replay_event(
                public_id=event,
                text=form.cleaned_data["text"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except (operations.EventDecided, operations.LakeBusy) as error:
            messages.error(request, str(error.message))
            return redirect("events.event", event)
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Taken in."))
            return redirect("events.event", event)
    return _page(request, row, form, forms.DropForm())


@access("staff")
@require_POST
def drop(request: PlatformRequest, event: str) -> HttpResponse:
    """Give an event up, with the reason."""
    row, form = queries.get_quarantined(event), forms.DropForm(request.POST)
    if form.is_valid():
        try:
            operations.drop_event(
                public_id=event,
                why=form.cleaned_data["why"],
                actor=request.actor,
                as_of=clock.now(),
            )
            messages.success(request, _("Dropped."))
        except operations.EventDecided as error:
            messages.error(request, str(error.message))
        return redirect("events.event", event)
    return _page(request, row, forms.ReplayForm(initial={"text": row.text}), form)


@access("staff")
@require_POST
def replay_reason(request: PlatformRequest, reason: str) -> HttpResponse:
    """Replay all that wait for one reason, in the background."""
    at = clock.now()
    job = jobs.enqueue(
        "events.replay_waiting",
        key=f"events.replay_waiting:{reason}:{at.isoformat()}",
        actor=request.actor,
        payload={"reason": reason},
        at=at,
    )
    return redirect("job", job.public_id)


def _page(request: PlatformRequest, row: Any, replay: Any, drop: Any) -> HttpResponse:
    context = {
        "event": row,
        "state": queries.quarantine_state(row),
        "reason": queries.reason_words(row.reason),
        "replay": replay,
        "drop": drop,
    }
    status = 422 if replay.errors or drop.errors else 200
    return render(request, "events/event.html", context, status=status)
