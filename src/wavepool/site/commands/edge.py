"""`wavepool edge`: take events in, durable before they are acknowledged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from wavepool.site.commands.ready import make_ready
from wavepool.site.edge.limits import Limits
from wavepool.site.edge.serving import make_edge, serve_edge


def edge_command(
    *,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Data folder; WAVEPOOL_DATA if absent.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8001,
) -> None:
    """Take events in from Segment and RudderStack libraries, until interrupted.

    Write keys are read from the snapshot that the site and the worker keep in the
    data folder, so the edge needs that folder and the secret key, and no database.
    """
    folder = make_ready(data=data)
    limits = Limits(events_per_second=settings.EDGE_EVENTS_PER_SECOND)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    edge = make_edge(folder, keys=keys, origins=settings.EDGE_ORIGINS, limits=limits)
    serve_edge(edge, host=host, port=port, limits=limits)


if __name__ == "__main__":
    typer.run(edge_command)
