"""Pages for everybody: the rules by which this platform pays, and their history."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wavepool.domains.policies import queries
from wavepool.domains.policies.views import boards
from wavepool.plumbing import clock
from wavepool.plumbing.routes import access


@access("public")
def rules(request: HttpRequest) -> HttpResponse:
    """Every kind with the version in force and the one announced."""
    rows = boards.list_kind_rows(queries.list_all_public(), at=clock.now())
    return render(request, "policies/rules.html", {"rows": rows})


@access("public")
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind as it holds now, its announced change, its history."""
    version = queries.policy_in_force(queries.get_kind(kind).name, at=clock.now())
    return _page(request, kind, version.number)


@access("public")
def rule_version(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One version that was announced, whatever became of it."""
    return _page(request, queries.get_kind(kind).name, number)


@access("public")
def rule_diff(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """What a version changed."""
    version = queries.get_public_version(queries.get_kind(kind).name, number)
    version.seen_at = clock.now()
    before = queries.find_before(version)
    old = before.text if before else version.text
    context = {
        "kind": queries.get_kind(kind),
        "version": version,
        "before": before,
        "differences": queries.list_differences(kind, before=old, after=version.text),
    }
    return render(request, "policies/rule_diff.html", context)


@access("public")
def rule_document(_request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The document itself, as it was agreed on."""
    version = queries.get_public_version(queries.get_kind(kind).name, number)
    answer = HttpResponse(version.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{kind}-v{number}.toml"'
    answer["ETag"] = f'"{version.digest}"'
    return answer


def _page(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    now = clock.now()
    version = queries.get_public_version(kind, number)
    version.seen_at = now
    versions = queries.list_public_versions(kind)
    row = boards.list_kind_rows(versions, at=now)
    found = queries.get_kind(kind)
    context = {
        "kind": found,
        "version": version,
        "versions": versions,
        "row": next(each for each in row if each.kind == found),
        "groups": queries.list_figures(kind, version.text),
        "lines": tuple(queries.iterate_lines(version.text)),
        "events": boards.list_events(versions, names=False),
    }
    return render(request, "policies/rule.html", context)
