"""Write a backup; `wavepool backup` is this with the terminal's options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wavepool.plumbing import clock
from wavepool.plumbing.backup import back_up
from wavepool.plumbing.errors import PlatformError


class Command(BaseCommand):
    """The store and the uploads in one file."""

    help = "Write the store and the uploads to one file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Back up and tell what was written."""
        try:
            manifest = back_up(options["file"], at=clock.now())
        except PlatformError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(f"{options['file']}: {rows} rows of {len(manifest.tables)} tables")
