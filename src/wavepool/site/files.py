"""Serving what passed the upload gate."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from wavepool.domains.people import queries as people
from wavepool.plumbing import uploads
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import SafeUpload
from wavepool.plumbing.routes import access


@access("public", write="view")
def download(request: HttpRequest, file: str) -> FileResponse:
    """A stored file: for everybody if it is public, else for its sender, its workspace, staff.

    Pictures may be shown inside pages; a browser that opens the address itself
    saves the file and runs nothing of it.
    """
    upload = uploads.find_upload(file)
    if upload is None or not _may_read(request.actor, upload):  # type: ignore[attr-defined]
        raise NotFound(_("There is no such page."))
    try:
        content = uploads.open_upload(upload)
    except FileNotFoundError as error:
        raise NotFound(_("There is no such page.")) from error
    name = f"{upload.name.rpartition('.')[0] or upload.public_id}.{upload.extension}"
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=upload.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    age = "public, max-age=86400, immutable" if upload.is_public else "private, no-store"
    response["Cache-Control"] = age
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
