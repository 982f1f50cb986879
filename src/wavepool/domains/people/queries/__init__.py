"""Reads of people, and the doors to workspaces."""

from wavepool.domains.people.queries.doors import (
    ADDRESS_OF,
    RIGHTS,
    Workspace,
    access_staff,
    access_workspace,
    actor_of,
    find_account,
    list_workspaces,
)

__all__ = [
    "ADDRESS_OF",
    "RIGHTS",
    "Workspace",
    "access_staff",
    "access_workspace",
    "actor_of",
    "find_account",
    "list_workspaces",
]
