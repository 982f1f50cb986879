"""Rows as the engine's tables, and the tables of the lake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

from wavepool.domains.events.models import IdentityLink, Stitch, Viewer, Watch

TOUCHES: Final = pa.schema(
    [
        ("touch_id", pa.int64()),
        ("viewer_id", pa.int64()),
        ("account_id", pa.int64()),
        ("piece_id", pa.int64()),
        ("channel_id", pa.string()),
        ("session_id", pa.int64()),
        ("item_id", pa.int64()),
        ("shop_id", pa.int64()),
        ("link_id", pa.int64()),
        ("slot", pa.string()),
        ("touched_at", pa.int64()),
        ("dwell_ms", pa.int64()),
        ("is_clicked", pa.bool_()),
        ("is_saved", pa.bool_()),
        ("is_shared", pa.bool_()),
        ("is_followed", pa.bool_()),
        ("is_disliked", pa.bool_()),
    ]
)
EVENTS: Final = pa.schema(
    [
        ("message_id", pa.string()),
        ("source", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("viewer_id", pa.int64()),
        ("user_id", pa.string()),
        ("anonymous_id", pa.string()),
        ("original_at", pa.int64()),
        ("sent_at", pa.int64()),
        ("received_at", pa.int64()),
        ("occurred_at", pa.int64()),
        ("properties", pa.string()),
        ("context", pa.string()),
    ]
)
#: Each table of the lake: its columns, the column of its days, its key.
SCHEMAS: Final = {"touches": TOUCHES, "events": EVENTS}
TIME_OF: Final = {"touches": "touched_at", "events": "occurred_at"}
KEY_OF: Final = {"touches": ("touch_id",), "events": ("source", "message_id")}
FLAGS: Final = ("is_clicked", "is_saved", "is_shared", "is_followed", "is_disliked")
_VIEWERS: Final = pa.schema(
    [("viewer_id", pa.int64()), ("trust_ppm", pa.int64()), ("tier", pa.string())]
)
_LINKS: Final = pa.schema(
    [
        ("left_id", pa.string()),
        ("right_id", pa.string()),
        ("kind", pa.string()),
        ("seen_at", pa.int64()),
    ]
)


def watch_table(watches: Iterable[tuple[int, Watch]]) -> pa.Table:
    """Visits as touches; each comes with its touch's number."""
    rows = [touch_row(number, watch) for number, watch in watches]
    return pa.Table.from_pylist(rows, schema=TOUCHES)


def touch_row(number: int, watch: Watch) -> dict[str, Any]:
    """One visit as a row of `touches`."""
    names = ("viewer_id", "account_id", "piece_id", "channel_id", "session_id", "item_id")
    row: dict[str, Any] = {name: getattr(watch, name) for name in names}
    row |= {name: getattr(watch, name) for name in FLAGS}
    return row | {
        "touch_id": number,
        "shop_id": watch.shop_id,
        "link_id": watch.link_id,
        "slot": watch.slot or None,
        "touched_at": watch.first_ms,
        "dwell_ms": watch.dwell_ms,
    }


def viewer_table(viewers: Iterable[Viewer]) -> pa.Table:
    """The engine's `viewers`."""
    rows = [
        {"viewer_id": each.viewer_id, "trust_ppm": each.trust_ppm, "tier": each.tier}
        for each in viewers
    ]
    return pa.Table.from_pylist(rows, schema=_VIEWERS)


def link_table(links: Iterable[IdentityLink], stitches: Iterable[Stitch]) -> pa.Table:
    """The engine's `identity_links`: what was seen, and what people said of themselves."""
    rows = [
        {
            "left_id": each.left_id,
            "right_id": each.right_id,
            "kind": each.kind,
            "seen_at": each.seen_ms,
        }
        for each in links
    ]
    rows += [
        {
            "left_id": f"buyer:{each.left_id}",
            "right_id": f"buyer:{each.right_id}",
            "kind": "self",
            "seen_at": epoch_ms(each.seen_at),
        }
        for each in stitches
    ]
    return pa.Table.from_pylist(rows, schema=_LINKS)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970.

    >>> epoch_ms(datetime(1970, 1, 2, tzinfo=UTC))
    86400000
    """
    return round(moment.timestamp() * 1_000)


def moment_of(ms: int) -> datetime:
    """The moment of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1_000, UTC)
