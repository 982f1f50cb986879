"""The close of a month, for the team: what was settled, what agrees, who approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.statements import operations, queries
from wavepool.plumbing import approvals, clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.states import State


@access("staff", read="finance")
def closes(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every settled month on its way into the books."""
    page = read_list(request, queries.list_final_takes(), columns=_columns(), sort="-month")
    return respond(request, page, "statements/closes.html", {}, export=export)


@access("staff", read="finance")
@require_GET
def close(request: PlatformRequest, month: str) -> HttpResponse:
    """One month: its way, what was held against what, what is to be posted, who decides."""
    take = queries.find_final_take(month)
    if take is None:
        raise NotFound(_("There is no settled month of that name."))
    found = queries.find_close(month)
    asked = approvals.find_approval(subject=operations.subject_of(month))
    is_own = found is not None and found.prepared_by == request.actor.account_id
    can = request.workspace.can_finance
    context = {
        "month": month,
        "take": take,
        "close": found,
        "asked": asked,
        "steps": queries.close_steps(month),
        "findings": [
            (queries.CHECK_WORDS.get(each["check"], each["check"]), each)
            for each in (found.findings if found else [])
        ],
        "totals": queries.totals_of(take),
        "is_own": is_own,
        "can_prepare": can and (found is None or found.approved_at is None),
        "can_decide": can
        and asked is not None
        and found is not None
        and found.approved_at is None
        and not is_own,
    }
    return render(request, "statements/close.html", context)


@access("staff", write="finance")
@require_POST
def prepare(request: PlatformRequest, month: str) -> HttpResponse:
    """Reconcile the month and ask somebody else to approve it."""
    done = _("Everything agrees. Somebody else of the team approves it now.")
    return _act(request, month, operations.prepare_close, done=done)


@access("staff", write="finance")
@require_POST
def approve(request: PlatformRequest, month: str) -> HttpResponse:
    """Approve exactly what is shown; it is posted at once."""
    done = _("Approved. The month is posted, locked and issued now.")
    seen = request.POST.get("digest", "")
    return _act(request, month, operations.approve_close, done=done, seen_digest=seen)


@access("staff", write="finance")
@require_POST
def reject(request: PlatformRequest, month: str) -> HttpResponse:
    """Refuse what was prepared, and say why."""
    done = _("Refused. It can be prepared again.")
    return _act(
        request,
        month,
        operations.reject_close,
        done=done,
        seen_digest=request.POST.get("digest", ""),
        reason=request.POST.get("reason", ""),
    )


def _act(
    request: PlatformRequest,
    month: str,
    run: Callable[..., Any],
    *,
    done: str | Promise,
    **more: Any,
) -> HttpResponse:
    try:
        run(period=month, actor=request.actor, as_of=clock.now(), **more)
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(done))
    return redirect("statements.close", month)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="month", label=_("Month"), kind="code", sort="period",
               value=lambda row: row.period,
               href=lambda row: reverse("statements.close", args=[row.period])),
        Column(name="state", label=_("State"), kind="badge", value=_state),
        Column(name="run", label=_("Final run"), kind="code",
               value=lambda row: row.run.public_id),
        Column(name="approved", label=_("Approved"), kind="time",
               value=lambda row: _close_of(row, "approved_at")),
        Column(name="posted", label=_("Posted"), kind="time",
               value=lambda row: _close_of(row, "posted_at")),
        Column(name="issued", label=_("Issued"), kind="time",
               value=lambda row: _close_of(row, "issued_at")),
    )  # fmt: skip


def _close_of(row: Any, name: str) -> Any:
    close = queries.close_of_take(row)
    return getattr(close, name) if close is not None else None


def _state(row: Any) -> State:
    return queries.state_of_close(queries.close_of_take(row))
