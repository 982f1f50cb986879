"""Where a season's tables come from: of domains below by one line here, of those above by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries as content
from wavepool.domains.credits.tables import empty, shaped
from wavepool.domains.events import queries as events
from wavepool.domains.live import queries as live
from wavepool.domains.orders import queries as orders
from wavepool.domains.people import queries as people
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import Policy

Read = Callable[[], pa.Table]
Shape = Callable[[pa.Table], pa.Table]
#: Facts of the estimates come through these doors; a season's touches as files.
TouchFiles = Callable[[date | None], Sequence[Path]]
LinesSince = Callable[[datetime], pa.Table]
TouchesOf = Callable[[Sequence[int], datetime], pa.Table]
PiecesOf = Callable[[Collection[int]], pa.Table]

_SOURCES: Final[dict[str, list[Read]]] = {
    "pieces": [content.pieces_table],
    "channels": [content.channels_table],
    "sessions": [live.sessions_table],
    "viewers": [events.viewers_table],
    "identity_links": [events.identity_links_table],
    "order_lines": [orders.order_lines_table],
    "refunds": [orders.refunds_table],
    "cancellations": [orders.cancellations_table],
    "feedback": [orders.feedback_table],
}


_SHAPES: Final[dict[str, list[Shape]]] = {}


def _files_of_lake(first_day: date | None) -> Sequence[Path]:
    days = events.touch_days()
    if days is None:
        return []
    first, last = days
    return events.touch_files(
        first_day=max(first, first_day or first), end_day=last + timedelta(days=1)
    )


def _touches_of(viewers: Sequence[int], since: datetime) -> pa.Table:
    return events.recent_touches(viewers, since=since)


_DOORS: Final[dict[str, Callable[..., Any]]] = {
    "touch_files": _files_of_lake,
    "lines_since": orders.fresh_lines_table,
    "touches_of": _touches_of,
    "pieces_of": lambda ids: content.pieces_table(ids=ids),
}


def add_source(table: str, read: Read) -> None:
    """Have a season's table read from a function; several for one table are put together.

    Domains above register what they know from their apps: rulings, subsidies, budgets.

    Args:
        table: a name of the engine's contracts.
        read: gives its rows in the contract's columns; may leave out what may be absent.
    """
    assert table in CONTRACTS, f"the engine reads no table {table}"
    known = _SOURCES.setdefault(table, [])
    if read not in known:
        known.append(read)


def shape_source(table: str, shape: Shape) -> None:
    """Have a season's table pass through a function before anybody reads it.

    So a domain above can say what it knows of rows that one below owns, e.g. which of
    the farmers are certified.

    Args:
        table: a name of the engine's contracts.
        shape: gets the rows and gives as many, in the contract's columns.
    """
    assert table in CONTRACTS, f"the engine reads no table {table}"
    known = _SHAPES.setdefault(table, [])
    if shape not in known:
        known.append(shape)


def set_touch_files(files: TouchFiles) -> None:
    """Name the door to the lake: its files from a day on, all of them for None."""
    _DOORS["touch_files"] = files


def set_fresh_facts(*, lines_since: LinesSince, touches_of: TouchesOf, pieces_of: PiecesOf) -> None:
    """Name the doors that estimates read.

    Lines paid since a moment, viewers' touches since one, and the pieces of some ids.
    """
    _DOORS.update(lines_since=lines_since, touches_of=touches_of, pieces_of=pieces_of)


def season_tables(policy: Policy) -> Mapping[str, Read]:
    """How to read each table of a season but its touches."""
    found: dict[str, list[Read]] = {
        **{name: [read] for name, read in people.season_tables().items()},
        **{name: [_of_open_shops(read)] for name, read in catalog.season_tables().items()},
        "scenes": [lambda: _scenes(policy)],
    }
    for name, reads in _SOURCES.items():
        found[name] = [*found.get(name, []), *reads]
    return {name: _together(name, reads) for name, reads in found.items()}


def touch_files(first_day: date | None) -> Sequence[Path]:
    """The files of the lake from a day on; none where nobody keeps one."""
    door = _DOORS.get("touch_files")
    return [] if door is None else door(first_day)


def lines_since(moment: datetime) -> pa.Table:
    """Order lines paid since a moment."""
    door = _DOORS.get("lines_since")
    return empty("order_lines") if door is None else shaped("order_lines", door(moment))


def touches_of(viewers: Sequence[int], since: datetime) -> pa.Table:
    """Touches of some viewers since a moment, the freshest ones too."""
    door = _DOORS.get("touches_of")
    return empty("touches") if door is None else shaped("touches", door(viewers, since))


def ground_of(lines: pa.Table, touches: pa.Table, policy: Policy) -> Mapping[str, pa.Table]:
    """Every table of a season with no more than what some lines and touches refer to.

    So a micro-batch costs by its own size, however many pieces and people there are. Tables of
    facts are left without rows.
    """
    door = _DOORS.get("pieces_of")
    piece_ids = _ids((touches, "piece_id"))
    pieces = empty("pieces") if door is None else shaped("pieces", door(piece_ids))
    goods = catalog.season_tables_of(
        item_ids=_ids((lines, "item_id"), (touches, "item_id")), shop_ids=_ids((lines, "shop_id"))
    )
    parties = people.season_tables_of(
        account_ids=_ids((touches, "account_id"), (pieces, "account_id")),
        shop_ids=_ids((lines, "shop_id"), (touches, "shop_id"), (goods["items"], "shop_id")),
    )
    shops = parties["shops"].column("shop_id")
    found = {
        **parties,
        **{name: _of_shops(rows, shops) for name, rows in goods.items()},
        "pieces": pieces,
        "sessions": live.sessions_table(piece_ids=_ids((pieces, "piece_id"))),
        "channels": season_tables(policy)["channels"](),
        "scenes": _scenes(policy),
    }
    return {name: shaped(name, found[name]) if name in found else empty(name) for name in CONTRACTS}


def _ids(*columns: tuple[pa.Table, str]) -> set[int]:
    """What stands in some columns of ids, nulls left out."""
    found: set[int] = set()
    for table, name in columns:
        found.update(pc.unique(table.column(name)).drop_null().to_pylist())
    return found


def _together(name: str, reads: Sequence[Read]) -> Read:
    def read() -> pa.Table:
        rows = pa.concat_tables([shaped(name, each()) for each in reads])
        for shape in _SHAPES.get(name, ()):
            rows = shape(rows)
        return rows

    return read


def _of_open_shops(read: Read) -> Read:
    """Goods and plans of shops that can be paid; nobody buys at the others yet."""

    def kept() -> pa.Table:
        return _of_shops(read(), people.season_tables()["shops"]().column("shop_id"))

    return kept


def _of_shops(rows: pa.Table, shops: pa.ChunkedArray) -> pa.Table:
    return rows.filter(pc.is_in(rows.column("shop_id"), value_set=shops.combine_chunks()))


def _scenes(policy: Policy) -> pa.Table:
    rows = [
        {"scene_id": each.id, "name_zh": each.name_zh, "name_en": each.name_en}
        for each in policy.scenes
    ]
    return pa.Table.from_pylist(rows, schema=empty("scenes").schema)
