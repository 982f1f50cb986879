"""`wavepool worker`: run the jobs that were queued and those that the schedule asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command

from wavepool.site.commands.ready import make_ready


def worker_command(
    *,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, then end.")] = False,
    poll: Annotated[
        float, typer.Option(min=0.05, max=60, help="Seconds between looks at an empty queue.")
    ] = 1.0,
) -> None:
    """Run jobs until interrupted; start as many workers as you need.

    An interrupted worker ends at the running job's next safe point and hands the
    job back. A worker that dies loses nothing: another one resumes its job.
    """
    make_ready(data=data)
    call_command("worker", once=once, poll=poll)
