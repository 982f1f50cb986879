"""The season's facts on the platform: pieces, live sessions, orders and touches, with their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from wavepool.domains.content import operations as content
from wavepool.domains.events import operations as events
from wavepool.domains.events import queries as event_queries
from wavepool.domains.live import operations as live
from wavepool.domains.orders import operations as orders
from wavepool.plumbing.actor import MACHINE
from wavepool.site.demo import catalog, names
from wavepool.site.demo.roles import ROLES
from wavepool.site.demo.stage import OPENED_AT, Stage, actor_by_email

#: Whose platform the season is said to come from.
SOURCE: Final = "demo"
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
ENDING: Final = datetime(2100, 1, 1, tzinfo=UTC)


def bring_content(stage: Stage) -> None:
    """Channels, pieces and live sessions; a piece keeps its number."""
    season = stage.season
    content.install_channels(actor=MACHINE, as_of=OPENED_AT)
    channels = season.table("channels")
    channels = _set(channels, "channel_id", channels["channel_id"].cast(pa.string()))
    content.take_over_channels(channels, actor=MACHINE, as_of=OPENED_AT)
    pieces = season.table("pieces")
    pieces = _set(pieces, "channel_id", pieces["channel_id"].cast(pa.string()))
    pieces = _set(pieces, "account_id", renumbered(pieces["account_id"], stage.accounts))
    titles = [
        names.piece_title(row["piece_id"], row["format"], row["category"], lang=stage.lang)
        for row in pieces.select(["piece_id", "format", "category"]).to_pylist()
    ]
    shown = season.shown()
    goods = [
        [stage.item_ids[item] for item in shown.get(piece, ())]
        for piece in pieces["piece_id"].to_pylist()
    ]
    pieces = _set(pieces, "items", pa.array(goods, pa.list_(pa.int64())))
    bodies = [names.piece_body(title, lang=stage.lang) for title in titles]
    pieces = _set(pieces, "body", pa.array(bodies))
    slugs = [catalog.category_slug(each) for each in pieces["category"].to_pylist()]
    pieces = _set(_set(pieces, "category", pa.array(slugs)), "title", pa.array(titles))
    content.take_over_pieces(pieces, actor=MACHINE, as_of=OPENED_AT)
    live.take_over_sessions(season.table("sessions"), actor=MACHINE, as_of=OPENED_AT)


def bring_orders(stage: Stage) -> None:
    """Order lines with what became of them; the busiest buyer is the consumer of the role picker."""
    season = stage.season
    stage.viewers = _viewers(stage)
    lines = season.table("order_lines")
    for column, numbers in (
        ("order_id", _in_time(lines)),
        ("buyer_id", stage.viewers),
        ("shop_id", stage.shops),
        ("item_id", stage.item_ids),
    ):
        lines = _set(lines, column, renumbered(lines[column], numbers))
    orders.take_over_orders(
        lines,
        season.table("refunds"),
        season.table("cancellations"),
        season.table("feedback"),
        actor=MACHINE,
        as_of=OPENED_AT,
    )


def bring_viewers(stage: Stage) -> None:
    """What is known of viewers, and which of them share an identity with somebody paid."""
    season = stage.season
    viewers = season.table("viewers")
    viewers = _set(viewers, "viewer_id", renumbered(viewers["viewer_id"], stage.viewers))
    events.take_over_viewers(viewers, actor=MACHINE, as_of=OPENED_AT)
    links = season.table("identity_links")
    for column in ("left_id", "right_id"):
        words = [_party(each, stage) for each in links[column].to_pylist()]
        links = _set(links, column, pa.array(words, pa.string()))
    events.take_over_identity_links(links, actor=MACHINE, as_of=OPENED_AT)


def bring_touches(stage: Stage, *, first: datetime = BEGINNING, end: datetime = ENDING) -> None:
    """What viewers looked at from a moment until before another, into the lake."""
    season = stage.season
    touches = season.table("touches")
    at = touches["touched_at"]
    is_between = pc.and_(
        pc.greater_equal(at, round(first.timestamp() * 1_000)),
        pc.less(at, round(end.timestamp() * 1_000)),
    )
    touches = touches.filter(is_between)
    touches = _set(touches, "channel_id", touches["channel_id"].cast(pa.string()))
    for column, numbers in (
        ("viewer_id", stage.viewers),
        ("account_id", stage.accounts),
        ("shop_id", stage.shops),
        ("item_id", stage.item_ids),
    ):
        touches = _set(touches, column, renumbered(touches[column], numbers))
    events.take_over_touches(touches, source=SOURCE, actor=MACHINE, as_of=OPENED_AT)


def renumbered(column: pa.ChunkedArray, numbers: Mapping[int, int]) -> pa.Array:
    """The platform's numbers in the place of the generator's; null stays null.

    >>> renumbered(pa.chunked_array([[2, None, 1]]), {1: 10, 2: 20}).to_pylist()
    [20, None, 10]
    """
    keys, values = pa.array(list(numbers), pa.int64()), pa.array(list(numbers.values()), pa.int64())
    flat = column.combine_chunks().cast(pa.int64())
    found = values.take(pc.index_in(flat, value_set=keys))
    assert found.null_count == flat.null_count, "a number of the season has none here"
    return found


def _viewers(stage: Stage) -> dict[int, int]:
    """The generator's viewers as the platform's; the busiest buyer has an account."""
    buyers = Counter(stage.season.table("order_lines")["buyer_id"].to_pylist())
    known = stage.season.table("viewers")["viewer_id"].to_pylist()
    numbers = {
        viewer: event_queries.viewer_number(SOURCE, str(viewer)) for viewer in {*known, *buyers}
    }
    email = next(role.email for role in ROLES if role.name == "consumer")
    account_id = actor_by_email(email).account_id
    assert account_id is not None
    busiest = max(buyers, key=lambda viewer: (buyers[viewer], -viewer))
    return numbers | {busiest: event_queries.viewer_number("", "", account_id=account_id)}


def _in_time(lines: pa.Table) -> dict[int, int]:
    """Numbers of orders in the order in which they were paid, as a platform gives them."""
    rows = lines.select(["paid_at", "order_id"]).to_pylist()
    paid = sorted((row["paid_at"], row["order_id"]) for row in rows)
    numbers: dict[int, int] = {}
    for _paid_at, order_id in paid:
        numbers.setdefault(order_id, len(numbers) + 1)
    return numbers


def _party(word: str, stage: Stage) -> str:
    kind, _, number = word.partition(":")
    numbers = {"buyer": stage.viewers, "payee": stage.payees}.get(kind)
    return word if numbers is None else f"{kind}:{numbers[int(number)]}"


def _set(table: pa.Table, column: str, values: Any) -> pa.Table:
    place = table.schema.get_field_index(column)
    if place < 0:
        return table.append_column(column, values)
    return table.set_column(place, column, values)
