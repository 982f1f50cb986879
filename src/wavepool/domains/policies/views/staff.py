"""Pages of staff: kinds, versions, the editor, and the steps from a draft to a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wavepool.domains.policies import operations, queries
from wavepool.domains.policies.forms import DraftForm, ReasonForm, SeenForm
from wavepool.domains.policies.views import boards
from wavepool.plumbing import clock
from wavepool.plumbing.approvals import ApprovalError
from wavepool.plumbing.lists import Choice, Column, Filter, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

_COLUMNS: Final = (
    Column(
        name="version",
        label=_("Version"),
        value=lambda row: f"{queries.get_kind(row.kind).label} v{row.number}",
        href=lambda row: reverse("policies.version", args=[row.kind, row.number]),
    ),
    Column(name="kind", label=_("Kind"), kind="code", sort="kind"),
    Column(name="number", label=_("Number"), kind="number", sort="number"),
    Column(name="stage", label=_("State"), kind="badge", value=lambda row: row.state),
    Column(name="summary", label=_("What changes")),
    Column(name="valid_from_at", label=_("In force from"), kind="time"),
    Column(name="valid_until_at", label=_("In force until"), kind="time"),
    Column(name="author", label=_("Author"), value=lambda row: str(row.author or "")),
    Column(name="approved_by", label=_("Agreed by"), value=lambda row: str(row.approved_by or "")),
    Column(name="created_at", label=_("Begun"), kind="time", sort="created_at"),
)
_FILTERS: Final = (
    Filter(
        name="kind",
        label=_("Kind"),
        apply=lambda rows, value: rows.filter(kind=value),
        choices=tuple(Choice(kind.name, kind.label) for kind in queries.list_kinds()),
    ),
    Filter(
        name="stage",
        label=_("State"),
        apply=lambda rows, value: rows.filter(stage=value),
        choices=(
            Choice("draft", _("Draft")),
            Choice("notice", _("Announced")),
            Choice("in_force", _("In force")),
            Choice("superseded", _("Superseded")),
            Choice("withdrawn", _("Withdrawn")),
        ),
    ),
)

_NAME: Final = Column(name="name", label=_("Name"), sort="name")
_SLUG: Final = Column(name="slug", label=_("Address"), kind="code", sort="slug")
_PARTY_COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "creator": (
        Column(
            name="name",
            label=_("Name"),
            href=lambda row: reverse("people.staff.creator", args=[row.handle]),
            sort="name",
        ),
        Column(name="handle", label=_("Handle"), kind="code", sort="handle"),
        Column(name="kind", label=_("Kind"), value=lambda row: row.get_kind_display()),
        Column(name="level", label=_("Level"), kind="number", sort="level"),
        Column(name="tier", label=_("Tier"), value=lambda row: row.get_tier_display()),
    ),
    "shop": (_NAME, _SLUG),
    "agency": (_NAME, _SLUG),
}


@access("staff")
def kinds(request: PlatformRequest) -> HttpResponse:
    """Every kind: what holds, what is announced, what is being written."""
    versions = list(queries.list_versions(request.actor).order_by("-number"))
    rows = boards.list_kind_rows(versions, at=clock.now())
    waiting = sum(len(row.drafts) for row in rows)
    return render(request, "policies/staff_kinds.html", {"rows": rows, "waiting": waiting})


@access("staff")
def versions(request: PlatformRequest, export: str) -> HttpResponseBase:
    """Every version of every kind, as a list to narrow and take along."""
    rows = queries.list_versions(request.actor)
    page = read_list(request, rows, columns=_COLUMNS, filters=_FILTERS, sort="-created_at")
    return respond(request, page, "policies/staff_versions.html", {}, export=export)


@access("staff")
def kind(request: PlatformRequest, kind: str) -> HttpResponse:
    """One kind: its history, its drafts, and the door to a new one."""
    found = queries.get_kind(kind)
    versions = list(queries.list_versions(request.actor).filter(kind=kind).order_by("-number"))
    row = boards.list_kind_rows(versions, at=clock.now())
    context = {
        "kind": found,
        "row": next(each for each in row if each.kind == found),
        "versions": versions,
        "events": boards.list_events(versions, names=True),
    }
    return render(request, "policies/staff_kind.html", context)


@access("staff")
@require_POST
def begin(request: PlatformRequest, kind: str) -> HttpResponse:
    """Begin the next version and open its editor."""
    version = operations.begin_draft(kind=kind, actor=request.actor, as_of=clock.now())
    return redirect("policies.edit", kind, version.number)


@access("staff")
def version(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """One version: where it stands, what it changes, who is affected, what can be done."""
    found = queries.access_version(kind, number, actor=request.actor, to="view")
    context = boards.version_context(
        found, actor=request.actor, workspace=request.workspace, at=clock.now()
    )
    context["seen"] = SeenForm(initial={"seen_digest": found.digest})
    context["reason"] = ReasonForm(initial={"seen_digest": found.digest})
    context["lines"] = tuple(queries.iterate_lines(found.text))
    return render(request, "policies/staff_version.html", context)


@access("staff")
def affected(
    request: PlatformRequest, kind: str, number: int, group: str, export: str = ""
) -> HttpResponseBase:
    """The members of one group whom a version reaches."""
    found = queries.access_version(kind, number, actor=request.actor, to="view")
    reached = queries.get_affected(found, group, at=clock.now())
    assert reached.rows is not None
    page = read_list(request, reached.rows, columns=_PARTY_COLUMNS[reached.party], sort="name")
    context = {"kind": queries.get_kind(kind), "version": found, "group": reached}
    return respond(request, page, "policies/staff_affected.html", context, export=export)


@access("staff", read="operate")
def edit(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """The editor; “Check” shows faults, difference and people without saving."""
    found = queries.access_version(kind, number, actor=request.actor, to="operate")
    if request.method != "POST":
        initial = {
            "text": found.text,
            "summary": found.summary,
            "first_date": found.first_date,
            "seen_digest": found.digest,
        }
        return _editor(request, found, DraftForm(initial=initial), found.text)
    form = DraftForm(request.POST)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not form.is_valid() or "check" in request.POST:
        return _editor(request, found, form, text)
    try:
        operations.save_draft(
            kind=kind, number=number, actor=request.actor, as_of=clock.now(), **form.cleaned_data
        )
    except operations.PolicyError as error:
        messages.error(request, str(error))
        return _editor(request, found, form, text, status=error.status)
    messages.success(request, _("Saved. Whatever was agreed about an earlier text is void."))
    return redirect("policies.version", kind, number)


@access("staff")
@require_POST
def check(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """The same check as a fragment, while somebody writes."""
    found = queries.access_version(kind, number, actor=request.actor, to="operate")
    text = request.POST.get("text", "").replace("\r\n", "\n")[: 1 << 20]
    proposed = boards.propose(found, text, at=clock.now())
    return render(request, "policies/check.html", {"proposed": proposed, "version": found})


@access("staff")
@require_POST
def ask(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """Ask a second person."""
    done = _("Asked. Somebody else of the team can look at it now.")
    return _act(request, SeenForm, operations.request_approval, done=done, kind=kind, number=number)


@access("staff", write="own")
@require_POST
def approve(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """Agree as the second person."""
    done = _("Agreed. It can be announced now.")
    return _act(request, SeenForm, operations.approve_version, done=done, kind=kind, number=number)


@access("staff", write="own")
@require_POST
def reject(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """Refuse as the second person."""
    done = _("Refused. The author reads your reason.")
    return _act(request, ReasonForm, operations.reject_version, done=done, kind=kind, number=number)


@access("staff", write="own")
@require_POST
def publish(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """Announce."""
    done = _("Announced. Everybody can read it now.")
    return _act(request, SeenForm, operations.publish_version, done=done, kind=kind, number=number)


@access("staff")
@require_POST
def withdraw(request: PlatformRequest, kind: str, number: int) -> HttpResponse:
    """Take back a draft or an announced version."""

    return _act(
        request,
        ReasonForm,
        operations.withdraw_version,
        done=_("Withdrawn."),
        kind=kind,
        number=number,
    )


def _act(
    request: PlatformRequest,
    form_class: type[SeenForm],
    run: Callable[..., Any],
    *,
    done: str | Promise,
    kind: str,
    number: int,
) -> HttpResponse:
    """Run one step and say how it went, on the page of the version."""
    form = form_class(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, then try again."))
        return redirect("policies.version", kind, number)
    values = {"kind": kind, "number": number, "actor": request.actor, "as_of": clock.now()}
    try:
        run(**values, **form.cleaned_data)
    except (operations.PolicyError, ApprovalError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return redirect("policies.version", kind, number)


def _editor(
    request: PlatformRequest, version: Any, form: DraftForm, text: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "version": version,
        "kind": queries.get_kind(version.kind),
        "form": form,
        "proposed": boards.propose(version, text, at=clock.now()),
    }
    return render(request, "policies/staff_editor.html", context, status=status)
