"""What the edge takes: sizes, times, and how much may wait in memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of the edge; memory stays within their sum whatever is sent.

    Attributes:
        event_bytes: one event, as Segment has it.
        body_bytes: one request, packed or unpacked.
        body_seconds: a request's body must have arrived by then.
        held_bytes: bodies that are being read or wait for the disk, all together.
        requests: requests at a time.
        backlog_bytes: the log that no worker has taken in yet; above, the edge refuses.
        events_per_second: what one source may send, averaged over two seconds.
        depth: levels of nesting in one event.
    """

    event_bytes: int = 32 << 10
    body_bytes: int = 500 << 10
    body_seconds: float = 10.0
    held_bytes: int = 32 << 20
    requests: int = 512
    backlog_bytes: int = 8 << 30
    events_per_second: int = 50_000
    depth: int = 32
