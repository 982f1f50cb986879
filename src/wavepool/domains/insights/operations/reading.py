"""The facts of a span of days, from the domains that keep them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pyarrow as pa

from wavepool.domains.content import queries as content
from wavepool.domains.events import queries as events
from wavepool.domains.insights.operations.board import Facts
from wavepool.domains.live import queries as live
from wavepool.domains.orders import queries as orders
from wavepool.domains.people import queries as people

#: Reads the facts of the days `[first, end)`; more do no harm.
FactReader = Callable[[date, date], Facts]
#: The lake's days are those of UTC; an operator's day lies in two of them.
_EDGE: Final = timedelta(days=1)


def read_facts(first: date, end: date) -> Facts:
    """What the platform knows of the days `[first, end)`, and the day on either side.

    Creators count with the tier and the kind that they have now.
    """
    return Facts(
        touches=events.touch_files(first_day=first - _EDGE, end_day=end + _EDGE),
        pieces=content.pieces_table(),
        sessions=live.sessions_table(),
        accounts=people.season_tables()["accounts"](),
        creators=_creators(),
        order_lines=orders.order_lines_table(),
        refunds=orders.refunds_table(),
        cancellations=orders.cancellations_table(),
    )


def _creators() -> pa.Table:
    rows = people.list_creators().order_by("pk").values_list("pk", "kind", "tier")
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True)) or [(), (), ()]
    types = (pa.int64(), pa.string(), pa.string())
    arrays = [pa.array(each, kind) for each, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=["creator_id", "kind", "tier"])
