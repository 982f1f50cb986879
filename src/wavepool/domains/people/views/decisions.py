"""What staff decide: identities, objections, disputes, levels, restrictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, submit
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_OUTCOMES: Final = {
    "unbinding": {"end", "keep"},
    "introduction": {"won", "refused"},
    "claim": {"won", "lost"},
}


@access("staff", read="operate")
def verifications(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Requests to verify an identity, the oldest waiting ones first."""
    at = clock.now()
    page = read_list(
        request,
        queries.list_every_verification(),
        columns=(
            Column(
                name="legal_name",
                label=_("Legal name"),
                href=lambda row: reverse("people.staff.verification", args=[row.reference]),
            ),
            Column(name="kind", label=_("Identity of"), value=lambda row: row.get_kind_display()),
            Column(
                name="party",
                label=_("For"),
                value=lambda row: (row.creator or row.shop or row.agency).name,
            ),
            Column(
                name="document",
                label=pgettext_lazy("identity", "Document"),
                value=lambda row: row.get_document_display(),
            ),
            Column(
                name="state",
                label=_("State"),
                kind="badge",
                value=lambda row: queries.badge_of_verification(row, at=at),
            ),
            Column(name="submitted_at", label=_("Sent"), kind="time", sort="submitted_at"),
        ),
        filters=(
            Filter(
                name="state",
                label=_("State"),
                apply=lambda found, state: found.filter(state=state),
                choices=(
                    Choice("submitted", _("In review")),
                    Choice("approved", _("Verified")),
                    Choice("refused", _("Refused")),
                    Choice("expired", _("Expired")),
                ),
            ),
        ),
        sort="submitted_at",
    )
    return respond(request, page, "people/verifications.html", {}, export=export)


@access("staff", read="operate")
def verification(request: PlatformRequest, reference: str) -> HttpResponse:
    """One request, with what else is known of its document."""
    found = queries.get_verification(reference)
    context = {
        "found": found,
        "badge": queries.badge_of_verification(found, at=clock.now()),
        "party": found.creator or found.shop or found.agency,
        "same": queries.list_same_document(found),
        "is_own": found.account_id == request.actor.account_id,
    }
    return render(request, "people/verification.html", context)


@require_POST
@access("staff", write="operate")
def decide_verification(request: PlatformRequest, reference: str, outcome: str) -> HttpResponseBase:
    """Approve or refuse a request."""
    found = queries.get_verification(reference)
    acts: dict[str, Callable[..., object]] = {
        "approve": operations.approve_verification,
        "refuse": operations.refuse_verification,
    }
    if outcome not in acts:
        raise NotFound(_("There is no such page."))
    return carry_out(
        request,
        lambda: acts[outcome](
            verification_id=found.pk,
            reason=_reason(request),
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Decided."),
        to=reverse("people.staff.verification", args=[reference]),
    )


@access("staff", read="operate")
def decisions(request: PlatformRequest) -> HttpResponse:
    """Objections and disputes that wait for a decision, the oldest first."""
    context = {
        "unbindings": queries.list_objected_unbindings(),
        "introductions": queries.list_objected_introductions(),
        "disputes": queries.list_disputes(),
    }
    return render(request, "people/decisions.html", context)


@require_POST
@access("staff", write="operate")
def decide(request: PlatformRequest, subject: str, key: int, outcome: str) -> HttpResponseBase:
    """Decide an objection or a dispute, with the reason that both sides read."""
    if outcome not in _OUTCOMES.get(subject, ()):
        raise NotFound(_("There is no such page."))
    named: dict[str, Any] = {
        "outcome": outcome,
        "reason": _reason(request),
        "actor": request.actor,
        "as_of": clock.now(),
    }
    acts: dict[str, Callable[[], object]] = {
        "unbinding": lambda: operations.rule_on_unbinding(unbinding_id=key, **named),
        "introduction": lambda: operations.decide_introduction(introduction_id=key, **named),
        "claim": lambda: operations.decide_claim(claim_id=key, **named),
    }
    return carry_out(
        request, acts[subject], done=_("Decided."), to=reverse("people.staff.decisions")
    )


@access("staff", read="view", write="operate")
def creator(request: PlatformRequest, handle: str) -> HttpResponseBase:
    """A creator as staff see it: level, restrictions, contracts, payee."""
    found = queries.get_creator_by_id(queries.get_creator(handle).pk)
    at = clock.now()
    level = forms.LevelForm(
        request.POST if "level" in request.POST else None, initial={"level": found.level}
    )
    limit = forms.RestrictForm(request.POST if "scope" in request.POST else None)

    def set_level() -> None:
        operations.set_level(
            creator_id=found.pk, actor=request.actor, as_of=at, **level.cleaned_data
        )

    def restrict() -> None:
        operations.restrict(
            creator_id=found.pk,
            scope=limit.cleaned_data["scope"],
            reason=limit.cleaned_data["reason"],
            until_at=limit.until_at(),
            actor=request.actor,
            as_of=at,
        )

    is_done = (level.is_bound and submit(request, level, set_level, done=_("Level set."))) or (
        limit.is_bound and submit(request, limit, restrict, done=_("Restricted."))
    )
    if is_done:
        return redirect("people.staff.creator", handle)
    context = {
        "creator": found,
        "level_form": level,
        "limit_form": limit,
        "levels": queries.list_standings(found.pk),
        "restrictions": queries.list_restrictions(found.pk),
        "contracts": queries.list_contracts(side="creator", party_id=found.pk).order_by("-pk"),
        "payee": queries.payee_as_of(found.pk, at=at),
    }
    status = 422 if level.errors or limit.errors else 200
    return render(request, "people/staff_creator.html", context, status=status)


@require_POST
@access("staff", write="operate")
def lift(request: PlatformRequest, handle: str, restriction_id: int) -> HttpResponseBase:
    """End a restriction."""
    return carry_out(
        request,
        lambda: operations.lift_restriction(
            restriction_id=restriction_id,
            reason=_reason(request),
            actor=request.actor,
            as_of=clock.now(),
        ),
        done=_("Lifted."),
        to=reverse("people.staff.creator", args=[handle]),
    )


def _reason(request: PlatformRequest) -> str:
    return request.POST.get("reason", "").strip()[:400] or gettext("No reason given.")
