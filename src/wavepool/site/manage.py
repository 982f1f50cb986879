"""Django's own commands: `python -m wavepool.site.manage COMMAND`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command of Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wavepool.site.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
