"""The API: version 1, its first endpoints, its description and its reference page.

Domains add their routers here: `api.add_router("/", catalog_api.router)`.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router, Schema

from wavepool import __version__
from wavepool.domains.catalog import api as catalog_api
from wavepool.domains.content import api as content_api
from wavepool.domains.credits import api as credits_api
from wavepool.domains.events import api as events_api
from wavepool.domains.insights import api as insights_api
from wavepool.domains.ledger import api as ledger_api
from wavepool.domains.live import api as live_api
from wavepool.domains.orders import api as orders_api
from wavepool.domains.payouts import api as payouts_api
from wavepool.domains.people import api as people_api
from wavepool.domains.people import queries as people
from wavepool.domains.policies import api as policies_api
from wavepool.domains.pools import api as pools_api
from wavepool.domains.programmes import api as programmes_api
from wavepool.domains.risk import api as risk_api
from wavepool.domains.scores import api as scores_api
from wavepool.domains.statements import api as statements_api
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.api import (
    CheckedParser,
    NeedsKey,
    Problem,
    needs,
    problem,
    read_actors_with,
    register_problems,
)
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.keys import register_scope
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access

ROOT: Final = "/api/v1/"
READ_JOBS: Final = register_scope("jobs:read", _("See your long-running work"))

router = Router(tags=["Account"])


class WorkspaceOut(Schema):
    """A workspace that the account may enter, and its rights there."""

    kind: str
    slug: str
    name: str
    rights: list[str]


class MeOut(Schema):
    """Who a key speaks for."""

    account_id: int
    name: str
    key: str
    is_live: bool
    scopes: list[str]
    expires_at: datetime | None
    workspaces: list[WorkspaceOut]


class JobOut(Schema):
    """A piece of long work."""

    id: str
    name: str
    state: str
    done: int
    total: int | None
    note: str
    created_at: datetime
    finished_at: datetime | None


@router.get("/me", auth=NeedsKey(), response=MeOut, summary="Who this key speaks for")
def me(request: PlatformRequest) -> dict[str, Any]:
    """The account, the key's scopes and the workspaces that it opens."""
    row = request.auth  # type: ignore[attr-defined]
    spaces = people.list_workspaces(request.actor)
    return {
        "account_id": row.account_id,
        "name": request.actor.name,
        "key": row.public_id,
        "is_live": row.is_live,
        "scopes": row.scopes,
        "expires_at": row.expires_at,
        "workspaces": [
            {
                "kind": each.kind,
                "slug": each.slug,
                "name": each.name,
                "rights": sorted(each.rights),
            }
            for each in spaces
            if not row.party_kind or (each.kind, each.party_id) == (row.party_kind, row.party_id)
        ],
    }


@router.get(
    "/jobs/{job_id}", auth=needs(READ_JOBS), response=JobOut, summary="How long work is going"
)
def job(request: PlatformRequest, job_id: str) -> dict[str, Any]:
    """A job that this account asked for; staff see every one."""
    found = jobs.find_job(job_id)
    actor = request.actor
    if found is None or not (actor.is_staff or found.requested_by == actor.account_id):
        raise NotFound(_("There is no such thing."))
    return {
        "id": found.public_id,
        "name": found.name,
        "state": found.state,
        "done": found.progress_done,
        "total": found.progress_total,
        "note": found.progress_note,
        "created_at": found.created_at,
        "finished_at": found.finished_at,
    }


def make_api() -> NinjaAPI:
    """The API of version 1 with everything that its operations share."""
    made = NinjaAPI(
        title="wavepool",
        version=__version__,
        urls_namespace="api-1",
        docs_url=None,
        openapi_url=None,
        auth=NeedsKey(),
        parser=CheckedParser(),
    )
    register_problems(made)
    made.add_exception_handler(RequestDataTooBig, _too_large)
    made.add_router("", router)
    made.add_router("", policies_api.router)
    made.add_router("", catalog_api.router)
    made.add_router("", people_api.router)
    made.add_router("", ledger_api.router)
    made.add_router("", content_api.router)
    made.add_router("", live_api.router)
    made.add_router("", orders_api.router)
    made.add_router("", scores_api.router)
    made.add_router("", pools_api.router)
    made.add_router("", credits_api.router)
    made.add_router("", risk_api.router)
    made.add_router("", events_api.router)
    made.add_router("", insights_api.router)
    made.add_router("", statements_api.router)
    made.add_router("", programmes_api.router)
    made.add_router("", payouts_api.router)
    return made


def _too_large(request: HttpRequest, _error: Any) -> HttpResponse:
    detail = str(_("The body is larger than 1 MiB."))
    return problem(request, kind="api.body_too_large", status=413, detail=detail)


def _actor(account_id: int) -> Actor | None:
    """The actor behind a key's account; None once the account is closed."""
    accounts = get_user_model()._default_manager
    account = accounts.filter(pk=account_id, is_active=True).first()
    return None if account is None else people.actor_of(account, session={})


api = make_api()
read_actors_with(_actor)


@cache
def describe() -> dict[str, Any]:
    """The API in OpenAPI 3.1, with problems and scopes that ninja does not write down.

    Made once in a process; nobody changes what it gives.
    """
    document = dict(api.get_openapi_schema(path_prefix=ROOT))
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(own.pop("$defs", {}))
    schemas["Problem"] = own
    media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    scopes = _scopes()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"]["default"] = {"description": "Problem", "content": media}
            operation["x-scope"] = scopes.get((path, method.upper()), "")
    return document


def _scopes() -> dict[tuple[str, str], str]:
    """The scope of every operation, by path and method."""
    found = {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                address = "/".join(
                    part.strip("/") for part in (ROOT, bound.prefix, path) if part.strip("/")
                )
                for method in operation.methods:
                    guards = [
                        each for each in operation.auth_callbacks if isinstance(each, NeedsKey)
                    ]
                    found[f"/{address}", method] = guards[0].scope if guards else ""
    return found


@access("public")
def openapi(_request: HttpRequest) -> JsonResponse:
    """The description of the API, for programs."""
    response = JsonResponse(describe())
    response["Cache-Control"] = "public, max-age=300"
    return response


@access("public")
def reference(request: HttpRequest) -> HttpResponse:
    """The description of the API, for people."""
    document = describe()
    operations = [
        {
            "method": method.upper(),
            "steps": path.strip("/").split("/"),
            "anchor": operation["operationId"],
            "tag": next(iter(operation.get("tags", ())), ""),
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "scope": operation["x-scope"],
            "parameters": operation.get("parameters", []),
            "answer": _name_of(operation["responses"].get(200, {})),
            "asks": _name_of(operation.get("requestBody", {})),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [
        {"name": name, "about": shape.get("description", ""), "fields": _fields(shape)}
        for name, shape in sorted(document["components"]["schemas"].items())
    ]
    context = {"operations": operations, "shapes": shapes, "version": __version__}
    return render(request, "pages/api_reference.html", context)


def _name_of(answer: dict[str, Any]) -> str:
    """The shape that a body has, by name."""
    for media in answer.get("content", {}).values():
        reference = media.get("schema", {}).get("$ref", "")
        return str(reference.rpartition("/")[2])
    return ""


def _fields(shape: dict[str, Any]) -> list[dict[str, str | bool]]:
    needed = shape.get("required", ())
    return [
        {"name": name, "type": _type(field), "needed": name in needed}
        for name, field in shape.get("properties", {}).items()
    ]


def _type(field: dict[str, Any]) -> str:
    """A field's type in one line: "string (date-time)", "list of Problem", "integer or null"."""
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    form = f" ({field['format']})" if "format" in field else ""
    return f"{field.get('type', 'any')}{form}"
