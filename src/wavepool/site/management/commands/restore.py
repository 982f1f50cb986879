"""Restore a backup; `wavepool restore` is this with the terminal's options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wavepool.plumbing.backup import restore
from wavepool.plumbing.errors import PlatformError


class Command(BaseCommand):
    """A backup becomes the store of this installation."""

    help = "Bring a backup into an empty store."
    # The store has no tables yet, so nothing about them can be checked.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore and tell what came back."""
        try:
            manifest = restore(options["file"])
        except PlatformError as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(f"{rows} rows of {len(manifest.tables)} tables, as of {manifest.made_at}")
