"""The desk at which policies are written: the cast with second factors, edits, a whole publication."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wavepool.domains.people.models import Membership, Role
from wavepool.domains.policies import operations
from wavepool.domains.policies.models import PolicyVersion
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.cast import World

#: A Monday noon in Shanghai.
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
#: The first local day after a notice of seven days that begins at NOON.
FIRST_INSTANT = datetime(2026, 3, 9, 16, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """Eve and Fay own the terms, Dong operates; the defaults have been in force for a year."""

    world: World

    def actor(self, name: str, *, at: datetime = NOON) -> Actor:
        """One of the cast with a second factor shown a minute ago."""
        return replace(self.world.actor(name), mfa_at=at - timedelta(minutes=1))

    def draft(self, kind: str, old: str, new: str, *, by: str = "eve") -> PolicyVersion:
        """A draft in which one passage of the text that holds was replaced."""
        version = operations.begin_draft(kind=kind, actor=self.actor(by), as_of=NOON)
        return self.edit(version, old, new, by=by)

    def edit(self, version: PolicyVersion, old: str, new: str, *, by: str) -> PolicyVersion:
        """Save a draft with one passage replaced."""
        assert old in version.text
        return operations.save_draft(
            kind=version.kind,
            number=version.number,
            text=version.text.replace(old, new, 1),
            summary="A change for the test.",
            first_date=version.first_date,
            seen_digest=version.digest,
            actor=self.actor(by),
            as_of=NOON,
        )

    def ask(self, version: PolicyVersion, *, by: str = "eve") -> None:
        """Ask for a second person."""
        operations.request_approval(**self.named(version), actor=self.actor(by), as_of=NOON)

    def approve(self, version: PolicyVersion, *, by: str = "fay") -> None:
        """Agree as the second person."""
        operations.approve_version(**self.named(version), actor=self.actor(by), as_of=NOON)

    def publish(
        self, version: PolicyVersion, *, by: str = "eve", as_of: datetime = NOON
    ) -> PolicyVersion:
        """Announce."""
        actor = self.actor(by, at=as_of)
        return operations.publish_version(**self.named(version), actor=actor, as_of=as_of)

    def announce(self, kind: str, old: str, new: str) -> PolicyVersion:
        """The whole way: Eve writes and asks, Fay agrees, Eve announces."""
        version = self.draft(kind, old, new)
        self.ask(version)
        self.approve(version)
        return self.publish(version)

    def named(self, version: PolicyVersion) -> dict[str, Any]:
        """Which version, as its editor saw it."""
        return {"kind": version.kind, "number": version.number, "seen_digest": version.digest}


def make_desk(world: World) -> Desk:
    """Install the defaults, give Dong a seat as operator."""
    Membership.objects.create(account=world.dong, team=world.team, role=Role.OPERATOR)
    since = NOON - timedelta(days=365)
    operations.install_defaults(actor=MACHINE, as_of=since)
    return Desk(world)
