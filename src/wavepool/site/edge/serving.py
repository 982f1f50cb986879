"""Serving the edge: uvicorn on uvloop, one process."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn

from wavepool.plumbing.segments import SegmentWriter
from wavepool.site.edge.app import Edge
from wavepool.site.edge.limits import Limits
from wavepool.site.edge.sources import SourceBook

#: Where the log and the snapshot of write keys stand in the data folder.
SEGMENTS: Final = "segments"
SNAPSHOT: Final = "edge/sources.json"


def make_edge(
    data: Path,
    *,
    keys: Sequence[str],
    origins: Sequence[str] = (),
    limits: Limits | None = None,
    sync: Callable[[int], None] = os.fdatasync,
) -> Edge:
    """The application on a data folder."""
    (data / SEGMENTS).mkdir(parents=True, exist_ok=True)
    sources = SourceBook(data / SNAPSHOT, keys=[key.encode() for key in keys], now=time.monotonic)
    limits = limits or Limits()
    open_log = partial(SegmentWriter, data / SEGMENTS, pending_bytes=limits.held_bytes, sync=sync)
    return Edge(open_log, sources, limits=limits, origins=origins)


def serve_edge(edge: Edge, *, host: str, port: int, limits: Limits | None = None) -> None:
    """Serve until interrupted; open requests get five seconds to end."""
    requests = (limits or Limits()).requests
    # The log's thread comes back from the disk while the loop computes; at the usual 5 ms it
    # would wait longer for the interpreter than for the disk.
    sys.setswitchinterval(0.0005)
    uvicorn.run(
        edge,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        # Connections above this are turned away by the server itself, unread.
        limit_concurrency=2 * requests,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a data folder without the rest of the platform; the keys come from the environment."""
    parser = argparse.ArgumentParser(description="Serve the edge of a data folder.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=NUMBER")
    chosen = parser.parse_args(arguments)
    numbers = {
        name: int(value) for name, _, value in (each.partition("=") for each in chosen.limit)
    }
    limits = Limits(**numbers)
    keys = [os.environ["WAVEPOOL_SECRET_KEY"]]
    edge = make_edge(chosen.data, keys=keys, limits=limits)
    serve_edge(edge, host=chosen.host, port=chosen.port, limits=limits)


if __name__ == "__main__":
    main()
