"""Files of accounts of an older platform, for staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.people import forms, operations, queries
from wavepool.domains.people.views.answers import carry_out, form_page, submit
from wavepool.plumbing import clock, uploads
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access
from wavepool.plumbing.sheets import write_sheet
from wavepool.plumbing.states import State


@access("staff")
def imports(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every file that was read."""
    page = read_list(
        request,
        queries.list_imports(),
        columns=(
            Column(
                name="file_name",
                label=_("File"),
                href=lambda row: reverse("people.staff.import", args=[row.reference]),
            ),
            Column(name="platform", label=_("Older platform"), sort="platform"),
            Column(name="state", label=_("State"), kind="badge", value=_badge),
            Column(name="rows_good", label=_("Good rows"), kind="number"),
            Column(name="rows_bad", label=_("Rows with errors"), kind="number"),
            Column(name="uploaded_at", label=_("Read"), kind="time", sort="uploaded_at"),
        ),
        sort="-uploaded_at",
    )
    return respond(request, page, "people/imports.html", {}, export=export)


@access("staff", read="operate", write="operate")
def read_file(request: PlatformRequest) -> HttpResponseBase:
    """Read a file and show what would be taken over."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    made: list[Any] = []

    def act() -> None:
        given = form.cleaned_data
        with uploads.inspect(given["file"], kinds={"table"}) as found:
            content, name = found.path.read_bytes(), found.name
        made.append(
            operations.preview_import(
                platform=given["platform"],
                file_name=name,
                content=content,
                levels=given["levels"],
                actor=request.actor,
                as_of=clock.now(),
            )
        )

    done = _("Read. Look at it, then take it over.")
    if request.method == "POST" and submit(request, form, act, done=done):
        return redirect("people.staff.import", made[0].reference)
    return form_page(
        request,
        form,
        title=_("Import accounts"),
        lead=_(
            "Columns: external_id, name, old_level, followers, pieces, opened_on, claim_code, country, document, document_number."
        ),
        button=_("Read the file"),
        back=reverse("people.staff.imports"),
    )


@access("staff")
def one_import(request: PlatformRequest, reference: str) -> HttpResponse:
    """One file: what it would bring, and what is wrong with it."""
    found = queries.get_import(reference)
    context = {
        "found": found,
        "badge": _badge(found),
        "rows": found.rows[:20],
        "errors": found.errors[:50],
    }
    return render(request, "people/import.html", context)


@access("staff")
def errors(_request: PlatformRequest, reference: str) -> HttpResponse:
    """The errors of a file, as a file."""
    found = queries.get_import(reference)
    columns = ("row", "column", "value", "message")
    rows = [[str(value) for value in each] for each in found.errors]
    answer = HttpResponse(
        write_sheet(columns, rows, format="csv", encoding="utf-8-sig"),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="{reference}-errors.csv"'
    return answer


@require_POST
@access("staff", write="operate")
def take_over(request: PlatformRequest, reference: str) -> HttpResponseBase:
    """Take the good rows over."""
    found = queries.get_import(reference)
    return carry_out(
        request,
        lambda: operations.take_over_import(
            import_id=found.pk, actor=request.actor, as_of=clock.now()
        ),
        done=_("Taken over; the accounts wait for their owners."),
        to=reverse("people.staff.import", args=[reference]),
    )


@require_POST
@access("staff", write="operate")
def drop(request: PlatformRequest, reference: str) -> HttpResponseBase:
    """Drop a preview."""
    found = queries.get_import(reference)
    return carry_out(
        request,
        lambda: operations.drop_import(import_id=found.pk, actor=request.actor, as_of=clock.now()),
        done=_("Dropped; nothing was taken over."),
        to=reverse("people.staff.imports"),
    )


def _badge(row: Any) -> State:
    tone = {"preview": "info", "done": "ok"}.get(row.state, "neutral")
    return State(name=row.state, label=row.get_state_display(), tone=tone)  # type: ignore[arg-type]
