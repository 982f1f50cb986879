"""Corrections for staff: ask for one, agree to another's, see which month took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.forms.corrections import (
    CorrectionForm,
    RefusalForm,
    show_refusal,
)
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.homes import HomeToDo, todo_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_FILTERS: Final = (
    Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=lambda rows, value: rows.filter(state=value),
        choices=tuple(Choice(value, label) for value, label in queries.correction_state_choices()),
    ),
    Filter(
        name="cause",
        label=gettext_lazy("Cause"),
        apply=lambda rows, value: rows.filter(cause=value),
        choices=tuple(Choice(value, label) for value, label in queries.cause_choices()),
    ),
    Filter(
        name="applied",
        label=gettext_lazy("Month"),
        apply=lambda rows, value: rows.filter(applied_period=value),
    ),
)
_PREFILLED: Final = ("payee_id", "currency", "cause", "ref", "about_period", "about_key")


@access("staff", read="finance")
def staff_corrections(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every correction, the latest first."""
    page = read_list(
        request, queries.list_corrections(), columns=_columns(), filters=_FILTERS, sort="-asked"
    )
    context = {} if export else {"waiting": queries.count_corrections_waiting()}
    return respond(request, page, "statements/corrections.html", context, export=export)


@access("staff", read="finance", write="finance")
def new_correction(request: PlatformRequest) -> HttpResponse:
    """Ask for a correction; somebody else agrees to it."""
    given = {name: request.GET[name] for name in _PREFILLED if name in request.GET}
    form = CorrectionForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = operations.ask_correction(
                payee_id=asked["payee_id"],
                currency=asked["currency"],
                amount_minor=asked["amount_minor"],
                reason=asked["reason"],
                cause=asked["cause"],
                ref=asked["ref"],
                about=(asked["about_period"], asked["about_key"]),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Asked for. Somebody else of the team decides."))
            return redirect("statements.staff_correction", made.public_id)
    context = {"form": form}
    status = 422 if form.errors else 200
    return render(request, "statements/new_correction.html", context, status=status)


@access("staff", read="finance")
def staff_correction(request: PlatformRequest, correction: str) -> HttpResponse:
    """One correction: what, for whom, why, and who agreed."""
    return _page(request, correction, RefusalForm())


@access("staff", write="finance")
@require_POST
def approve_correction(request: PlatformRequest, correction: str) -> HttpResponse:
    """Agree to exactly what is shown."""
    try:
        operations.approve_correction(public_id=correction, actor=request.actor, as_of=clock.now())
    except PlatformError as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Approved. The next month that closes takes it in."))
    return redirect("statements.staff_correction", correction)


@access("staff", write="finance")
@require_POST
def reject_correction(request: PlatformRequest, correction: str) -> HttpResponse:
    """Refuse it, and say why."""
    form = RefusalForm(request.POST)
    if form.is_valid():
        try:
            operations.reject_correction(
                public_id=correction,
                why=form.cleaned_data["why"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            if error.status == 404:
                raise
            show_refusal(form, error)
        else:
            messages.success(request, _("Refused."))
            return redirect("statements.staff_correction", correction)
    return _page(request, correction, form, status=422)


@todo_of("staff")
def corrections_waiting(_workspace: Any, _at: datetime) -> Iterator[HomeToDo]:
    """Corrections that wait for a second person."""
    title = gettext_lazy("corrections to agree to")
    href = f"{reverse('statements.staff_corrections')}?state=asked"
    yield HomeToDo(queries.count_corrections_waiting(), title, href)


def _page(
    request: PlatformRequest, correction: str, form: RefusalForm, *, status: int = 200
) -> HttpResponse:
    found = queries.access_correction(correction, actor=request.actor, to="finance")
    is_own = found.asked_by == request.actor.account_id
    context = {
        "correction": found,
        "state": queries.state_of_correction(found),
        "events": queries.events_of_correction(found),
        "is_own": is_own,
        "can_decide": found.state == "asked" and not is_own,
        "form": form,
    }
    return render(request, "statements/correction.html", context, status=status)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="asked", label=gettext_lazy("Asked for"), kind="time", sort="asked_at",
               value=lambda row: row.asked_at,
               href=lambda row: reverse("statements.staff_correction", args=[row.public_id])),
        Column(name="state", label=gettext_lazy("State"), kind="badge",
               value=queries.state_of_correction),
        Column(name="payee", label=gettext_lazy("Payee"), value=lambda row: row.payee.name),
        Column(name="amount", label=gettext_lazy("Amount"), kind="money", sort="amount_minor",
               value=lambda row: (row.amount_minor, row.currency),
               hint=gettext_lazy("+ is to the payee")),
        Column(name="cause", label=gettext_lazy("Cause"),
               value=lambda row: row.get_cause_display()),
        Column(name="ref", label=gettext_lazy("Follows from"), kind="code"),
        Column(name="applied", label=gettext_lazy("Month"), kind="code",
               value=lambda row: row.applied_period,
               hint=gettext_lazy("Whose close took it in")),
        Column(name="asked_name", label=gettext_lazy("Asked by")),
        Column(name="decided_name", label=gettext_lazy("Decided by")),
        Column(name="reason", label=gettext_lazy("Reason"), is_in_files_only=True),
    )  # fmt: skip
