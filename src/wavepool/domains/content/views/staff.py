"""Pieces as staff see them: the queue, one piece, decisions; and the channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from wavepool.domains.content import forms, operations, queries
from wavepool.domains.content.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_PPM: Final = 10_000
#: What staff do with a piece: by the word in the address, and which form it takes.
DEEDS: Final[dict[str, tuple[Callable[..., Any], type[Any] | None]]] = {
    "publish": (operations.publish_piece, forms.GradeForm),
    "return": (operations.return_piece, forms.ReasonForm),
    "grade": (operations.grade_piece, forms.GradeForm),
    "mark": (operations.mark_quality, forms.MarkForm),
    "hide": (operations.hide_for_reason, forms.ReasonForm),
    "show": (operations.show_again, None),
    "remove": (operations.remove_piece, forms.ReasonForm),
}


@access("staff")
def pieces(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Pieces of all creators; those that wait for review are one link away."""
    page = read_list(
        request,
        queries.every_piece(),
        columns=(
            lists.title_column("content.staff_piece"),
            lists.creator_column(),
            lists.format_column(),
            lists.channel_column(),
            lists.state_column(),
            lists.added_column(),
        ),
        filters=(lists.state_filter(),),
        sort="-added",
    )
    return respond(request, page, "content/pieces_staff.html", {}, export=export)


@access("staff")
def piece(request: PlatformRequest, piece: str) -> HttpResponse:
    """One piece: what it says, its marks and versions, and what can be decided."""
    return _show(request, piece, {}, status=200)


@access("staff")
@require_POST
def decide(request: PlatformRequest, piece: str, deed: str) -> HttpResponse:
    """Publish, return, grade, mark, hide, show or remove a piece."""
    if deed not in DEEDS:
        raise Http404(_("There is no such page."))
    change, kind = DEEDS[deed]
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return _show(request, piece, {deed: form}, status=422)
    said = dict(form.cleaned_data) if form is not None else {}
    if "value" in said:
        said["value_ppm"] = said.pop("value") * _PPM
    try:
        change(public_id=piece, **said, actor=request.actor, as_of=clock.now())
    except NotFound:
        raise
    except PlatformError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Decided."))
    return redirect("content.staff_piece", piece)


@access("staff")
def channels(request: PlatformRequest) -> HttpResponse:
    """Where pieces are shown, and which scene each channel belongs to for a written piece."""
    rows = queries.list_channels()
    at = clock.now()
    scenes = queries.scenes_of([each.pk for each in rows], ["post", "short_video", "live"], at=at)
    shown = [
        (each, [scenes[each.pk, name].label for name in ("post", "short_video", "live")])
        for each in rows
    ]
    return render(request, "content/channels.html", {"channels": shown})


@access("staff")
@require_POST
def install_channels(request: PlatformRequest) -> HttpResponse:
    """Put in the shipped channels that are missing."""
    added = operations.install_channels(actor=request.actor, as_of=clock.now())
    said = ngettext("%(count)s channel added.", "%(count)s channels added.", added)
    messages.success(request, said % {"count": added})
    return redirect("content.channels")


def _show(
    request: PlatformRequest, public_id: str, bound: dict[str, Any], *, status: int
) -> HttpResponse:
    found = queries.get_piece(public_id)
    context = {
        "piece": found,
        "state": queries.piece_state(found),
        "items": queries.list_items(found),
        "marks": queries.list_marks(found),
        "versions": queries.list_versions(found),
        "missing": queries.missing_parts(queries.filled_parts_of(found)),
        "scene": queries.scene_labels(at=clock.now()).get(found.scene, found.scene),
        "publish_form": bound.get("publish", forms.GradeForm(auto_id="publish_%s")),
        "return_form": bound.get("return", forms.ReasonForm(auto_id="return_%s")),
        "grade_form": bound.get("grade", forms.GradeForm(auto_id="grade_%s")),
        "mark_form": bound.get("mark", forms.MarkForm(auto_id="mark_%s")),
        "hide_form": bound.get("hide", forms.ReasonForm(auto_id="hide_%s")),
        "remove_form": bound.get("remove", forms.ReasonForm(auto_id="remove_%s")),
    }
    return render(request, "content/staff_piece.html", context, status=status)
