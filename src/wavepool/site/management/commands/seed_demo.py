"""`manage.py seed_demo`: put the demonstration's market into the platform, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wavepool.site.demo.seed import HalfSeeded, seed


class Command(BaseCommand):
    """Seed an empty demonstration; a seeded one is left as it is."""

    help = "Put the demonstration's market into an empty platform"

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed, telling each step."""
        if not settings.IS_DEMO:
            message = "only a demonstration is seeded: set WAVEPOOL_DEMO=true"
            raise CommandError(message)
        say = options.get("say") or self.stdout.write
        try:
            seed(settings.DATA_DIR, lang=options["lang"], is_small=options["small"], say=say)
        except HalfSeeded as error:
            raise CommandError(str(error)) from error

    def add_arguments(self, parser: Any) -> None:
        """Language of the names, and the size."""
        parser.add_argument("--lang", choices=["en", "zh"], default="en")
        parser.add_argument("--small", action="store_true")
        parser.add_argument("--say", default=None)
