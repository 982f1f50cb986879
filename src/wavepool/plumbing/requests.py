"""A request as our middleware hands it to views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from wavepool.plumbing.actor import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PlatformRequest(HttpRequest):
    """What the middleware adds; for annotations, Django makes the objects.

    Attributes:
        actor: who asks.
        workspace: the workspace that the address names, as this actor may use it.
        request_id: the request's public id.
        htmx: what htmx says of itself; false for a whole page.
    """

    actor: Actor
    workspace: Any
    request_id: str
    htmx: HtmxDetails
