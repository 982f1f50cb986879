"""Who does something: the argument that every operation and every `access_` door takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in account, an API key, or the machine itself.

    Attributes:
        account_id: the account, None for nobody and for the machine.
        name: how logs and the audit trail call this actor.
        staff_roles: roles in staff teams, e.g. {"finance", "operator"}; empty for everyone else.
        scopes: what an API key may do, e.g. {"catalog:read"}; None means a person's whole right.
        mfa_at: when a second factor was last shown, None if never in this session.
        is_machine: scheduled work and the terminal of the house.
    """

    account_id: int | None
    name: str
    staff_roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    mfa_at: datetime | None = None
    is_machine: bool = False

    @property
    def is_known(self) -> bool:
        """Whether somebody stands behind it."""
        return self.account_id is not None or self.is_machine

    @property
    def is_staff(self) -> bool:
        """Whether it belongs to the operator's own people."""
        return bool(self.staff_roles)


NOBODY = Actor(account_id=None, name="nobody")
MACHINE = Actor(account_id=None, name="machine", is_machine=True)
