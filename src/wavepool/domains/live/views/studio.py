"""A creator's sessions: the list, a new one, its page, and running it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.content import queries as content
from wavepool.domains.live import forms, operations, queries
from wavepool.domains.live.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_PPM: Final = 10_000
#: What is done with a session, by the word in the address, and what is said then.
DEEDS: Final[dict[str, tuple[Callable[..., Any], str | Promise]]] = {
    "start": (operations.start_session, gettext_lazy("On air.")),
    "pause": (operations.pause_session, gettext_lazy("Paused.")),
    "resume": (operations.resume_session, gettext_lazy("On air again.")),
    "end": (operations.end_session, gettext_lazy("Ended.")),
}
#: The same for an item of the shelf.
ITEM_DEEDS: Final[dict[str, Callable[..., Any]]] = {
    "show": operations.show_item,
    "take-down": operations.take_item_down,
}


@access("studio")
def sessions(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Every session of the creator."""
    page = read_list(
        request,
        queries.sessions_of_creator(request.workspace.party_id),
        columns=(
            lists.title_column("live.studio_session", handle),
            lists.state_column(),
            lists.scheduled_column(),
            lists.effective_column(),
            lists.added_column(),
        ),
        filters=(lists.state_filter(),),
        sort="-added",
    )
    return respond(request, page, "live/sessions.html", {"handle": handle}, export=export)


@access("studio", read="operate")
def new_session(request: PlatformRequest, handle: str) -> HttpResponse:
    """Plan a session; with a time everybody sees it."""
    creator_id = request.workspace.party_id
    form = forms.SessionForm(
        request.POST or None, creator_id=creator_id, initial={"channel": content.LIVE_ROOM}
    )
    if request.method == "POST" and form.is_valid():
        try:
            planned = operations.plan_session(
                creator_id=creator_id,
                facts=form.facts(),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Planned."))
            return redirect("live.studio_session", handle, planned.public_id)
    context = {
        "form": form,
        "handle": handle,
        "has_account": bool(content.account_choices(creator_id)),
    }
    status = 422 if form.errors else 200
    return render(request, "live/session_new.html", context, status=status)


@access("studio")
def session(request: PlatformRequest, handle: str, session: str) -> HttpResponse:
    """A session: its schedule, its shelf, its time on air, and what can be done now."""
    found = queries.access_session(session, creator_id=request.workspace.party_id)
    shown = queries.list_shown(found)
    open_now = {each.item_id for each in shown if each.until_at is None}
    context = {
        "handle": handle,
        "session": found,
        "state": queries.session_state(found),
        "shelf": [(each, each.item_id in open_now) for each in content.list_items(found.piece)],
        "shown": shown,
        "pauses": queries.list_pauses(found),
        "minutes": found.effective_ms // lists.MINUTE_MS,
        "is_ahead": found.state in {"draft", "scheduled"},
        "is_on_air": found.state in {"live", "paused"},
        "may_run": "live" in request.workspace.rights,
    }
    return render(request, "live/studio_session.html", context)


@access("studio", read="operate")
def edit_session(request: PlatformRequest, handle: str, session: str) -> HttpResponse:
    """Change a session that was not on air yet."""
    creator_id = request.workspace.party_id
    found = queries.access_session(session, creator_id=creator_id)
    form = forms.SessionForm(request.POST or None, creator_id=creator_id, initial=_standing(found))
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_session(
                public_id=session,
                creator_id=creator_id,
                facts=form.facts(),
                version=form.cleaned_data["version"] or 0,
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("live.studio_session", handle, session)
    context = {"form": form, "session": found, "handle": handle}
    status = 422 if form.errors else 200
    return render(request, "live/session_edit.html", context, status=status)


@access("studio")
@require_POST
def cancel_session(request: PlatformRequest, handle: str, session: str) -> HttpResponse:
    """Call a session off before it begins."""
    try:
        operations.cancel_session(
            public_id=session,
            creator_id=request.workspace.party_id,
            why=request.POST.get("why", ""),
            actor=request.actor,
            as_of=clock.now(),
        )
    except operations.SessionElsewhere as error:
        messages.error(request, str(error.message))
    return redirect("live.studio_session", handle, session)


@access("studio", write="live")
@require_POST
def act(request: PlatformRequest, handle: str, session: str, deed: str) -> HttpResponse:
    """Start, pause, resume or end a session."""
    change, said = DEEDS[deed]
    try:
        change(
            public_id=session,
            creator_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(said))
    return redirect("live.studio_session", handle, session)


@access("studio", write="live")
@require_POST
def act_on_item(
    request: PlatformRequest, handle: str, session: str, item: str, deed: str
) -> HttpResponse:
    """Begin or stop to show an item."""
    try:
        ITEM_DEEDS[deed](
            public_id=session,
            creator_id=request.workspace.party_id,
            item=item,
            actor=request.actor,
            as_of=clock.now(),
        )
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    return redirect("live.studio_session", handle, session)


def _standing(session: Any) -> dict[str, Any]:
    """What a form shows of a session and its piece as they stand."""
    piece = session.piece
    names = ("title", "channel_id", "category", "body", "language", "disclosure")
    said = {name.removesuffix("_id"): getattr(piece, name) for name in names}
    return said | {
        "scheduled_at": session.scheduled_at,
        "planned_minutes": session.planned_minutes,
        "account": str(piece.account_id),
        "ai_share": piece.ai_share_ppm // _PPM,
        "items": "\n".join(each.item.public_id for each in content.list_items(piece)),
        "version": session.version,
    }
