"""Admission to scenes, as a creator asks for it and as staff decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.content import forms, operations, queries
from wavepool.domains.content.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

#: What staff do with an application: by the word in the address, and which form it takes.
DEEDS: Final[dict[str, tuple[Callable[..., Any], type[Any] | None]]] = {
    "trial": (operations.start_trial, forms.TrialForm),
    "admit": (operations.admit, forms.ReasonForm),
    "refuse": (operations.refuse, forms.ReasonForm),
    "warn": (operations.warn, forms.ReasonForm),
    "lift": (operations.lift_warning, None),
    "end": (operations.end_admission, forms.ReasonForm),
}


@access("studio")
def admissions(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Where the creator's pieces compete, and where it asked to."""
    at = clock.now()
    page = _list(request, queries.admissions_of_creator(request.workspace.party_id), at=at)
    context = {"form": forms.ApplyForm(scenes=queries.list_pool_scenes(at=at)), "handle": handle}
    return respond(request, page, "content/admissions.html", context, export=export)


@access("studio")
@require_POST
def apply(request: PlatformRequest, handle: str) -> HttpResponse:
    """Ask to compete in a scene."""
    at = clock.now()
    form = forms.ApplyForm(request.POST, scenes=queries.list_pool_scenes(at=at))
    creator_id = request.workspace.party_id
    if form.is_valid():
        try:
            operations.apply_for_scene(
                creator_id=creator_id,
                scene_id=form.cleaned_data["scene"],
                statement=form.cleaned_data["statement"],
                actor=request.actor,
                as_of=at,
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Applied. Staff look at it next."))
            return redirect("content.admissions", handle)
    page = _list(request, queries.admissions_of_creator(creator_id), at=at)
    context = {"form": form, "handle": handle, "table": page}
    return render(request, "content/admissions.html", context, status=422)


@access("studio")
@require_POST
def leave(request: PlatformRequest, handle: str, admission: str) -> HttpResponse:
    """Take an application back, or leave the scene."""
    try:
        operations.leave_scene(
            public_id=admission,
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
    except operations.AdmissionElsewhere as error:
        messages.error(request, str(error.message))
    return redirect("content.admissions", handle)


@access("studio")
def studio_admission(request: PlatformRequest, handle: str, admission: str) -> HttpResponse:
    """One application, as its creator sees it."""
    found = queries.access_admission(admission, creator_id=request.workspace.party_id)
    return render(request, "content/studio_admission.html", {"handle": handle, **_facts(found)})


@access("staff")
def every_admission(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Applications of all creators."""
    page = _list(request, queries.every_admission(), at=clock.now(), is_staff=True)
    return respond(request, page, "content/admissions_staff.html", {}, export=export)


@access("staff")
def admission(request: PlatformRequest, admission: str) -> HttpResponse:
    """One application, to try, admit, refuse, warn or end."""
    return _show(request, admission, {}, status=200)


@access("staff")
@require_POST
def decide(request: PlatformRequest, admission: str, deed: str) -> HttpResponse:
    """Start a trial run, admit, refuse, warn, lift a warning or end an admission."""
    if deed not in DEEDS:
        raise Http404(_("There is no such page."))
    change, kind = DEEDS[deed]
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return _show(request, admission, {deed: form}, status=422)
    try:
        change(
            public_id=admission,
            **(form.cleaned_data if form is not None else {}),
            actor=request.actor,
            as_of=clock.now(),
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Decided."))
    return redirect("content.admission", admission)


def _show(
    request: PlatformRequest, public_id: str, bound: dict[str, Any], *, status: int
) -> HttpResponse:
    found = queries.get_admission(public_id)
    context = {
        **_facts(found),
        "trial_form": bound.get("trial", forms.TrialForm(auto_id="trial_%s")),
        "refuse_form": bound.get("refuse", forms.ReasonForm(auto_id="refuse_%s")),
        "admit_form": bound.get("admit", forms.ReasonForm(auto_id="admit_%s")),
        "warn_form": bound.get("warn", forms.ReasonForm(auto_id="warn_%s")),
        "end_form": bound.get("end", forms.ReasonForm(auto_id="end_%s")),
    }
    return render(request, "content/admission.html", context, status=status)


def _facts(found: Any) -> dict[str, Any]:
    at = clock.now()
    return {
        "admission": found,
        "state": queries.admission_state(found, at=at),
        "scene": queries.scene_labels(at=at).get(found.scene, found.scene),
        "is_open": found.state in {"applied", "trial", "admitted"},
        "result": queries.measure_trial(found) if found.state == "trial" else None,
        "terms": queries.TERMS,
    }


def _list(request: PlatformRequest, rows: Any, *, at: datetime, is_staff: bool = False) -> Any:
    labels = queries.scene_labels(at=at)
    handle = () if is_staff else (request.workspace.slug,)
    route = "content.admission" if is_staff else "content.studio_admission"
    columns = [
        Column(
            name="scene",
            label=gettext_lazy("Scene"),
            value=lambda row: labels.get(row.scene, row.scene),
            href=lambda row: reverse(route, args=[*handle, row.public_id]),
        ),
        Column(
            name="state",
            label=gettext_lazy("State"),
            kind="badge",
            value=lambda row: queries.admission_state(row, at=at),
        ),
        Column(
            name="applied",
            label=gettext_lazy("Applied"),
            kind="time",
            value=lambda row: row.applied_at,
            sort="pk",
        ),
        Column(name="decided_at", label=gettext_lazy("Decided"), kind="time"),
    ]
    state = Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=lists.choices(queries.admission_state_choices()),
    )
    return read_list(
        request,
        rows,
        columns=[lists.creator_column(), *columns] if is_staff else columns,
        filters=(state,),
        sort="applied" if is_staff else "-applied",
    )
