"""Programmes for staff: one card for cash and traffic, who is how far, budgets by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.programmes import operations, queries
from wavepool.domains.programmes.forms import BudgetForm, RefusalForm, SeenForm, show_refusal
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.homes import HomeToDo, todo_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_STATE_FILTER: Final = Filter(
    name="state",
    label=_("State"),
    apply=queries.narrow_to_state,
    choices=tuple(Choice(value, label) for value, label in queries.state_choices()),
)
_HANDLE_FILTER: Final = Filter(
    name="creator",
    label=_("Creator"),
    apply=lambda rows, value: rows.filter(creator__handle__startswith=value.lower()),
)
_MONTH_FILTER: Final = Filter(
    name="month", label=_("Month"), apply=lambda rows, value: rows.filter(period=value)
)


@access("staff")
@require_GET
def programmes(request: PlatformRequest) -> HttpResponse:
    """Every programme in force or announced, with what it may spend and has spent."""
    now = clock.now()
    context = {
        "cards": queries.list_cards(at=now),
        "take": queries.find_current_take(),
        "drafts": queries.list_draft_rules(request.actor),
        "waiting": queries.count_waiting_changes(),
    }
    return render(request, "programmes/staff_programmes.html", context)


@access("staff")
@require_GET
def programme(request: PlatformRequest, programme: str) -> HttpResponse:
    """One programme: its card, its months, its budgets and what waits for a second person."""
    return _page(request, programme)


@access("staff")
def subjects(request: PlatformRequest, programme: str, export: str) -> HttpResponseBase:
    """Everyone who takes part: how far, in which state, until when."""
    now = clock.now()
    card = queries.get_card(programme, at=now)
    rows = queries.list_subjects(programme, at=now)
    page = read_list(
        request,
        rows,
        columns=_subject_columns(card.rules.zone),
        filters=(_STATE_FILTER, _HANDLE_FILTER),
        sort="window",
    )
    return respond(request, page, "programmes/staff_subjects.html", {"card": card}, export=export)


@access("staff")
def awards(request: PlatformRequest, programme: str, export: str) -> HttpResponseBase:
    """Every award of a programme: claimed, scaled back, paid, taken back."""
    card = queries.get_card(programme, at=clock.now())
    rows = queries.list_awards().filter(programme_id=programme)
    page = read_list(
        request, rows, columns=_award_columns(), filters=(_MONTH_FILTER,), sort="-month"
    )
    return respond(request, page, "programmes/staff_awards.html", {"card": card}, export=export)


@access("staff", write="finance")
@require_POST
def ask_budget(request: PlatformRequest, programme: str) -> HttpResponse:
    """Ask a second person for a month's budget."""
    card = queries.get_card(programme, at=clock.now())
    currency = card.programme.currency
    form = BudgetForm(request.POST, currency=currency)
    if form.is_valid():
        try:
            operations.ask_budget(
                programme_id=programme,
                period=form.cleaned_data["month"],
                currency=currency,
                budget_minor=form.cleaned_data["amount"],
                traffic_units=form.cleaned_data["traffic"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Asked. Somebody else of the team can look at it now."))
            return redirect("programmes.programme", programme)
    return _page(request, programme, form=form, status=422)


@access("staff", write="finance")
@require_POST
def approve_budget(request: PlatformRequest, programme: str, budget_change: str) -> HttpResponse:
    """Agree as the second person."""
    _change_of(programme, budget_change)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Look at the change again, then decide."))
        return redirect("programmes.programme", programme)
    try:
        operations.approve_budget(
            public_id=budget_change, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Agreed. The next run pays from it."))
    return redirect("programmes.programme", programme)


@access("staff", write="finance")
@require_POST
def reject_budget(request: PlatformRequest, programme: str, budget_change: str) -> HttpResponse:
    """Refuse as the second person."""
    _change_of(programme, budget_change)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, then try again."))
        return redirect("programmes.programme", programme)
    try:
        operations.reject_budget(
            public_id=budget_change, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Refused. The author reads your reason."))
    return redirect("programmes.programme", programme)


@todo_of("staff")
def waiting_budgets(workspace: Any, at: datetime) -> Iterator[HomeToDo]:  # noqa: ARG001
    """Budgets of programmes that wait for a second person."""
    if workspace.can_finance:
        href = reverse("programmes.staff_programmes")
        yield HomeToDo(queries.count_waiting_changes(), _("Budgets to approve"), href)


def _change_of(programme: str, public_id: str) -> None:
    if queries.get_budget_change(public_id).programme_id != programme:
        raise NotFound(_("There is no such change."))


def _page(
    request: PlatformRequest,
    programme: str,
    *,
    form: BudgetForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    card = queries.get_card(programme, at=now)
    changes = [
        {
            "row": each,
            "seen": SeenForm(initial={"seen_digest": each.digest}),
            "refusal": RefusalForm(
                initial={"seen_digest": each.digest}, auto_id=f"{each.public_id}_%s"
            ),
            "is_mine": each.author_id == request.actor.account_id,
        }
        for each in queries.list_budget_changes(programme).order_by("-asked_at", "-pk")[:24]
    ]
    context = {
        "card": card,
        "states": [
            (label, card.states[name], name)
            for name, label in queries.state_choices()
            if card.states.get(name)
        ],
        "months": queries.list_month_cards(programme),
        "budgets": list(queries.list_budgets(programme).order_by("-period")[:24]),
        "changes": changes,
        "needs_factor": not approvals.has_fresh_factor(request.actor, as_of=now),
        "form": form or BudgetForm(currency=card.programme.currency),
    }
    return render(request, "programmes/staff_programme.html", context, status=status)


def _subject_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    def state(row: Any) -> Any:
        return queries.state_of(row, zone=zone)

    def missing(row: Any) -> str:
        return "; ".join(
            queries.missing_text(each.counter, each.missing, currency=row.currency)
            for each in queries.bars_of(row.conditions)
            if not each.is_met
        )

    return (
        Column(
            name="creator",
            label=_("Creator"),
            value=lambda row: row.creator.handle if row.creator else "",
        ),
        Column(
            name="agency",
            label=_("Agency"),
            value=lambda row: row.agency.slug if row.agency else "",
        ),
        Column(name="milestone", label=_("Reward"), kind="code"),
        Column(name="state", label=_("State"), kind="badge", value=state),
        Column(
            name="short",
            label=_("Conditions missing"),
            kind="number",
            sort="short",
            hint=_("0 means that every condition is met."),
        ),
        Column(name="missing", label=_("What is missing"), value=missing),
        Column(
            name="amount",
            label=_("Amount"),
            kind="money",
            value=lambda row: (row.reward_minor, row.currency),
            sort="reward_minor",
        ),
        Column(name="traffic", label=_("Traffic"), kind="number", value=lambda r: r.traffic_units),
        Column(
            name="begins",
            label=_("First day that counts"),
            kind="date",
            value=lambda row: row.starts_date,
        ),
        Column(
            name="window",
            label=_("Last day that counts"),
            kind="date",
            value=lambda row: queries.last_day(row.ends_date),
            sort="ends_date",
        ),
    )


def _award_columns() -> tuple[Column, ...]:
    def money(name: str) -> Any:
        return lambda row: (getattr(row, name), row.currency)

    def taken_back(row: Any) -> Any:
        outcome = getattr(row, "outcome", None)
        return (outcome.clawed_back_minor if outcome else 0, row.currency)

    return (
        Column(
            name="month", label=_("Month"), kind="code", value=lambda r: r.period, sort="period"
        ),
        Column(
            name="creator",
            label=_("Creator"),
            value=lambda row: row.creator.handle if row.creator else "",
        ),
        Column(
            name="agency",
            label=_("Agency"),
            value=lambda row: row.agency.slug if row.agency else "",
        ),
        Column(name="right", label=_("Entitlement"), kind="code", value=lambda row: row.once_key),
        Column(name="state", label=_("State"), kind="badge", value=queries.state_of_award),
        Column(
            name="claim",
            label=_("Claimed"),
            kind="money",
            value=money("claim_minor"),
            sort="claim_minor",
        ),
        Column(
            name="award",
            label=_("Awarded"),
            kind="money",
            value=money("award_minor"),
            sort="award_minor",
        ),
        Column(
            name="traffic",
            label=_("Traffic granted"),
            kind="number",
            value=lambda row: row.traffic_units,
        ),
        Column(name="taken_back", label=_("Taken back"), kind="money", value=taken_back),
    )
