"""`wavepool serve`: the whole platform on one machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connection

from wavepool.cli.faults import FAILED
from wavepool.cli.terminal import notice
from wavepool.site.commands.processes import (
    NeverAnswered,
    ProcessEnded,
    edge_command,
    machine,
    site_command,
    worker_command,
)
from wavepool.site.commands.ready import make_ready


def serve_command(
    *,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8000,
    edge_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the edge; 0 is one above the site's.")
    ] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 8,
) -> None:
    """Start the site, the edge and the worker, and keep them until interrupted.

    On the embedded store the tables are brought up to date first. On another
    database that is the operator's step: `python -m wavepool.site.manage migrate`.
    """
    edge_port = edge_port or port + 1
    # Pages name the edge's address; a proxy in front of it has another one.
    os.environ.setdefault("WAVEPOOL_EDGE_URL", f"http://{host}:{edge_port}")
    make_ready(data=data)
    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
    url = f"http://{host}:{port}/"
    try:
        with machine() as started:
            started.start("site", site_command(host=host, port=port, threads=threads))
            started.start("edge", edge_command(host=host, port=edge_port))
            started.start("worker", worker_command())
            started.wait_for(f"{url}healthz", seconds=60)
            notice(f"wavepool: {url} is open; Ctrl-C stops it")
            started.watch()
    except (ProcessEnded, NeverAnswered) as error:
        notice(f"wavepool: {error}")
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt:
        notice("wavepool: stopped")
