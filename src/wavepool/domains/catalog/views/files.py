"""Files of a merchant: in with a preview, out in four formats."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from wavepool.domains.catalog import forms, operations, queries
from wavepool.plumbing import clock, jobs
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.sheets import CONTENT_TYPES, FORMATS, Format

_SHOWN: Final = 20
_UNDER_WAY: Final = frozenset({"reading", "applying"})


@access("merchant")
def imports(request: PlatformRequest, shop: str, export: str = "") -> HttpResponseBase:
    """Every file that the shop sent, and what became of it."""
    page = read_list(
        request,
        queries.imports_of_shop(request.workspace.party_id),
        columns=(
            Column(
                name="file_name",
                label=gettext_lazy("File"),
                href=lambda batch: reverse("catalog.import", args=[shop, batch.public_id]),
            ),
            Column(
                name="subject",
                label=pgettext_lazy("file", "Holds"),
                value=lambda batch: batch.get_subject_display(),
            ),
            Column(name="read_as", label=gettext_lazy("Read as")),
            Column(
                name="state", label=gettext_lazy("State"), kind="badge", value=queries.batch_state
            ),
            Column(name="staged_by", label=gettext_lazy("Sent by")),
            Column(
                name="sent",
                label=gettext_lazy("Sent"),
                kind="time",
                value=lambda batch: batch.staged_at,
                sort="pk",
            ),
        ),
        sort="-sent",
    )
    return respond(request, page, "catalog/imports.html", {}, export=export)


@access("merchant", read="operate")
def new_import(request: PlatformRequest, shop: str) -> HttpResponse:
    """Send a file; nothing happens before it was looked at."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = operations.receive_file(
                shop_id=request.workspace.party_id,
                subject=form.cleaned_data["subject"],
                file=form.cleaned_data["file"],
                encoding=form.cleaned_data["encoding"],
                actor=request.actor,
                as_of=clock.now(),
            )
        except PlatformError as error:
            form.add_error("file", str(error.message))
        else:
            return _next_page(shop, batch)
    status = 422 if form.errors else 200
    return render(request, "catalog/import_new.html", {"shop": shop, "form": form}, status=status)


@access("merchant")
def import_(request: PlatformRequest, shop: str, batch: str) -> HttpResponse:
    """What a file would change, or changed: counts, first rows with their differences."""
    found = queries.access_import(batch, shop_id=request.workspace.party_id)
    shown = {
        effect: [
            (row, queries.differences(row))
            for row in queries.list_rows(found, effect=effect, most=_SHOWN)
        ]
        for effect in ("wrong", "changed", "new")
    }
    context = {
        "shop": shop,
        "batch": found,
        "state": queries.batch_state(found),
        "counts": queries.count_effects(found),
        "shown": shown,
        "formats": FORMATS,
        "is_under_way": found.state in _UNDER_WAY,
        "job": jobs.find_job(found.job) if found.state in _UNDER_WAY else None,
    }
    return render(request, "catalog/import.html", context)


@access("merchant")
@require_POST
def decide_import(request: PlatformRequest, shop: str, batch: str, to: str) -> HttpResponse:
    """Apply a file, or let it go."""
    found = queries.access_import(batch, shop_id=request.workspace.party_id)
    apply = operations.apply_import
    if found.row_count > operations.ROWS_AT_ONCE:
        apply = operations.apply_import_later
    decide = apply if to == "apply" else operations.discard_import
    try:
        found = decide(
            public_id=batch,
            shop_id=request.workspace.party_id,
            actor=request.actor,
            as_of=clock.now(),
        )
    except operations.ImportDecided as error:
        messages.error(request, str(error.message))
        return redirect("catalog.import", shop, batch)
    return _next_page(shop, found)


@access("merchant")
def wrong_rows(request: PlatformRequest, shop: str, batch: str, format: str) -> HttpResponse:  # noqa: A002
    """The rows that broke a rule, as a file to mend and send again."""
    found = queries.access_import(batch, shop_id=request.workspace.party_id)
    asked = _format(format)
    data = operations.wrong_rows_file(found, format=asked)
    return _file(data, asked, name=f"{shop}-wrong-rows")


@access("merchant")
def export(request: PlatformRequest, shop: str, subject: str) -> HttpResponse:
    """All goods or all plans as a file that an import takes unchanged."""
    form = forms.ExportForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such page."))
    asked = _format(form.cleaned_data["format"])
    data = operations.export_file(
        shop_id=request.workspace.party_id,
        subject=subject,
        format=asked,
        encoding=form.cleaned_data["encoding"] or "utf-8",
        actor=request.actor,
        as_of=clock.now(),
    )
    return _file(data, asked, name=f"{shop}-{subject}")


def _next_page(shop: str, batch: Any) -> HttpResponse:
    """The page of the work that is under way, or of the file itself."""
    if batch.state in _UNDER_WAY:
        return redirect("job", batch.job)
    return redirect("catalog.import", shop, batch.public_id)


def _format(text: str) -> Format:
    found = next((each for each in FORMATS if each == text), None)
    if found is None:
        raise Http404(_("There is no such page."))
    return found


def _file(data: bytes, format: Format, *, name: str) -> HttpResponse:  # noqa: A002
    answer = HttpResponse(data, content_type=CONTENT_TYPES[format])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return answer
