"""Policies at the terminal of the house: install the defaults, activate what is due, announce."""

from __future__ import annotations

import argparse
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from wavepool.domains.people import queries as people
from wavepool.domains.policies import operations, queries
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.deadlines import database_now
from wavepool.plumbing.errors import PlatformError


class Command(BaseCommand):
    """Run one step; a terminal shows no second factor, so nobody agrees to a policy here."""

    help = "Install, activate or announce policies."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and to which version."""
        parser.add_argument("step", choices=("install", "activate", "approve", "publish"))
        parser.add_argument("kind", nargs="?", default="")
        parser.add_argument("number", nargs="?", type=int, default=0)
        parser.add_argument("--account", default="", help="e-mail of the account that acts")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the step and say what it did.

        Raises:
            CommandError: it was refused.
        """
        try:
            self.stdout.write(self._run(**options))
        except PlatformError as error:
            raise CommandError(str(error)) from error

    def _run(self, *, step: str, kind: str, number: int, account: str, **_options: Any) -> str:
        now = database_now()
        if step == "install":
            return f"installed {operations.install_defaults(actor=MACHINE, as_of=now)}"
        if step == "activate":
            activated = operations.activate_due(actor=MACHINE, as_of=now)
            return f"in force: {', '.join(map(str, activated)) or 'nothing new'}"
        actor = self._actor(account)
        version = queries.access_version(kind, number, actor=actor, to="own")
        named: dict[str, Any] = {
            "kind": kind,
            "number": number,
            "seen_digest": version.digest,
            "actor": actor,
            "as_of": now,
        }
        if step == "approve":
            operations.approve_version(**named)
            return f"agreed to {version}"
        published = operations.publish_version(**named)
        return f"announced {published}, in force from {published.valid_from_at}"

    def _actor(self, email: str) -> Actor:
        account = get_user_model()._default_manager.filter(email=email.lower()).first()
        if account is None:
            raise CommandError("name the account that acts: --account")
        return people.actor_of(account, session={})
