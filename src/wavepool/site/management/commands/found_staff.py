"""`manage.py found_staff EMAIL …`: give a new site its first people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from wavepool.domains.people import queries as people
from wavepool.domains.people.operations.accounts import add_account, found_staff_team
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE


class Command(BaseCommand):
    """Make the accounts owners of a staff team; who has no account gets one without a password."""

    help = "Make people owners of a staff team; a new account sets its password by the reset letter"

    def add_arguments(self, parser: Any) -> None:
        """Addresses, and the team."""
        parser.add_argument("emails", nargs="+", metavar="EMAIL")
        parser.add_argument("--team", default="operations", help="the team's short name")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Open what is missing, then found the team or widen it."""
        at, owners = clock.now(), []
        for email in options["emails"]:
            account = people.find_account_by_email(email)
            if account is None:
                name = email.partition("@")[0]
                account = add_account(email=email, name=name, actor=MACHINE, as_of=at)
            owners.append(account.pk)
        team = found_staff_team(
            slug=options["team"],
            name=options["team"].capitalize(),
            owner_ids=tuple(owners),
            actor=MACHINE,
            as_of=at,
        )
        self.stdout.write(f"{team.name}: {len(owners)} owners")
