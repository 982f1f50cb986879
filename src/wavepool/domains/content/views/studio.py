"""A creator's pieces: the list, a new one, its page, its way to everybody and back."""

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

from wavepool.domains.content import forms, operations, queries
from wavepool.domains.content.views import lists
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_PPM: Final = 10_000
#: What a creator does with a piece, by the word in the address, and what is said then.
DEEDS: Final[dict[str, tuple[Callable[..., Any], str | Promise]]] = {
    "submit": (operations.submit_piece, gettext_lazy("Handed in.")),
    "take-back": (operations.take_back_piece, gettext_lazy("Taken back; it is a draft again.")),
    "hide": (operations.hide_piece, gettext_lazy("Hidden; nobody else sees it.")),
    "show": (operations.show_piece, gettext_lazy("Everybody sees it again.")),
}


@access("studio")
def pieces(request: PlatformRequest, handle: str, export: str = "") -> HttpResponseBase:
    """Everything that the creator made."""
    page = read_list(
        request,
        queries.pieces_of_creator(request.workspace.party_id),
        columns=(
            lists.cover_column(),
            lists.title_column("content.studio_piece", handle, sort="title"),
            lists.format_column(),
            lists.channel_column(),
            lists.state_column(),
            Column(
                name="completeness",
                label=gettext_lazy("Complete"),
                kind="rate",
                value=lambda piece: piece.completeness_ppm,
                hint=gettext_lazy("How many of the parts of a good piece are filled."),
            ),
            lists.added_column(),
        ),
        filters=(lists.state_filter(), lists.format_filter()),
        sort="-added",
    )
    return respond(request, page, "content/pieces.html", {"handle": handle}, export=export)


@access("studio", read="operate")
def new_piece(request: PlatformRequest, handle: str) -> HttpResponse:
    """Begin a piece as a draft."""
    creator_id = request.workspace.party_id
    form = forms.PieceForm(request.POST or None, creator_id=creator_id)
    if request.method == "POST" and form.is_valid():
        try:
            added = operations.add_piece(
                creator_id=creator_id,
                facts=form.facts(),
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Kept as a draft. Hand it in when it is ready."))
            return redirect("content.studio_piece", handle, added.public_id)
    context = {
        "form": form,
        "has_account": bool(queries.account_choices(creator_id)),
        "has_channels": bool(queries.list_channels()),
    }
    status = 422 if form.errors else 200
    return render(request, "content/piece_new.html", context, status=status)


@access("studio")
def piece(request: PlatformRequest, handle: str, piece: str) -> HttpResponse:
    """A piece: what it says, what is missing, what was judged, what was published."""
    found = queries.access_piece(piece, creator_id=request.workspace.party_id)
    return _show(request, found, cover=forms.CoverForm(), status=200, handle=handle)


@access("studio", read="operate")
def edit_piece(request: PlatformRequest, handle: str, piece: str) -> HttpResponse:
    """Change what is said of a piece."""
    creator_id = request.workspace.party_id
    found = queries.access_piece(piece, creator_id=creator_id)
    if found.format == "live":
        messages.info(request, _("The piece of a live session is changed with its session."))
        return redirect("content.studio_piece", handle, piece)
    form = forms.PieceForm(request.POST or None, initial=standing(found), creator_id=creator_id)
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_piece(
                public_id=piece,
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
            return redirect("content.studio_piece", handle, piece)
    status = 422 if form.errors else 200
    return render(request, "content/piece_edit.html", {"form": form, "piece": found}, status=status)


@access("studio")
@require_POST
def act(request: PlatformRequest, handle: str, piece: str, deed: str) -> HttpResponse:
    """Hand a piece in, take it back, hide it or show it."""
    change, said = DEEDS[deed]
    try:
        change(
            public_id=piece,
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
    return redirect("content.studio_piece", handle, piece)


@access("studio")
@require_POST
def set_cover(request: PlatformRequest, handle: str, piece: str) -> HttpResponse:
    """Give a piece its picture; what the gate does not take comes back with the reason."""
    found = queries.access_piece(piece, creator_id=request.workspace.party_id)
    form = forms.CoverForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            operations.set_cover(
                public_id=piece,
                creator_id=found.creator_id,
                file=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            return redirect("content.studio_piece", handle, piece)
    return _show(request, found, cover=form, status=422, handle=handle)


@access("studio")
def series(request: PlatformRequest, handle: str) -> HttpResponse:
    """The creator's series, and a new one."""
    creator_id = request.workspace.party_id
    form = forms.SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_series(
                creator_id=creator_id,
                **form.cleaned_data,
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect("content.series", handle)
    context = {"form": form, "series": queries.series_of_creator(creator_id).order_by("-pk")[:200]}
    status = 422 if form.errors else 200
    return render(request, "content/series.html", context, status=status)


def standing(piece: Any) -> dict[str, Any]:
    """What a form shows of a piece as it stands."""
    names = ("title", "channel_id", "format", "category", "body", "language", "disclosure")
    said = {name.removesuffix("_id"): getattr(piece, name) for name in names}
    return said | {
        "account": str(piece.account_id),
        "ai_share": piece.ai_share_ppm // _PPM,
        "series": piece.series.public_id if piece.series else "",
        "items": "\n".join(each.item.public_id for each in queries.list_items(piece)),
        "version": piece.version,
    }


def _show(
    request: PlatformRequest, piece: Any, *, cover: Any, status: int, handle: str
) -> HttpResponse:
    filled = queries.filled_parts_of(piece)
    context = {
        "piece": piece,
        "state": queries.piece_state(piece),
        "items": queries.list_items(piece),
        "missing": queries.missing_parts(filled),
        "marks": queries.list_marks(piece),
        "versions": queries.list_versions(piece),
        "cover": cover,
        "handle": handle,
        "is_open": piece.state in {"draft", "hidden"},
        "is_live": piece.format == "live",
        "scene": queries.scene_labels(at=clock.now()).get(piece.scene, piece.scene),
    }
    return render(request, "content/studio_piece.html", context, status=status)
