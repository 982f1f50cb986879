"""Files of a line and of a statement: the receipt, the manifest, the statement on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from wavepool.domains.statements import queries
from wavepool.domains.statements.views.why import (
    Reader,
    agency_reader,
    file_names,
    staff_reader,
    studio_reader,
)
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("studio", read="finance")
@require_GET
def studio_receipt(
    request: PlatformRequest, handle: str, month: str, line_key: str
) -> HttpResponse:
    """The receipt of a line, as `wavepool verify` recomputes it."""
    return _receipt(studio_reader(request, handle, month, line_key))


@access("agency", read="finance")
@require_GET
def agency_receipt(request: PlatformRequest, org: str, month: str, line_key: str) -> HttpResponse:
    """The receipt of a line of the agency's."""
    return _receipt(agency_reader(request, org, month, line_key))


@access("staff")
@require_GET
def staff_receipt(
    request: PlatformRequest,  # noqa: ARG001
    payee: int,
    month: str,
    line_key: str,
) -> HttpResponse:
    """The receipt of any payee's line."""
    return _receipt(staff_reader(payee, month, line_key))


@access("studio", read="finance")
@require_GET
def studio_manifest(
    request: PlatformRequest, handle: str, month: str, line_key: str
) -> HttpResponse:
    """The manifest of the closed month, which holds the root of all lines."""
    return _manifest(studio_reader(request, handle, month, line_key))


@access("agency", read="finance")
@require_GET
def agency_manifest(request: PlatformRequest, org: str, month: str, line_key: str) -> HttpResponse:
    """The manifest of the closed month."""
    return _manifest(agency_reader(request, org, month, line_key))


@access("staff")
@require_GET
def staff_manifest(
    request: PlatformRequest,  # noqa: ARG001
    payee: int,
    month: str,
    line_key: str,
) -> HttpResponse:
    """The manifest of the closed month."""
    return _manifest(staff_reader(payee, month, line_key))


def _receipt(reader: Reader) -> HttpResponse:
    return _file(queries.receipt_of(reader.line), name=file_names(reader.line)["receipt"])


def _manifest(reader: Reader) -> HttpResponse:
    return _file(queries.manifest_of(reader.line), name=file_names(reader.line)["manifest"])


def _file(content: bytes, *, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
