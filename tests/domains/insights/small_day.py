"""A day that can be added up on paper, and what lies before it. Times are of Shanghai.

touches  1 viewer 1 live  day 10:00 60 s clicked     2 viewer 1 video day 11:00 30 s
         3 viewer 2 live  day 12:00 10 s followed    4 viewer 3 video day 09:00  5 s clicked, saved
         5 viewer 1 live  day before 20:00 20 s      6 viewer 4 video day before 22:00 1 s
         7 viewer 3 live  three days before 7 s      8 viewer 2 video ten days before 2 s
lines    1 order 1 buyer 1 CNY 100.00 day 11:30, refunded 40.00, received
         2 order 1 buyer 1 CNY  50.00 day 11:30, cancelled
         3 order 2 buyer 2 CNY  30.00 day 12:30, received
         4 order 3 buyer 9 CNY  20.00 day 13:00, never touched anything
         5 order 4 buyer 4 USD   7.00 day before 23:00
live is Ada's (head, talent); video is Fen's (mid-tier, farmer).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa

from wavepool.domains.insights.operations import Facts

DAY = date(2026, 11, 10)
ZONE = "Asia/Shanghai"
#: The next morning, when the board is counted.
MORNING = datetime(2026, 11, 10, 22, tzinfo=UTC)
ADA, FEN = 1, 2
ROOM, FEED = 7, 5
_HERE = timezone(timedelta(hours=8))


def ms(days: int, hour: int, minute: int = 0) -> int:
    """Epoch milliseconds of a time of Shanghai, so many days before the day."""
    at = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=_HERE)
    return int((at - timedelta(days=days)).timestamp()) * 1000


_TOUCHES = (
    (1, 1, 101, ms(0, 10), 60_000, "clicked"),
    (2, 1, 102, ms(0, 11), 30_000, ""),
    (3, 2, 101, ms(0, 12), 10_000, "followed"),
    (4, 3, 102, ms(0, 9), 5_000, "clicked saved"),
    (5, 1, 101, ms(1, 20), 20_000, ""),
    (6, 4, 102, ms(1, 22), 1_000, ""),
    (7, 3, 101, ms(3, 10), 7_000, ""),
    (8, 2, 102, ms(10, 10), 2_000, ""),
)
_LINES = (
    (1, 1, 1, "CNY", 10_000, ms(0, 11, 30), ms(-1, 9)),
    (2, 1, 1, "CNY", 5_000, ms(0, 11, 30), None),
    (3, 2, 2, "CNY", 3_000, ms(0, 12, 30), ms(-1, 9)),
    (4, 3, 9, "CNY", 2_000, ms(0, 13), None),
    (5, 4, 4, "USD", 700, ms(1, 23), None),
)


def touch_table(rows: Any = _TOUCHES) -> pa.Table:
    """Touches as the lake has them."""
    return pa.table(
        {
            "touch_id": [row[0] for row in rows],
            "viewer_id": [row[1] for row in rows],
            "account_id": [11 if row[2] == 101 else 12 for row in rows],
            "piece_id": [row[2] for row in rows],
            "channel_id": [ROOM if row[2] == 101 else FEED for row in rows],
            "touched_at": [row[3] for row in rows],
            "dwell_ms": [row[4] for row in rows],
            **{
                f"is_{flag}": [flag in row[5] for row in rows]
                for flag in ("clicked", "saved", "shared", "followed")
            },
        }
    )


def line_table(rows: Any = _LINES) -> pa.Table:
    """Order lines as the engine reads them."""
    names = ("line_id", "order_id", "buyer_id", "currency", "paid_minor", "paid_at", "received_at")
    columns = zip(*rows, strict=True)
    return pa.table(dict(zip(names, (list(each) for each in columns), strict=True)))


def small_facts(*, ada: int = ADA, fen: int = FEN, **changes: Any) -> Facts:
    """The day's facts; a table is replaced by naming it."""
    tables: dict[str, Any] = {
        "touches": touch_table(),
        "pieces": pa.table(
            {
                "piece_id": [101, 102, 103],
                "account_id": [11, 12, 11],
                "channel_id": [ROOM, FEED, ROOM],
                "format": ["live", "short_video", "live"],
            }
        ),
        "sessions": pa.table(
            {
                "session_id": [201, 202],
                "piece_id": [101, 103],
                "started_at": [ms(0, 9), ms(0, 20)],
                "effective_ms": [1_800_000, 1_799_999],
            }
        ),
        "accounts": pa.table({"account_id": [11, 12], "creator_id": [ada, fen]}),
        "creators": pa.table(
            {"creator_id": [ada, fen], "kind": ["talent", "farmer"], "tier": ["head", "mid"]}
        ),
        "order_lines": line_table(),
        "refunds": pa.table({"line_id": [1], "refund_minor": [4_000]}),
        "cancellations": pa.table({"line_id": [2]}),
    }
    return Facts(**{**tables, **changes})
