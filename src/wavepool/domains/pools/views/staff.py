"""Pools for staff: the months, one month with its pools and objections, every share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.policies import queries as policies
from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.forms import AnswerForm, PaymentForm, show_refusal
from wavepool.domains.pools.views import charts
from wavepool.plumbing import clock
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import Step

_WAY: Final = (
    ("open", _("Open")),
    ("draft", _("Draft")),
    ("objection", _("Objections")),
    ("closed", _("Closed")),
    ("paid", _("Paid")),
)


@access("staff")
def pools(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Every month and where it stands; the pools and scenes of the policy in force."""
    now = clock.now()
    page = read_list(request, queries.list_months(), columns=_month_columns(now), sort="-month")
    context = {} if export else {"pools": _pools_in_force(now)}
    return respond(request, page, "pools/staff_pools.html", context, export=export)


@access("staff")
@require_GET
def period(request: PlatformRequest, month: str) -> HttpResponse:
    """One month: its state, its pools at both levels, objections, the days of its draft."""
    return render(request, "pools/staff_period.html", _period_context(request, month))


@access("staff")
def shares(request: PlatformRequest, month: str, pool: str, export: str) -> HttpResponseBase:
    """Every share of one pool of a month, beside what sales alone would have paid."""
    row = queries.get_period(month)
    draft = queries.find_latest_draft(row)
    found = queries.list_pool_drafts(draft) if draft else []
    scoped = next((each for each in found if each.pool.pool_id == pool), None)
    if draft is None or scoped is None:
        raise NotFound(_("There is no such pool in this month."))
    page = read_list(
        request,
        queries.list_shares(draft, pool),
        columns=_share_columns(scoped.pool.currency),
        sort="-share",
    )
    context = {"period": row, "draft": draft, "scoped": scoped}
    return respond(request, page, "pools/staff_shares.html", context, export=export)


@access("staff", write="finance")
@require_POST
def publish(request: PlatformRequest, month: str) -> HttpResponse:
    """Put the month's draft to objection."""
    done = _("Published. Payees may object for seven days.")
    return _act(request, month, operations.publish_period, done=done)


@access("staff", write="finance")
@require_POST
def close(request: PlatformRequest, month: str) -> HttpResponse:
    """Make the month's shares final."""
    return _act(request, month, _close_or_settle, done=_("Closed. The shares are final."))


def _close_or_settle(*, period: str, actor: Actor, as_of: datetime) -> None:
    """Close a month, or ask for the final run with which it closes."""
    try:
        operations.close_period(period=period, actor=actor, as_of=as_of)
    except operations.FinalRunNeeded:
        operations.ask_final_run(period=period, actor=actor, as_of=as_of)
        raise


@access("staff", write="finance")
@require_POST
def pay(request: PlatformRequest, month: str) -> HttpResponse:
    """Note the payment of a closed month."""
    form = PaymentForm(request.POST)
    reference = form.cleaned_data["reference"] if form.is_valid() else ""
    done = _("Noted. The month is paid.")
    return _act(request, month, operations.record_payment, done=done, reference=reference)


@access("staff")
@require_GET
def objection(request: PlatformRequest, objection: str) -> HttpResponse:
    """One objection, the share that it is about, and the form to answer."""
    return _objection_page(request, objection, AnswerForm())


@access("staff", write="finance")
@require_POST
def answer(request: PlatformRequest, objection: str) -> HttpResponse:
    """Answer with reasons."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            found = operations.answer_objection(
                public_id=objection, actor=request.actor, as_of=clock.now(), **form.cleaned_data
            )
        except NotFound:
            raise
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Answered. The payee reads your reasons."))
            return redirect("pools.period", found.period.name)
    return _objection_page(request, objection, form, status=422)


def _objection_page(
    request: PlatformRequest, public_id: str, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    found = queries.access_objection(public_id, actor=request.actor, to="view")
    draft = queries.find_latest_draft(found.period)
    standings = queries.find_standings(draft, found.payee_id) if draft else []
    context = {
        "objection": found,
        "state": found.state_at(clock.now()),
        "standing": next((each for each in standings if each.share.pool_id == found.pool_id), None),
        "form": form,
        "is_own": found.raised_by_id == request.actor.account_id,
    }
    return render(request, "pools/staff_objection.html", context, status=status)


def _period_context(request: PlatformRequest, month: str) -> dict[str, Any]:
    now = clock.now()
    row = queries.get_period(month)
    state = row.state_at(now)
    draft = queries.find_latest_draft(row)
    found = list(queries.list_objections(row).order_by("raised_at", "pk"))
    waiting = sum(each.is_open for each in found)
    can = request.workspace.can_finance
    is_over = row.objection_ends_at is not None and now >= row.objection_ends_at
    return {
        "period": row,
        "state": state,
        "steps": _steps(state.name),
        "draft": draft,
        "boards": [
            (each, charts.flow_chart(each), charts.scene_chart(each))
            for each in (queries.list_pool_drafts(draft) if draft else [])
        ],
        "drafts": list(queries.list_period_drafts(row).order_by("-as_of", "-pk")[:31]),
        "objections": [(each, each.state_at(now)) for each in found],
        "waiting": waiting,
        "can_publish": can and state.name == "draft" and now >= row.publish_due_at,
        "can_close": can and state.name == "objection" and is_over and not waiting,
        "can_pay": can and state.name == "closed",
        "payment": PaymentForm(),
    }


def _act(
    request: PlatformRequest,
    month: str,
    run: Callable[..., Any],
    *,
    done: str | Promise,
    **more: Any,
) -> HttpResponse:
    """Run one step of a month and say how it went, on the month's page."""
    try:
        run(period=month, actor=request.actor, as_of=clock.now(), **more)
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect("pools.period", month)


def _steps(state: str) -> list[Step]:
    place = [name for name, _label in _WAY].index(state)
    last = len(_WAY) - 1
    return [
        Step(
            title=label,
            state="done"
            if number < place or place == last
            else "now"
            if number == place
            else "next",
        )
        for number, (_name, label) in enumerate(_WAY)
    ]


def _pools_in_force(now: datetime) -> list[dict[str, Any]]:
    """Pools of the policy in force with their scenes; none where no policy is in force."""
    try:
        policy = policies.compose_engine_policy(at=now)
    except policies.NoPolicyInForce:
        return []
    return [
        {
            "pool": pool,
            "name": queries.pool_name(pool),
            "scenes": [
                (scene, queries.pool_name(scene))
                for scene in policy.scenes
                if scene.pool == pool.id
            ],
        }
        for pool in policy.pools
    ]


def _month_columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column(name="month", label=_("Month"), kind="code", sort="name",
               value=lambda row: row.name,
               href=lambda row: reverse("pools.period", args=[row.name])),
        Column(name="state", label=_("State"), kind="badge",
               value=lambda row: row.state_at(now)),
        Column(name="as_of", label=_("Latest draft"), kind="time",
               value=lambda row: row.draft_as_of),
        Column(name="waiting", label=_("Objections without an answer"), kind="number",
               value=lambda row: row.waiting),
        Column(name="objections", label=_("Objections"), kind="number",
               value=lambda row: row.objections),
        Column(name="closed", label=_("Closed"), kind="time", value=lambda row: row.closed_at),
        Column(name="paid", label=_("Paid"), kind="time", value=lambda row: row.paid_at),
    )  # fmt: skip


def _share_columns(currency: str) -> tuple[Column, ...]:
    return (
        Column(name="payee", label=_("Payee"), kind="code", value=lambda row: row.payee_id),
        Column(name="value", label=_("Value"), kind="number", hint=_("In micro-viewers.")),
        Column(name="share", label=_("Share"), kind="money", sort="entitlement_micro",
               value=lambda row: (row.entitlement_micro // charts.MICRO, currency)),
        Column(name="share_micro", label=_("Share, exact"), kind="number",
               value=lambda row: row.entitlement_micro,
               hint=_("In millionths of a minor unit.")),
        Column(name="agency_micro", label=_("Agency's part, exact"), kind="number"),
        Column(name="carry_in_micro", label=_("Carried in"), kind="number"),
        Column(name="paid", label=_("Paid"), kind="money",
               value=lambda row: (row.paid_minor, currency)),
        Column(name="carry_out_micro", label=_("Carried out"), kind="number"),
        Column(name="direct", label=_("Direct"), kind="money",
               value=lambda row: (row.direct_minor, currency),
               hint=_("Direct parts of the payee's sales, less refunds.")),
        Column(name="sales_only", label=_("Sales alone"), kind="money",
               value=lambda row: (row.sales_only_minor, currency),
               hint=_("Commission less fee of the sales that the payee won, less refunds.")),
    )  # fmt: skip
