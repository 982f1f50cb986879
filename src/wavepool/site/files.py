"""Serving what passed the upload gate."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeVar

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.utils.translation import gettext as _

from wavepool.domains.people import queries as people
from wavepool.plumbing import uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import SafeUpload
from wavepool.plumbing.routes import access

Answer = TypeVar("Answer", bound=HttpResponseBase)
_LINK: Final = re.compile(r"/files/([a-zA-Z0-9_-]{1,40})")


@access("public", write="view")
def download(request: HttpRequest, file: str) -> HttpResponseBase:
    """A stored file: for everybody if it is public, else for its sender, its workspace, staff.

    Pictures may be shown inside pages; a browser that opens the address itself
    saves the file and runs nothing of it. Where files have an origin of their own,
    the site looks at who asks and sends them there.
    """
    upload = uploads.find_upload(file)
    if upload is None or not _may_read(request.actor, upload):  # type: ignore[attr-defined]
        raise NotFound(_("There is no such page."))
    if not uploads.files_host():
        return _content(upload)
    way = uploads.public_address if upload.is_public else uploads.signed_address
    answer = HttpResponseRedirect(way(upload.public_id))
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


class FilesOriginMiddleware:
    """Serve files and nothing else under the host of files, before sessions and cookies exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = uploads.files_host()
        if not host or request.get_host().lower() != host:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return _bare(HttpResponseNotAllowed(["GET", "HEAD"]))
        try:
            return _content(_opened(request))
        except NotFound:
            return _bare(HttpResponse(status=HTTPStatus.NOT_FOUND))


def _opened(request: HttpRequest) -> SafeUpload:
    """The file that a link names: a public one, or one whose seal is fresh.

    Raises:
        NotFound: neither, or no link at all.
    """
    found = _LINK.fullmatch(request.path_info)
    upload = uploads.find_upload(found[1]) if found else None
    seal = request.GET.get("seal", "")
    if upload is None or not (upload.is_public or uploads.is_sealed(upload.public_id, seal)):
        raise NotFound(_("There is no such page."))
    return upload


def _content(upload: SafeUpload) -> FileResponse:
    try:
        content = uploads.open_upload(upload)
    except FileNotFoundError as error:
        raise NotFound(_("There is no such page.")) from error
    name = f"{upload.name.rpartition('.')[0] or upload.public_id}.{upload.extension}"
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=upload.media_type
    )
    _bare(response)
    age = "public, max-age=86400, immutable" if upload.is_public else "private, no-store"
    response["Cache-Control"] = age
    return response


def _bare(response: Answer) -> Answer:
    """What keeps a browser from running an answer, or another site from reading it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Pages show pictures from the origin of files, which is another site than theirs.
    shared = "cross-origin" if uploads.files_host() else "same-origin"
    response["Cross-Origin-Resource-Policy"] = shared
    return response


def _may_read(actor: Actor, upload: SafeUpload) -> bool:
    if upload.is_public:
        return True
    if not actor.is_known:
        return False
    if actor.is_staff or upload.account_id == actor.account_id:
        return True
    return any(
        (_PARTY.get(space.kind, ""), space.party_id) == (upload.party_kind, upload.party_id)
        for space in people.list_workspaces(actor)
    )


_PARTY = {"studio": "creator", "merchant": "shop", "agency": "agency"}
