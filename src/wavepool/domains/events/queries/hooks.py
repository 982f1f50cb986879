"""Reads of webhooks that came in."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wavepool.domains.events.models import HookEndpoint, InboundHook
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.states import State


def find_endpoint(public_id: str, *, connector: str) -> HookEndpoint:
    """The endpoint of an address that is open.

    Raises:
        NotFound: there is none, or it was closed.
    """
    found = HookEndpoint.objects.filter(public_id=public_id, connector=connector, ended_at=None)
    endpoint = found.first()
    if endpoint is None:
        raise NotFound(_("Nothing comes in here."))
    return endpoint


def get_endpoint(public_id: str) -> HookEndpoint:
    """One endpoint, for staff.

    Raises:
        NotFound: there is none.
    """
    endpoint = HookEndpoint.objects.filter(public_id=public_id).first()
    if endpoint is None:
        raise NotFound(_("There is no such endpoint."))
    return endpoint


def list_endpoints() -> QuerySet[HookEndpoint]:
    """Every endpoint."""
    return HookEndpoint.objects.all()


def inbound_hooks() -> QuerySet[InboundHook]:
    """Every message that came in."""
    return InboundHook.objects.select_related("endpoint")


def endpoint_state(endpoint: HookEndpoint, *, at: datetime) -> State:
    """Whether an endpoint takes messages."""
    if endpoint.ended_at is not None:
        return State(name="ended", label=_("Closed"), why=_("It takes nothing any more."))
    if endpoint.previous_until is not None and endpoint.previous_until > at:
        return State(
            name="rotating",
            label=_("Two secrets"),
            tone="warning",
            why=_("The secret before still holds."),
            until=endpoint.previous_until,
        )
    return State(name="open", label=_("Open"), tone="ok")
