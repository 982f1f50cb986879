"""The queue of objections by deadline, and one of them with the line that it is about."""

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

from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.forms.objections import AnswerForm, show_refusal
from wavepool.plumbing import clock, uploads
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.homes import HomeToDo, todo_of
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_FILTERS: Final = (
    Filter(
        name="state",
        label=gettext_lazy("State"),
        apply=lambda rows, value: rows.filter(outcome=value),
        choices=tuple(Choice(value, label) for value, label in queries.objection_outcome_choices()),
    ),
    Filter(
        name="month",
        label=gettext_lazy("Month"),
        apply=lambda rows, value: rows.filter(period=value),
    ),
)


@access("staff", read="finance")
def staff_objections(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every objection, the nearest deadline first."""
    now = clock.now()
    page = read_list(
        request, queries.list_objections(), columns=_columns(now), filters=_FILTERS, sort="due"
    )
    context: dict[str, Any] = {}
    if not export:
        waiting, overdue = queries.count_open(at=now)
        context = {"waiting": waiting, "overdue": overdue}
    return respond(request, page, "statements/objections.html", context, export=export)


@access("staff", read="finance", write="finance")
def staff_objection(request: PlatformRequest, line_objection: str) -> HttpResponse:
    """One objection, the line that it is about, and the answer."""
    now = clock.now()
    found = queries.access_objection(line_objection, actor=request.actor, to="view")
    form = AnswerForm(request.POST or None, currency=found.currency)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_objection(
                public_id=line_objection,
                outcome=form.cleaned_data["outcome"],
                answer=form.cleaned_data["answer"],
                correction_minor=form.cleaned_data["amount"],
                actor=request.actor,
                as_of=now,
            )
        except NotFound:
            raise
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Answered. The payee reads your reasons."))
            return redirect("statements.staff_objection", line_objection)
    file = uploads.find_upload(found.file) if found.file else None
    context = {
        "objection": found,
        "state": queries.state_of_objection(found, at=now),
        "events": queries.events_of_objections([found], with_names=True),
        "why_href": _why_href(found),
        "file": file,
        "form": form,
        "is_own": found.raised_by_id == request.actor.account_id,
    }
    return render(request, "statements/objection.html", context, status=422 if form.errors else 200)


@todo_of("staff")
def objections_due(_workspace: Any, at: datetime) -> Iterator[HomeToDo]:
    """Objections that wait for an answer; overdue ones are named."""
    waiting, overdue = queries.count_open(at=at)
    title = (
        gettext_lazy("objections to answer, %(overdue)s of them overdue") % {"overdue": overdue}
        if overdue
        else gettext_lazy("objections to answer")
    )
    yield HomeToDo(waiting, title, f"{reverse('statements.staff_objections')}?state=open")


def _columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column(
            name="due",
            label=gettext_lazy("Answer due"),
            kind="time",
            value=lambda row: row.answer_due_at,
            sort="answer_due_at",
            href=lambda row: reverse("statements.staff_objection", args=[row.public_id]),
            hint=gettext_lazy("Five working days after it was raised"),
        ),
        Column(
            name="state",
            label=gettext_lazy("State"),
            kind="badge",
            value=lambda row: queries.state_of_objection(row, at=now),
        ),
        Column(name="payee", label=gettext_lazy("Payee"), value=lambda row: row.payee.name),
        Column(name="month", label=gettext_lazy("Month"), kind="code", value=lambda r: r.period),
        Column(
            name="line",
            label=gettext_lazy("Line"),
            kind="code",
            value=lambda row: row.line_key,
            href=_why_href,
        ),
        Column(
            name="amount",
            label=gettext_lazy("Amount"),
            kind="money",
            value=lambda row: (row.amount_minor, row.currency),
        ),
        Column(name="text", label=gettext_lazy("What is wrong"), value=lambda row: row.text[:160]),
        Column(name="raised", label=gettext_lazy("Raised"), kind="time",
               value=lambda row: row.raised_at),
    )  # fmt: skip


def _why_href(objection: Any) -> str:
    names = [objection.payee_id, objection.period, queries.key_to_address(objection.line_key)]
    return reverse("statements.staff_why", args=names)
