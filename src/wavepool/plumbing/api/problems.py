"""Errors as RFC 9457 problem documents: a stable type, a sentence, pointers, the request's id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from wavepool.plumbing.errors import PlatformError

MEDIA_TYPE: Final = "application/problem+json"
_PREFIX: Final = "urn:wavepool:problem:"
_API: Final = "/api/"


class ProblemPart(Schema):
    """One thing that is wrong with a request."""

    pointer: str
    detail: str


class Problem(Schema):
    """What went wrong, for programs (`type`) and people (`detail`)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemPart] = Field(default_factory=list)


def problem(
    request: HttpRequest,
    *,
    kind: str,
    status: int,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
) -> HttpResponse:
    """Answer with a problem document."""
    title = HTTPStatus(status).phrase
    document = {
        "type": f"{_PREFIX}{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
        "errors": list(errors),
    }
    response = JsonResponse(document, status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="wavepool"'
    return response


def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """The problem document of a refusal."""
    parts = [{"pointer": error.pointer, "detail": str(error)}] if error.pointer else []
    response = problem(
        request, kind=error.kind, status=error.status, detail=str(error), errors=parts
    )
    wait_s = getattr(error, "wait_s", None)
    if wait_s is not None:
        response["Retry-After"] = str(wait_s)
    version = getattr(error, "current_version", None)
    if version is not None:
        response["ETag"] = f'"{version}"'
    return response


def register_problems(api: NinjaAPI) -> None:
    """Answer every error of an API as a problem."""
    api.add_exception_handler(PlatformError, refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _missing)


class ProblemMiddleware:
    """Turn what Django itself answers under /api/ (404, 405, 5xx) into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(_API) or response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        status = response.status_code
        answer = problem(request, kind=_kind(status), status=status, detail=_sentence(status))
        for name in ("Allow", "Retry-After"):
            if name in response:
                answer[name] = response[name]
        return answer


def _kind(status: int) -> str:
    return "api." + HTTPStatus(status).name.lower()


def _sentence(status: int) -> str:
    sentences = {
        404: _("There is no such thing."),
        405: _("This address does not take this method."),
        429: _("Too many requests; wait and try again."),
    }
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _("Something went wrong on our side; the request id helps us find it.")
    return sentences.get(status, HTTPStatus(status).phrase)


def _missing(request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(request, kind="not_found", status=404, detail=_("There is no such thing."))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, PlatformError):  # ninja wraps what its parser raises
        return refused(request, error.__cause__)
    if isinstance(error, AuthenticationError):
        detail = _("Send a valid API key: Authorization: Bearer wp_live_…")
        return problem(request, kind="api.key_refused", status=401, detail=detail)
    status = error.status_code
    return problem(request, kind=_kind(status), status=status, detail=str(error))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    parts = [
        {"pointer": _pointer(each["loc"]), "detail": str(each["msg"])} for each in error.errors
    ]
    detail = _("Some values are missing or not valid.")
    return problem(request, kind="api.invalid", status=422, detail=detail, errors=parts)


def _pointer(place: Sequence[Any]) -> str:
    """A JSON pointer into the body; a parameter of the address stands under its source.

    >>> _pointer(("body", "payload", "lines", 0, "price")), _pointer(("query", "limit"))
    ('/lines/0/price', '/query/limit')
    """
    source, *rest = place
    steps = rest[1:] if source == "body" else [source, *rest]
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in steps)
