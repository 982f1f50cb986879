"""Why a line has its amount: one page for its people, its agency and staff, and as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wavepool.domains.content import queries as content
from wavepool.domains.credits import queries as credits
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.forms.objections import ObjectionForm, show_refusal
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a line, and where its pages stand for this reader.

    Attributes:
        area: "studio", "agency", "merchant" or "staff".
        names: what the reader's addresses of the line name.
        party_id: the creator, agency or shop; None for staff.
    """

    area: str
    names: tuple[str, ...]
    party_id: int | None
    line: Any

    def href(self, page: str) -> str:
        """The address of one of the line's pages."""
        return reverse(f"statements.{self.area}_{page}", args=self.names)

    @property
    def own(self) -> frozenset[int] | None:
        """Creators whose pieces the reader knows; None for all."""
        if self.area == "staff":
            return None
        mine = {self.party_id} if self.area == "studio" else {self.line.creator_id}
        return frozenset(each for each in mine if each is not None)


def studio_reader(request: PlatformRequest, handle: str, month: str, line_key: str) -> Reader:
    """A line of whoever is paid for a creator."""
    return _party_reader(request, "studio", (handle, month, line_key), party="creator")


def agency_reader(request: PlatformRequest, org: str, month: str, line_key: str) -> Reader:
    """A line of an agency."""
    return _party_reader(request, "agency", (org, month, line_key), party="agency")


def merchant_reader(request: PlatformRequest, shop: str, month: str, line_key: str) -> Reader:
    """A line of a shop, whose own host is paid for."""
    return _party_reader(request, "merchant", (shop, month, line_key), party="shop")


def staff_reader(payee: int, month: str, line_key: str) -> Reader:
    """Any payee's line."""
    line = queries.get_line(payee_id=payee, period=month, key=queries.key_of_address(line_key))
    return Reader(area="staff", names=(str(payee), month, line_key), party_id=None, line=line)


@access("studio", read="finance")
@require_GET
def studio_why(request: PlatformRequest, handle: str, month: str, line_key: str) -> HttpResponse:
    """Why a line of the creator's statement is what it is."""
    return _show(request, studio_reader(request, handle, month, line_key), ObjectionForm())


@access("agency", read="finance")
@require_GET
def agency_why(request: PlatformRequest, org: str, month: str, line_key: str) -> HttpResponse:
    """Why a line of the agency's statement is what it is."""
    return _show(request, agency_reader(request, org, month, line_key), ObjectionForm())


@access("merchant", read="finance")
@require_GET
def merchant_why(request: PlatformRequest, shop: str, month: str, line_key: str) -> HttpResponse:
    """Why a line of the shop's statement is what it is."""
    return _show(request, merchant_reader(request, shop, month, line_key), ObjectionForm())


@access("staff", read="finance")
@require_GET
def staff_why(request: PlatformRequest, payee: int, month: str, line_key: str) -> HttpResponse:
    """Why a line of a payee's statement is what it is."""
    return _show(request, staff_reader(payee, month, line_key), ObjectionForm())


@access("studio", read="finance", write="finance")
@require_POST
def studio_object(request: PlatformRequest, handle: str, month: str, line_key: str) -> HttpResponse:
    """Object to a line of the creator's statement."""
    return _object(request, studio_reader(request, handle, month, line_key), party="creator")


@access("agency", read="finance", write="finance")
@require_POST
def agency_object(request: PlatformRequest, org: str, month: str, line_key: str) -> HttpResponse:
    """Object to a line of the agency's statement."""
    return _object(request, agency_reader(request, org, month, line_key), party="agency")


@access("merchant", read="finance", write="finance")
@require_POST
def merchant_object(request: PlatformRequest, shop: str, month: str, line_key: str) -> HttpResponse:
    """Object to a line of the shop's statement."""
    return _object(request, merchant_reader(request, shop, month, line_key), party="shop")


def _party_reader(
    request: PlatformRequest, area: str, names: tuple[str, ...], *, party: str
) -> Reader:
    line = queries.access_line(
        party=party,
        party_id=request.workspace.party_id,
        period=names[1],
        key=queries.key_of_address(names[2]),
        actor=request.actor,
        at=clock.now(),
    )
    return Reader(area=area, names=names, party_id=request.workspace.party_id, line=line)


def _object(request: PlatformRequest, reader: Reader, *, party: str) -> HttpResponse:
    form = ObjectionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            operations.raise_objection(
                party=party,
                party_id=request.workspace.party_id,
                period=reader.names[1],
                key=reader.line.key,
                text=form.cleaned_data["text"],
                evidence=form.cleaned_data["file"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except NotFound:
            raise
        except PlatformError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("Sent. Another person looks at it and answers with reasons.")
            )
            return redirect(reader.href("why"))
    return _show(request, reader, form, status=422)


def _show(
    request: PlatformRequest, reader: Reader, form: ObjectionForm, *, status: int = 200
) -> HttpResponse:
    """The whole page, or the sheet alone for a page that lays it over itself."""
    now = clock.now()
    why = queries.why_of(reader.line, own=reader.own, at=now)
    statement = reader.line.statement
    context = {
        "why": why,
        "line": reader.line,
        "statement": statement,
        "area": reader.area,
        "back": f"{reader.href('why').partition('lines/')[0]}?currency={statement.currency}",
        "receipt_href": reader.href("receipt") if why.receipt else "",
        "manifest_href": reader.href("manifest") if statement.take.is_final else "",
        "object_href": reader.href("object") if reader.area != "staff" else "",
        "files": file_names(reader.line),
        "piece_href": _piece_href(reader, why),
        "order_href": _order_href(reader, why),
        "holds": [(each, _hold_href(reader, each.hold)) for each in why.parked],
        "about_href": _about_href(reader, why.correction),
        "others": [(each, _line_href(reader, each)) for each in why.others],
        "objections": [
            (each, queries.state_of_objection(each, at=now), _objection_href(reader, each))
            for each in why.objections
        ],
        "form": form,
    }
    template = "statements/why_sheet.html" if request.htmx else "statements/why.html"
    answer = render(request, template, context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def file_names(line: Any) -> dict[str, str]:
    """What the files of a line are called, so that the command on the page fits them."""
    period = line.statement.period
    key = queries.key_to_address(line.key)
    return {"receipt": f"receipt-{period}-{key}.json", "manifest": f"manifest-{period}.json"}


def _piece_href(reader: Reader, why: queries.Why) -> str:
    piece = why.way.piece if why.way else None
    if piece is None:
        return ""
    if reader.area == "staff":
        return reverse("content.staff_piece", args=[piece.public_id])
    if reader.area == "studio":
        return reverse("content.studio_piece", args=[reader.names[0], piece.public_id])
    is_public = content.list_public_pieces().filter(pk=piece.pk).exists()
    return reverse("content.piece", args=[piece.public_id]) if is_public else ""


def _order_href(reader: Reader, why: queries.Why) -> str:
    """Staff open the order; a creator the line that was estimated for it; nobody else its buyer's."""
    if why.way is None:
        return ""
    if reader.area == "staff":
        order = why.way.order
        return reverse("orders.staff_order", args=[order.public_id]) if order else ""
    if reader.area == "studio":
        mine = credits.lines_of_creator(reader.party_id or 0).filter(line_id=why.way.line_id)
        if mine.exists():
            return reverse("credits.studio_line", args=[reader.names[0], why.way.line_id])
    return ""


def _hold_href(reader: Reader, hold: Any) -> str:
    if reader.area == "staff":
        return reverse("risk.hold", args=[hold.public_id])
    if reader.area == "studio" and hold.creator_id == reader.party_id:
        return reverse("risk.studio_hold", args=[reader.names[0], hold.public_id])
    return ""


def _line_href(reader: Reader, line: Any) -> str:
    return _why_href(reader, line.statement.period, line.key)


def _about_href(reader: Reader, correction: Any) -> str:
    """The line that a correction is about, if it is about one."""
    if correction is None or not correction.about_key:
        return ""
    return _why_href(reader, correction.about_period, correction.about_key)


def _why_href(reader: Reader, period: str, key: str) -> str:
    names = (reader.names[0], period, queries.key_to_address(key))
    return reverse(f"statements.{reader.area}_why", args=names)


def _objection_href(reader: Reader, objection: Any) -> str:
    if reader.area != "staff":
        return ""
    return reverse("statements.staff_objection", args=[objection.public_id])
