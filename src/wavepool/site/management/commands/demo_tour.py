"""The stops of the demonstration's tour as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from wavepool.site.demo.tour import NoMarket, stops


class Command(BaseCommand):
    """Write the stops; `wavepool tour` prints them for people."""

    help = "Write the stops of the demonstration's tour as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """The language of the words."""
        parser.add_argument("--lang", default="en", choices=["en", "zh"])

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write them.

        Raises:
            CommandError: there is no market.
        """
        with translation.override("zh-hans" if options["lang"] == "zh" else "en"):
            try:
                found = stops()
            except NoMarket as error:
                raise CommandError(str(error.message)) from error
            rows = [
                {
                    "role": each.role,
                    "seconds": each.seconds,
                    "title": str(each.title),
                    "does": str(each.does),
                    "href": each.href,
                    "sees": str(each.sees),
                }
                for each in found
            ]
        self.stdout.write(json.dumps(rows, ensure_ascii=False))
