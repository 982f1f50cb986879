"""Who may send events and webhooks: keys and secrets, shown once."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from wavepool.domains.events import forms, operations, queries
from wavepool.plumbing import clock
from wavepool.plumbing.errors import PlatformError
from wavepool.plumbing.lists import Column, read_list, respond
from wavepool.plumbing.requests import PlatformRequest
from wavepool.plumbing.routes import access


@access("staff")
def sources(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every source and whether its key works."""
    page = read_list(
        request,
        queries.list_sources(),
        columns=(
            Column(
                name="name",
                label=gettext_lazy("Source"),
                href=lambda row: reverse("events.source", args=[row.public_id]),
            ),
            Column(name="slug", label=gettext_lazy("Short name"), kind="code"),
            Column(
                name="kind",
                label=gettext_lazy("Kind"),
                value=lambda row: row.get_kind_display(),
            ),
            Column(name="created_at", label=gettext_lazy("Added"), kind="time", sort="pk"),
            Column(
                name="state",
                label=gettext_lazy("State"),
                kind="badge",
                value=lambda row: queries.source_state(row, at=clock.now()),
            ),
        ),
        sort="-created_at",
    )
    return respond(request, page, "events/sources.html", {}, export=export)


@access("staff")
@never_cache
@sensitive_variables()
def new_source(request: PlatformRequest) -> HttpResponse:
    """Let somebody send events; the key is shown this once."""
    form = forms.SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = f"wk_{secrets.token_urlsafe(32)}"
        try:
            source = operations.add_source(
                **form.cleaned_data, token=token, actor=request.actor, as_of=clock.now()
            )
        except PlatformError as error:
            forms.show_refusal(form, error)
        else:
            return _source_page(request, source, token=token)
    status = 422 if form.errors else 200
    return render(request, "events/source_new.html", {"form": form}, status=status)


@access("staff")
def source(request: PlatformRequest, source: str) -> HttpResponse:
    """One source: another key, or no more."""
    return _source_page(request, queries.get_source(source))


@access("staff")
@require_POST
@never_cache
@sensitive_variables()
def rotate_source(request: PlatformRequest, source: str) -> HttpResponse:
    """Make another key and show it this once; the one before works for a day."""
    token = f"wk_{secrets.token_urlsafe(32)}"
    try:
        row = operations.rotate_key(
            public_id=source, token=token, actor=request.actor, as_of=clock.now()
        )
    except operations.SourceEnded as error:
        messages.error(request, str(error.message))
        return redirect("events.source", source)
    return _source_page(request, row, token=token)


@access("staff")
@require_POST
def end_source(request: PlatformRequest, source: str) -> HttpResponse:
    """Close a source."""
    try:
        operations.end_source(public_id=source, actor=request.actor, as_of=clock.now())
        messages.success(request, _("Closed."))
    except operations.SourceEnded as error:
        messages.error(request, str(error.message))
    return redirect("events.source", source)


@access("staff")
def hooks(request: PlatformRequest, export: str = "") -> HttpResponseBase:
    """Every endpoint of other systems' webhooks."""
    page = read_list(
        request,
        queries.list_endpoints(),
        columns=(
            Column(
                name="name",
                label=gettext_lazy("Endpoint"),
                href=lambda row: reverse("events.endpoint", args=[row.public_id]),
            ),
            Column(name="connector", label=gettext_lazy("Connector"), kind="code"),
            Column(name="created_at", label=gettext_lazy("Added"), kind="time", sort="pk"),
            Column(
                name="state",
                label=gettext_lazy("State"),
                kind="badge",
                value=lambda row: queries.endpoint_state(row, at=clock.now()),
            ),
        ),
        sort="-created_at",
    )
    return respond(request, page, "events/hooks.html", {}, export=export)


@access("staff")
@never_cache
@sensitive_variables()
def new_endpoint(request: PlatformRequest) -> HttpResponse:
    """Open an address for webhooks; its secret is shown this once."""
    form = forms.EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = _secret()
        endpoint = operations.add_endpoint(
            **form.cleaned_data, secret=secret, actor=request.actor, as_of=clock.now()
        )
        return _endpoint_page(request, endpoint, secret=secret)
    status = 422 if form.errors else 200
    return render(request, "events/endpoint_new.html", {"form": form}, status=status)


@access("staff")
def endpoint(request: PlatformRequest, endpoint: str) -> HttpResponse:
    """One endpoint and what came in lately."""
    return _endpoint_page(request, queries.get_endpoint(endpoint))


@access("staff")
@require_POST
@never_cache
@sensitive_variables()
def rotate_endpoint(request: PlatformRequest, endpoint: str) -> HttpResponse:
    """Make another secret and show it this once; for a day both hold."""
    secret = _secret()
    try:
        row = operations.rotate_secret(
            public_id=endpoint, secret=secret, actor=request.actor, as_of=clock.now()
        )
    except operations.EndpointEnded as error:
        messages.error(request, str(error.message))
        return redirect("events.endpoint", endpoint)
    return _endpoint_page(request, row, secret=secret)


@access("staff")
@require_POST
def end_endpoint(request: PlatformRequest, endpoint: str) -> HttpResponse:
    """Close an endpoint."""
    try:
        operations.end_endpoint(public_id=endpoint, actor=request.actor, as_of=clock.now())
        messages.success(request, _("Closed."))
    except operations.EndpointEnded as error:
        messages.error(request, str(error.message))
    return redirect("events.endpoint", endpoint)


def _secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _source_page(request: PlatformRequest, source: Any, *, token: str = "") -> HttpResponse:
    context = {
        "source": source,
        "state": queries.source_state(source, at=clock.now()),
        "token": token,
    }
    return render(request, "events/source.html", context)


def _endpoint_page(request: PlatformRequest, endpoint: Any, *, secret: str = "") -> HttpResponse:
    address = reverse("events.hook", args=[endpoint.connector, endpoint.public_id])
    context = {
        "endpoint": endpoint,
        "state": queries.endpoint_state(endpoint, at=clock.now()),
        "secret": secret,
        "address": request.build_absolute_uri(address),
        "hooks": queries.inbound_hooks().filter(endpoint=endpoint).order_by("-pk")[:20],
    }
    return render(request, "events/endpoint.html", context)
