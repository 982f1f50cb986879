"""What is configured, reachable and unsafe; `wavepool doctor` calls this."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from wavepool.cli.terminal import page, print_json
from wavepool.plumbing import clock
from wavepool.site.examination import examine, is_production

_MARK: Final = {"ok": "ok    ", "note": "note  ", "unsafe": "UNSAFE"}


class Command(BaseCommand):
    """Print every finding; fail where a site in production is unsafe."""

    help = "Say what is configured, reachable and unsafe."
    requires_system_checks = ()
    stealth_options = ("has_key",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` for programs."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, as_json: bool, **options: Any) -> None:
        """Look, print, judge.

        Raises:
            CommandError: the site is in production, and something is unsafe.
        """
        has_key = options.get("has_key", bool(os.environ.get("WAVEPOOL_SECRET_KEY")))
        findings = examine(has_key=has_key, at=clock.now())
        in_production = is_production()
        is_unsafe = in_production and any(each.state == "unsafe" for each in findings)
        if as_json:
            document = {
                "in_production": in_production,
                "is_safe": not is_unsafe,
                "findings": [asdict(each) for each in findings],
            }
            print_json(document)
        else:
            out = page()
            for each in findings:
                out.print(f"{_MARK[each.state]}  {each.name:<12} {each.says}", markup=False)
            shape = "in production" if in_production else "on this machine only"
            verdict = "UNSAFE" if is_unsafe else "safe"
            out.print(f"\nThis site is {shape}: {verdict}.", markup=False)
        if is_unsafe:
            raise CommandError("this site is in production, and something is unsafe")
