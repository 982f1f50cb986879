"""Sessions as staff see them, and cutting one off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wavepool.domains.content import queries as content
from wavepool.domains.live import forms, operations, queries
from wavepool.domains.live.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def sessions(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Sessions of all creators."""
    page = read_list(
        request,
        queries.every_session(),
        columns=(
            lists.title_column("live.staff_session"),
            lists.creator_column(),
            lists.state_column(),
            lists.scheduled_column(),
            lists.effective_column(),
            lists.added_column(),
        ),
        filters=(lists.state_filter(),),
        sort="-added",
    )
    return respond(request, page, "live/sessions_staff.html", {}, export=export)


@access("staff")
def session(request: PlatformRequest, session: str) -> HttpResponse:
    """One session, and the button that takes it off air."""
    return _show(request, session, forms.ReasonForm(), status=200)


@access("staff")
@require_POST
def cut_session(request: PlatformRequest, session: str) -> HttpResponse:
    """Take a session off air."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form, status=422)
    try:
        operations.cut_session(
            public_id=session,
            why=form.cleaned_data["why"],
            actor=request.actor,
            as_of=clock.now(),
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Cut off."))
    return redirect("live.staff_session", session)


def _show(
    request: PlatformRequest, public_id: str, form: forms.ReasonForm, *, status: int
) -> HttpResponse:
    found = queries.get_session(public_id)
    context = {
        "session": found,
        "state": queries.session_state(found),
        "items": content.list_items(found.piece),
        "shown": queries.list_shown(found),
        "pauses": queries.list_pauses(found),
        "minutes": found.effective_ms // lists.MINUTE_MS,
        "is_on_air": found.state in {"live", "paused"},
        "form": form,
    }
    return render(request, "live/staff_session.html", context, status=status)
