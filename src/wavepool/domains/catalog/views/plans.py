"""A merchant's commission plans: the list, a new one with its effects, changes and the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.catalog import forms, operations, queries
from wavepool.domains.catalog.views.lists import choices
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("merchant")
def plans(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """What the shop pays, or announced; ended plans on demand."""
    at = clock.now()
    page = read_list(
        request,
        queries.plans_of_shop(request.workspace.party_id),
        columns=(
            Column(
                name="kind",
                label=gettext_lazy("Plan"),
                value=lambda plan: plan.get_kind_display(),
                href=lambda plan: reverse("catalog.plan", args=[shop, plan.public_id]),
                sort="precedence",
            ),
            Column(name="goods", label=gettext_lazy("Goods"), value=goods_of),
            Column(name="creator", label=gettext_lazy("Creator"), value=_creator),
            Column(
                name="rate",
                label=gettext_lazy("Pays now"),
                kind="rate",
                value=lambda plan: _rate(queries.rates_of(plan, at=at)[0]),
            ),
            Column(
                name="next_rate",
                label=gettext_lazy("Pays next"),
                kind="rate",
                value=lambda plan: _rate(queries.rates_of(plan, at=at)[1]),
            ),
            Column(
                name="state",
                label=gettext_lazy("State"),
                kind="badge",
                value=lambda plan: queries.plan_state(plan, at=at),
            ),
            Column(
                name="opened",
                label=gettext_lazy("Opened"),
                kind="time",
                value=lambda plan: plan.opened_at,
                sort="pk",
            ),
        ),
        filters=_plan_filters(at),
        sort="-opened",
    )
    return respond(
        request, page, "catalog/plans.html", {"export": forms.ExportForm()}, export=export
    )


@access("merchant")
def plan(request: PlatformRequest, shop: str, plan: str) -> HttpResponse:
    """A plan: what it pays, what was announced, and every version it had."""
    found = queries.access_plan(plan, shop_id=request.workspace.party_id)
    return render(
        request, "catalog/plan.html", {"shop": shop, **_plan_page(found, forms.RateForm())}
    )


@access("merchant", read="operate")
def new_plan(request: PlatformRequest, shop: str) -> HttpResponse:
    """Open a plan: first what it would do, then the plan itself."""
    shop_id, at = request.workspace.party_id, clock.now()
    form = forms.PlanForm(
        request.POST or None, shop_id=shop_id, initial={"item": request.GET.get("item", "")}
    )
    context: dict[str, Any] = {"shop": shop, "form": form, "terms": queries.plan_terms(at=at)}
    if request.method == "POST" and form.is_valid():
        offer: dict[str, Any] = {"facts": form.facts(at=at), "actor": request.actor, "as_of": at}
        try:
            if request.POST.get("step") == "open":
                version = operations.open_plan(shop_id=shop_id, **offer)
                messages.success(request, _("The plan is open."))
                return redirect("catalog.plan", shop, version.plan.public_id)
            context["preview"] = operations.preview_plan(shop_id=shop_id, **offer)
        except PlatformError as error:
            forms.show_refusal(form, error)
    status = 422 if form.errors else 200
    return render(request, "catalog/plan_new.html", context, status=status)


@access("merchant")
@require_POST
def change_rate(request: PlatformRequest, shop: str, plan: str) -> HttpResponse:
    """Set another rate: a rise at once, a cut after the rate lock."""
    found = queries.access_plan(plan, shop_id=request.workspace.party_id)
    form = forms.RateForm(request.POST)
    if form.is_valid():
        try:
            operations.change_rate(
                public_id=plan,
                shop_id=request.workspace.party_id,
                rate_ppm=form.cleaned_data["rate"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            return redirect("catalog.plan", shop, plan)
    return render(request, "catalog/plan.html", _plan_page(found, form), status=422)


@access("merchant")
@require_POST
def end_plan(request: PlatformRequest, shop: str, plan: str) -> HttpResponse:
    """End a plan after the rate lock."""
    try:
        operations.end_plan(
            public_id=plan,
            shop_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
    except operations.PlanEnded as error:
        messages.error(request, str(error.message))
    return redirect("catalog.plan", shop, plan)


def goods_of(plan: Any) -> str:
    """What a plan reaches, in words."""
    if plan.item is not None:
        return str(plan.item)
    return plan.category.label if plan.category is not None else _("Everything in the shop")


def _creator(plan: Any) -> str:
    return str(plan.creator) if plan.creator is not None else _("Everybody")


def _rate(version: Any) -> int | None:
    return None if version is None else int(version.rate_ppm)


def _plan_page(plan: Any, form: Any) -> dict[str, Any]:
    at = clock.now()
    now, later = queries.rates_of(plan, at=at)
    return {
        "plan": plan,
        "goods": goods_of(plan),
        "creator": _creator(plan),
        "state": queries.plan_state(plan, at=at),
        "shown": queries.rate_state(
            rate_ppm=now.rate_ppm if now else None, until=now.valid_to if now else None
        ),
        "now": now,
        "later": later,
        "history": queries.list_history(plan),
        "form": form,
        "terms": queries.plan_terms(at=at),
        "is_over": now is None and later is None,
    }


def _plan_filters(at: datetime) -> tuple[Filter, ...]:
    return (
        Filter(
            name="kind",
            label=gettext_lazy("Kind"),
            apply=lambda rows, value: rows.filter(kind=value),
            choices=choices(queries.plan_kind_choices()),
        ),
        Filter(
            name="standing",
            label=gettext_lazy("Time"),
            apply=lambda rows, _value: queries.plans_standing(rows, at=at),
            choices=(Choice("now", gettext_lazy("Pays now or was announced")),),
        ),
    )
