"""Pages of long work: what was asked for, how far it is, what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wavepool.domains.people import queries as people
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.lists import Choice, Column, Filter, list_paths, read_list, respond
from wavepool.plumbing.models import Job
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import Event

# What htmx and our own polling take as: show this and ask no more.
_LAST_ANSWER: Final = 286


@access("signed_in", write="view")
@require_safe
def job(request: PlatformRequest, job_id: str) -> HttpResponseBase:
    """How far a job is: a page, its living part for whoever polls, or JSON for programs."""
    found = access_job(job_id, actor=request.actor, to="view")
    if "application/json" in request.headers.get("Accept", ""):
        answer: HttpResponse = JsonResponse(as_json(found))
    else:
        context = {"job": found, "title": jobs.label_of(found.name), "events": list(events(found))}
        context["link"] = _link(found)
        if request.headers.get("HX-Request") == "true":
            status = _LAST_ANSWER if found.is_finished else 200
            answer = render(request, "pages/job_state.html", context, status=status)
        else:
            answer = render(request, "pages/job.html", context)
    answer["Cache-Control"] = "no-store"
    patch_vary_headers(answer, ("Accept", "HX-Request"))
    return answer


@access("signed_in", write="view")
@require_POST
def cancel(request: PlatformRequest, job_id: str) -> HttpResponse:
    """Stop it where nothing is lost."""
    access_job(job_id, actor=request.actor, to="operate")
    try:
        jobs.cancel(job_id, actor=request.actor, at=clock.now())
    except jobs.JobFinished as error:
        messages.info(request, str(error))
    return redirect("job", job_id=job_id)


@access("signed_in", write="view")
@require_POST
def retry(request: PlatformRequest, job_id: str) -> HttpResponse:
    """Let it go on where it stopped."""
    access_job(job_id, actor=request.actor, to="operate")
    try:
        jobs.retry(job_id, actor=request.actor, at=clock.now())
    except jobs.JobNotFinished as error:
        messages.info(request, str(error))
    return redirect("job", job_id=job_id)


@access("staff")
@require_safe
def staff_jobs(request: HttpRequest, export: str) -> HttpResponseBase:
    """Every job, the newest first."""
    page = read_list(
        request, jobs.list_jobs(), columns=COLUMNS, filters=FILTERS, sort="-created_at"
    )
    return respond(request, page, "pages/jobs.html", {}, export=export)


def access_job(job_id: str, *, actor: Actor, to: str) -> Job:
    """A job, for who asked for it, and for staff with the right.

    Raises:
        NotFound: there is none, or it is another person's.
        NotAllowed: staff without the right.
    """
    found = jobs.find_job(job_id)
    is_own = found is not None and actor.account_id in {found.requested_by} - {None}
    if found is None:
        raise NotFound(_("There is no such page."))
    if not is_own:
        people.access_staff(actor=actor, to=to)
    return found


def as_json(found: Job) -> dict[str, Any]:
    """A job as programs read it."""
    error = {"kind": found.error_kind, "message": found.error_message}
    return {
        "id": found.public_id,
        "name": found.name,
        "state": found.state,
        "is_stopping": found.is_stopping,
        "progress": {
            "done": found.progress_done,
            "total": found.progress_total,
            "note": found.progress_note,
        },
        "result": found.result,
        "error": error if found.error_kind else None,
        "attempts": found.attempts,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
    }


def events(found: Job) -> Iterator[Event]:
    """What happened to it, the newest first."""
    if found.finished_at is not None:
        badge = found.badge
        yield Event(at=found.finished_at, title=badge.label, text=badge.why, tone=badge.tone)
    elif found.cancel_asked_at is not None:
        text = _("It ends at its next safe point.")
        yield Event(at=found.cancel_asked_at, title=_("Cancelled by a person"), text=text)
    if found.started_at is not None:
        yield Event(at=found.started_at, title=_("Started"))
    yield Event(at=found.created_at, title=_("Asked for"), who=found.requested_name)


def _link(found: Job) -> str:
    """Where the result is to be seen, if the job said so; an address of this site only."""
    result = found.result
    href = result.get("href", "") if isinstance(result, dict) else ""
    is_ours = isinstance(href, str) and href.startswith("/") and not href.startswith("//")
    return href if is_ours else ""


def _in_state(rows: QuerySet[Job], state: str) -> QuerySet[Job]:
    return rows.filter(state=state)


def _named(rows: QuerySet[Job], name: str) -> QuerySet[Job]:
    return rows.filter(name__startswith=name)


COLUMNS: Final = (
    Column(
        name="name",
        label=gettext_lazy("Work"),
        value=lambda row: jobs.label_of(row.name),
        href=lambda row: reverse("job", args=[row.public_id]),
    ),
    Column(name="state", label=gettext_lazy("State"), kind="badge", value=lambda row: row.badge),
    Column(name="percent", label=gettext_lazy("Done, %"), kind="number"),
    Column(name="requested_name", label=gettext_lazy("Asked for by")),
    Column(name="created_at", label=gettext_lazy("Asked for"), kind="time", sort="created_at"),
    Column(name="finished_at", label=pgettext_lazy("time", "Ended"), kind="time"),
    Column(name="attempts", label=gettext_lazy("Attempts"), kind="number"),
    Column(name="public_id", label=gettext_lazy("Id"), kind="code"),
)
FILTERS: Final = (
    Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=_in_state,
        choices=tuple(Choice(each.value, each.label) for each in Job.State),
    ),
    Filter(name="name", label=gettext_lazy("Work begins with"), apply=_named),
)
public: list[URLPattern] = [
    path("jobs/<str:job_id>/", job, name="job"),
    path("jobs/<str:job_id>/cancel/", cancel, name="job.cancel"),
    path("jobs/<str:job_id>/retry/", retry, name="job.retry"),
]
staff: list[URLPattern] = list_paths("jobs", staff_jobs, name="jobs")
