"""What stands between a request and its view: its id, its errors, and the right to enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from wavepool.domains.people import queries as people
from wavepool.plumbing import audit, clock, ids
from wavepool.plumbing.actor import NOBODY
from wavepool.plumbing.errors import NotFound, PlatformError
from wavepool.plumbing.routes import Access, access_of
from wavepool.site.classified import access_of_foreign
from wavepool.site.preferences import language_of_account
from wavepool.site.twins import language_of_path

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
Answer = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Name every request, in its answer and in every log line it causes."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = ids.new_id("req")  # type: ignore[attr-defined]
        request.actor = NOBODY  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class ErrorMiddleware:
    """Turn a refusal that a view let pass into a page with its status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a `PlatformError`; anything else is a fault to see."""
        return refusal(request, error) if isinstance(error, PlatformError) else None


class LanguageMiddleware:
    """Speak the language that the address names, or that a signed-in reader chose.

    Stands below Django's own, which reads the cookie and the browser, and below
    the one that knows who is signed in; Django's ends it again for the next request.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of_path(request) or language_of_account(request)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class AccessMiddleware:
    """Open a route to those whom its mark names, and to nobody else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Find the workspace, put the actor on the request, or refuse."""
        mark = access_of(view) or access_of_foreign(request)
        if mark is None:
            message = f"nobody classified the route {request.path}"
            raise ImproperlyConfigured(message)
        if request.user.is_authenticated:
            request.actor = people.actor_of(request.user, session=request.session)  # type: ignore[attr-defined]
        if mark.audience in {"public", "machine", "operations"}:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            request.workspace = _workspace(request, mark, kwargs)  # type: ignore[attr-defined]
        except PlatformError as error:
            return refusal(request, error)
        _note_deputy(request)
        return None


def refusal(request: HttpRequest, error: PlatformError) -> HttpResponse:
    """The page of a refusal: what happened and what helps."""
    context = {"error": error, "request_id": getattr(request, "request_id", "")}
    return render(request, "pages/refused.html", context, status=error.status)


def _note_deputy(request: HttpRequest) -> None:
    """An agency that acts in its creator's studio leaves a trace, whatever it does there."""
    workspace: people.Workspace | None = request.workspace  # type: ignore[attr-defined]
    if workspace is None or not workspace.on_behalf_of or request.method in SAFE:
        return
    assert request.resolver_match is not None
    with transaction.atomic():
        audit.record(
            kind="people.acted_on_behalf",
            subject=f"creator:{workspace.party_id}",
            actor=request.actor,  # type: ignore[attr-defined]
            at=clock.now(),
            data={"through": workspace.on_behalf_of, "route": request.resolver_match.view_name},
        )


def _workspace(
    request: HttpRequest, mark: Access, kwargs: dict[str, Any]
) -> people.Workspace | None:
    """The workspace that the address names, as far as the actor may enter it."""
    if mark.audience == "signed_in":
        return None
    right = mark.read if request.method in SAFE else mark.write
    actor = request.actor  # type: ignore[attr-defined]
    if mark.audience == "staff":
        return people.access_staff(actor=actor, to=right)
    slug = kwargs.get(people.ADDRESS_OF[mark.audience])
    if slug is None:
        raise NotFound(_("There is no such page."))
    return people.access_workspace(kind=mark.audience, slug=slug, actor=actor, to=right)
