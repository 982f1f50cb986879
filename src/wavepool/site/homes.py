"""Where a person's work begins."""

from __future__ import annotations

from django.urls import reverse

from wavepool.domains.people import queries as people
from wavepool.plumbing.actor import Actor

#: The home route of each kind of workspace.
HOME_OF = {
    "studio": "people.studio",
    "merchant": "people.merchant",
    "agency": "people.agency",
    "staff": "people.staff",
}


def home_of(actor: Actor) -> str:
    """The address of an actor's first workspace; the front door where it has none."""
    for workspace in people.list_workspaces(actor):
        return address_of(workspace)
    return reverse("home")


def address_of(workspace: people.Workspace) -> str:
    """The address of a workspace's home."""
    return reverse(HOME_OF[workspace.kind], args=[workspace.slug] if workspace.slug else [])
