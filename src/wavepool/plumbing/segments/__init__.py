"""An append-only log of durable segments: several writers, one reader, nothing acknowledged lost.

Each writing process has a folder of its own. A record counts once `fdatasync`
came back; many records share one (group commit). Needs no Django.
"""

from wavepool.plumbing.segments.frames import Record, pack
from wavepool.plumbing.segments.reader import (
    Segment,
    backlog_bytes,
    drop_segment,
    list_segments,
    read_records,
    seal_abandoned,
)
from wavepool.plumbing.segments.writer import LogFailed, LogFull, SegmentWriter

__all__ = [
    "LogFailed",
    "LogFull",
    "Record",
    "Segment",
    "SegmentWriter",
    "backlog_bytes",
    "drop_segment",
    "list_segments",
    "pack",
    "read_records",
    "seal_abandoned",
]
