"""Files of a line and of a statement: the receipt, the manifest, the statement on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from wavepool.domains.statements import queries
from wavepool.domains.statements.views.why import (
    Reader,
    agency_reader,
    file_names,
    merchant_reader,
    staff_reader,
    studio_reader,
)
from wavepool.plumbing import clock
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


@access("merchant", read="finance")
@require_GET
def merchant_receipt(
    request: PlatformRequest, shop: str, month: str, line_key: str
) -> HttpResponse:
    """The receipt of a line of the shop's."""
    return _receipt(merchant_reader(request, shop, month, line_key))


@access("staff", read="finance")
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


@access("merchant", read="finance")
@require_GET
def merchant_manifest(
    request: PlatformRequest, shop: str, month: str, line_key: str
) -> HttpResponse:
    """The manifest of the closed month."""
    return _manifest(merchant_reader(request, shop, month, line_key))


@access("staff", read="finance")
@require_GET
def staff_manifest(
    request: PlatformRequest,  # noqa: ARG001
    payee: int,
    month: str,
    line_key: str,
) -> HttpResponse:
    """The manifest of the closed month."""
    return _manifest(staff_reader(payee, month, line_key))


@access("studio", read="finance")
@require_GET
def studio_pdf(request: PlatformRequest, handle: str, month: str) -> HttpResponse:  # noqa: ARG001
    """The creator's statement on paper."""
    return _own_pdf(request, month, party="creator")


@access("agency", read="finance")
@require_GET
def agency_pdf(request: PlatformRequest, org: str, month: str) -> HttpResponse:  # noqa: ARG001
    """The agency's statement on paper."""
    return _own_pdf(request, month, party="agency")


@access("merchant", read="finance")
@require_GET
def merchant_pdf(request: PlatformRequest, shop: str, month: str) -> HttpResponse:  # noqa: ARG001
    """The shop's statement on paper."""
    return _own_pdf(request, month, party="shop")


@access("staff", read="finance")
@require_GET
def staff_pdf(request: PlatformRequest, payee: int, month: str) -> HttpResponse:
    """Any payee's statement on paper."""
    currency = request.GET.get("currency") or None
    return _pdf(queries.get_statement(payee_id=payee, period=month, currency=currency))


def _own_pdf(request: PlatformRequest, month: str, *, party: str) -> HttpResponse:
    return _pdf(
        queries.access_statement(
            party=party,
            party_id=request.workspace.party_id,
            period=month,
            actor=request.actor,
            at=clock.now(),
            currency=request.GET.get("currency") or None,
        )
    )


def _pdf(statement: Any) -> HttpResponse:
    content = queries.pdf_of(statement, at=clock.now())
    name = f"statement-{statement.period}-{statement.currency}.pdf"
    return _file(content, name=name, media_type="application/pdf")


def _receipt(reader: Reader) -> HttpResponse:
    return _file(queries.receipt_of(reader.line), name=file_names(reader.line)["receipt"])


def _manifest(reader: Reader) -> HttpResponse:
    return _file(queries.manifest_of(reader.line), name=file_names(reader.line)["manifest"])


def _file(content: bytes, *, name: str, media_type: str = "application/json") -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
