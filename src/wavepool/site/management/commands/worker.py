"""Run jobs; `wavepool worker` is this with the terminal's options."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wavepool.plumbing.jobs import Worker


class Command(BaseCommand):
    """The worker as a process: signals end it at the running job's next safe point."""

    help = "Run queued and scheduled jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options of `wavepool worker`."""
        parser.add_argument("--once", action="store_true", help="run what is due now, then end")
        parser.add_argument("--poll", type=float, default=1.0, help="seconds between looks")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until told to stop, or until nothing is due."""
        worker = Worker()

        def stop(_number: int, _frame: FrameType | None) -> None:
            worker.stop()

        kept = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            if options["once"]:
                worker.run_until_idle()
            else:
                worker.run(poll_s=options["poll"])
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
