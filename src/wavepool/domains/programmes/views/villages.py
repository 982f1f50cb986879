"""The village cohort: the farmer's way, and the review of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.people import queries as people
from wavepool.domains.programmes import forms, operations, queries
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_FORMS: dict[str, type[django_forms.Form]] = {
    "application": forms.ApplicationForm,
    "training": forms.TrainingForm,
    "origin": forms.OriginForm,
}


@access("studio")
@require_GET
def studio_village(request: PlatformRequest, handle: str) -> HttpResponse:  # noqa: ARG001
    """Where the creator stands in the village cohort, and what comes next."""
    return _studio_page(request, {})


@access("studio", write="operate")
@require_POST
def hand_in(request: PlatformRequest, handle: str, what: str) -> HttpResponse:
    """Apply, or hand in a training or an origin."""
    form = _FORMS[what](request.POST, request.FILES)
    acts: dict[str, Callable[..., Any]] = {
        "application": operations.apply_village,
        "training": operations.hand_in_training,
        "origin": operations.hand_in_origin,
    }
    if form.is_valid():
        try:
            acts[what](
                creator_id=request.workspace.party_id,
                actor=request.actor,
                as_of=clock.now(),
                **form.cleaned_data,
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Handed in. Staff look at it next."))
            return redirect("programmes.studio_village", handle)
    return _studio_page(request, {what: form})


@access("staff")
@require_GET
def villages(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every application for the village cohort."""
    now = clock.now()
    page = read_list(
        request,
        queries.list_anchors(),
        columns=(
            Column(
                name="creator",
                label=_("Anchor"),
                value=lambda row: row.creator.name,
                href=lambda row: reverse("programmes.village", args=[row.public_id]),
                sort="creator__name",
            ),
            Column(name="county", label=_("County"), value=lambda row: row.county_name),
            Column(name="county_code", label=_("County code"), kind="code", sort="county_code"),
            Column(
                name="stage",
                label=_("Stage"),
                kind="badge",
                value=lambda row: queries.anchor_state(row, at=now),
            ),
            Column(name="applied_at", label=_("Applied on"), kind="time", sort="applied_at"),
            Column(name="certified_until_at", label=_("Certified until"), kind="time"),
        ),
        filters=(
            Filter(
                name="stage",
                label=_("Stage"),
                apply=lambda found, stage: queries.in_stage(found, stage, at=now),
                choices=tuple(Choice(name, label) for name, label in queries.STAGE_LABELS.items()),
            ),
        ),
        sort="-applied_at",
    )
    context = {"waiting": queries.count_waiting(at=now)}
    return respond(request, page, "programmes/villages.html", context, export=export)


@access("staff")
@require_GET
def village(request: PlatformRequest, village: str) -> HttpResponse:
    """One application with its papers, to decide."""
    return _staff_page(request, village, forms.ReasonForm())


@access("staff")
@require_POST
def decide(request: PlatformRequest, village: str, to: str) -> HttpResponse:
    """Accept, certify, or end an application with a reason."""
    if to == "accept":
        return _act(request, village, operations.accept_application, public_id=village)
    if to == "certify":
        return _act(request, village, operations.certify, public_id=village)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _staff_page(request, village, form)
    why = form.cleaned_data["why"]
    return _act(request, village, operations.refuse_application, public_id=village, why=why)


@access("staff")
@require_POST
def decide_proof(request: PlatformRequest, proof: str, to: str) -> HttpResponse:
    """Confirm a paper, or refuse it with a reason."""
    village = queries.get_proof(proof).anchor.public_id
    if to == "confirm":
        return _act(request, village, operations.confirm_proof, public_id=proof)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("programmes.village", village)
    why = form.cleaned_data["why"]
    return _act(request, village, operations.refuse_proof, public_id=proof, why=why)


def _act(
    request: PlatformRequest, village: str, operation: Callable[..., Any], **values: str
) -> HttpResponse:
    try:
        operation(actor=request.actor, as_of=clock.now(), **values)
    except operations.VillageError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Done. The farmer was told."))
    return redirect("programmes.village", village)


def _studio_page(request: PlatformRequest, shown: dict[str, django_forms.Form]) -> HttpResponse:
    creator_id, now = request.workspace.party_id, clock.now()
    assert creator_id is not None
    anchor = queries.find_anchor(creator_id)
    stage = anchor.stage_at(now) if anchor else ""
    context = {
        "is_farmer": people.get_creator_by_id(creator_id).kind == "farmer",
        "anchor": anchor,
        "state": queries.anchor_state(anchor, at=now) if anchor else None,
        "steps": queries.steps_of(anchor, at=now),
        "papers": _papers(anchor),
        "can_apply": stage in {"", "refused", "lapsed"},
        "forms": {
            name: shown.get(name) or make(auto_id=f"{name}_%s") for name, make in _FORMS.items()
        },
    }
    status = 422 if any(form.errors for form in shown.values()) else 200
    return render(request, "programmes/studio_village.html", context, status=status)


def _staff_page(request: PlatformRequest, village: str, form: forms.ReasonForm) -> HttpResponse:
    anchor, now = queries.get_anchor(village), clock.now()
    context = {
        "anchor": anchor,
        "state": queries.anchor_state(anchor, at=now),
        "stage": anchor.stage_at(now),
        "papers": _papers(anchor),
        "form": form,
        "proof_form": forms.ReasonForm(auto_id="proof_%s"),
        "account_id": request.actor.account_id,
    }
    status = 422 if form.errors else 200
    return render(request, "programmes/village.html", context, status=status)


def _papers(anchor: Any) -> list[tuple[Any, str, Any]]:
    """Every paper with its words and its state, trainings first."""
    if anchor is None:
        return []
    papers: list[Any] = [*queries.list_trainings(anchor), *queries.list_origins(anchor)]
    return [(each, queries.proof_label(each), queries.proof_state(each)) for each in papers]
