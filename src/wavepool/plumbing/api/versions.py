"""Edits that never overwrite unseen: ETag out, If-Match in, 412 with the present version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from wavepool.plumbing.errors import PlatformError


class VersionMissing(PlatformError):
    """An edit must say which version it was made from."""

    kind = "api.version_missing"
    status = 428


class VersionChanged(PlatformError):
    """Somebody else was faster."""

    kind = "api.version_changed"
    status = 412

    def __init__(self, current_version: str) -> None:
        super().__init__(
            _("This was changed meanwhile; read it again. It is at version %(version)s.")
            % {"version": current_version}
        )
        self.current_version = current_version


def check_version(request: HttpRequest, current_version: str | int) -> None:
    """Hold an edit's If-Match against the present version; call it inside the transaction.

    Raises:
        VersionMissing: the request names none.
        VersionChanged: it names another; the answer carries the present one.
    """
    said = request.headers.get("If-Match")
    if said is None:
        raise VersionMissing(_("Send If-Match with the ETag that you read."))
    if said.strip() == "*":
        return
    named = {each.strip().removeprefix("W/").strip('"') for each in said.split(",")}
    if str(current_version) not in named:
        raise VersionChanged(str(current_version))


def with_version(response: HttpResponse, version: str | int) -> HttpResponse:
    """Say which version an answer shows."""
    response["ETag"] = f'"{version}"'
    return response
