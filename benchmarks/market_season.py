"""A generated season in a store of its own: people and goods by tables, facts by the bulk doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import django

django.setup()

import pyarrow as pa  # noqa: E402  Django is ready only now
import pyarrow.compute as pc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from wavepool.domains.catalog import operations as catalog  # noqa: E402
from wavepool.domains.catalog import queries as catalog_queries  # noqa: E402
from wavepool.domains.catalog.models import Item, Plan, PlanVersion  # noqa: E402
from wavepool.domains.content import operations as content  # noqa: E402
from wavepool.domains.events import operations as events  # noqa: E402
from wavepool.domains.live import operations as live  # noqa: E402
from wavepool.domains.orders import operations as orders  # noqa: E402
from wavepool.domains.people.models import (  # noqa: E402
    Account,
    Agency,
    ChannelAccount,
    Creator,
    CreatorPayee,
    Payee,
    Shop,
)
from wavepool.domains.policies import operations as policies  # noqa: E402
from wavepool.plumbing import clock  # noqa: E402
from wavepool.plumbing.actor import MACHINE  # noqa: E402
from wavepool.plumbing.bulk import write_rows  # noqa: E402

_UTC: Final = pa.timestamp("us", "UTC")
_PLANS: Final = ("item", "category", "shop")
_PRECEDENCE: Final = {"item": 6, "category": 7, "shop": 8}


def fill(season: Path) -> None:
    """Put the season into the empty store.

    Creators, shops and goods keep their numbers, as the store counts from one; accounts and payees
    get new ones. Agencies' contracts, introductions and plans for single creators are left out.
    """
    call_command("migrate", verbosity=0)
    at = clock.now()
    with transaction.atomic():
        policies.install_defaults(actor=MACHINE, as_of=at, valid_from_at=_moment(946_684_800_000))
        people(season)
        slugs = goods(season)
    channels = _with(season, "channels", "channel_id", pa.string())
    content.take_over_channels(channels, actor=MACHINE, as_of=at)
    numbers = _flat(read(season, "accounts").sort_by("account_id")["account_id"])
    pieces = _renumbered(_with(season, "pieces", "channel_id", pa.string()), numbers)
    categories = pa.array([slugs.get(each, "other") for each in pieces["category"].to_pylist()])
    pieces = pieces.set_column(
        pieces.schema.get_field_index("category"), "category", categories
    ).append_column("title", pa.array([f"Piece {n}" for n in pieces["piece_id"].to_pylist()]))
    content.take_over_pieces(pieces, actor=MACHINE, as_of=at)
    live.take_over_sessions(read(season, "sessions"), actor=MACHINE, as_of=at)
    orders.take_over_orders(
        *(read(season, name) for name in ("order_lines", "refunds", "cancellations", "feedback")),
        actor=MACHINE,
        as_of=at,
    )
    events.take_over_viewers(read(season, "viewers"), actor=MACHINE, as_of=at)
    events.take_over_identity_links(read(season, "identity_links"), actor=MACHINE, as_of=at)
    for path in sorted((season / "touches").glob("*.parquet")):
        touches = pq.read_table(path)
        place = touches.schema.get_field_index("channel_id")
        named = touches["channel_id"].cast(pa.string())
        touches = _renumbered(touches.set_column(place, "channel_id", named), numbers)
        events.take_over_touches(touches, source="bench", actor=MACHINE, as_of=at)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def people(season: Path) -> None:
    """Shops, agencies, creators, their accounts, and companies that are paid for them."""
    holder = Account.objects.create_user("holder@example.com", name="Holder").pk
    shops, agencies = read(season, "shops"), read(season, "agencies")
    made = pa.scalar(clock.now(), _UTC)
    for model, table, word in ((Shop, shops, "shop"), (Agency, agencies, "agency")):
        _named(model, table.num_rows, word, made)
    creators = read(season, "creators").sort_by("creator_id")
    count = creators.num_rows
    _expect(creators["creator_id"], count)
    hosts = pc.equal(creators["kind"], "shop_host")
    write_rows(
        Creator,
        pa.table(
            {
                "handle": [f"c{n}" for n in range(1, count + 1)],
                "name": [f"Creator {n}" for n in range(1, count + 1)],
                "kind": creators["kind"],
                "role": pa.repeat("", count),
                "shop_id": pc.if_else(hosts, creators["shop_id"], pa.scalar(None, pa.int64())),
                "bio": pa.repeat("", count),
                "level": pa.repeat(0, count),
                "tier": pa.repeat("tail", count),
                "followers": pa.repeat(0, count),
                "created_at": pa.repeat(made, count),
            }
        ),
    )
    accounts = read(season, "accounts").sort_by("account_id")
    write_rows(
        ChannelAccount,
        pa.table(
            {
                "creator_id": accounts["creator_id"],
                "channel": pa.repeat("feed", accounts.num_rows),
                "external_id": accounts["account_id"].cast(pa.string()),
                "name": pa.repeat("", accounts.num_rows),
                "since_at": pa.repeat(made, accounts.num_rows),
            }
        ),
    )
    _payees(season, shops, agencies, holder=holder, made=made)


def _payees(
    season: Path, shops: pa.Table, agencies: pa.Table, *, holder: int, made: pa.Scalar
) -> None:
    """Payees get numbers of the store's own; who is paid for whom stays."""
    payees = read(season, "payees").sort_by("payee_id")
    numbers, count = payees["payee_id"].combine_chunks(), payees.num_rows
    shop = pc.take(shops["shop_id"], pc.index_in(numbers, value_set=_flat(shops["payee_id"])))
    agency = pc.take(
        agencies["agency_id"], pc.index_in(numbers, value_set=_flat(agencies["payee_id"]))
    )
    kind = pc.if_else(
        pc.is_valid(shop), "shop", pc.if_else(pc.is_valid(agency), "agency", "company")
    )
    write_rows(
        Payee,
        pa.table(
            {
                "kind": kind,
                "name": [f"Payee {n}" for n in range(1, count + 1)],
                "shop_id": shop,
                "agency_id": agency,
                "holder_id": pa.repeat(holder, count),
                "trust_days": payees["trust_days"],
                "verified_at": pa.repeat(made, count),
                "created_at": pa.repeat(made, count),
            }
        ),
    )
    spans = read(season, "creator_payees")
    place = pc.index_in(_flat(spans["payee_id"]), value_set=numbers)
    write_rows(
        CreatorPayee,
        pa.table(
            {
                "creator_id": spans["creator_id"],
                "payee_id": pc.add(place.cast(pa.int64()), 1),
                "valid_from": _times(spans["valid_from"]),
                "valid_to": _open_end(spans["valid_to"]),
            }
        ),
    )


def goods(season: Path) -> dict[str, str]:
    """Categories, items and general plans; gives the slug of each of the season's categories."""
    items = read(season, "items").sort_by("item_id")
    count, made = items.num_rows, pa.scalar(clock.now(), _UTC)
    _expect(items["item_id"], count)
    words = sorted(set(items["category"].to_pylist()))
    slugs = {word: f"c{place}" for place, word in enumerate(words)}
    ids = {}
    for word, slug in slugs.items():
        catalog.add_category(
            slug=slug,
            name=word,
            name_zh="",
            parent="",
            required_permit="",
            actor=MACHINE,
            as_of=clock.now(),
        )
        ids[word] = catalog_queries.get_category(slug).pk
    write_rows(
        Item,
        pa.table(
            {
                "public_id": [f"itm_{n:010}" for n in range(1, count + 1)],
                "shop_id": items["shop_id"],
                "code": [f"I{n}" for n in range(1, count + 1)],
                "title": [f"Item {n}" for n in range(1, count + 1)],
                "description": pa.repeat("", count),
                "category_id": [ids[word] for word in items["category"].to_pylist()],
                "state": pa.repeat("on_sale", count),
                "state_why": pa.repeat("", count),
                "price_minor": pa.repeat(1_000, count),
                "stock": pa.repeat(100, count),
                "cover": pa.repeat("", count),
                "cover_alt": pa.repeat("", count),
                "version": pa.repeat(1, count),
                "created_at": pa.repeat(made, count),
                "changed_at": pa.repeat(made, count),
            }
        ),
    )
    _plans(season, ids, made)
    return slugs


def _plans(season: Path, categories: dict[str, int], made: pa.Scalar) -> None:
    plans = read(season, "plans")
    wanted = pc.is_in(plans["kind"], value_set=pa.array(_PLANS))
    plans = plans.filter(wanted).sort_by([("plan_id", "ascending"), ("valid_from", "ascending")])
    numbers = sorted(set(plans["plan_id"].to_pylist()))
    first = {row["plan_id"]: row for row in reversed(plans.to_pylist())}
    rows = [first[number] for number in numbers]
    write_rows(
        Plan,
        pa.table(
            {
                "public_id": [f"plan_{number:010}" for number in numbers],
                "shop_id": [row["shop_id"] for row in rows],
                "kind": [row["kind"] for row in rows],
                "precedence": [_PRECEDENCE[row["kind"]] for row in rows],
                "item_id": pa.array([row["item_id"] for row in rows], pa.int64()),
                "category_id": pa.array(
                    [categories.get(row["category"]) for row in rows], pa.int64()
                ),
                "link_id": pa.repeat("", len(rows)),
                "opened_at": pa.repeat(made, len(rows)),
                "opened_by": pa.repeat("bench", len(rows)),
            }
        ),
    )
    place = pc.index_in(_flat(plans["plan_id"]), value_set=pa.array(numbers, pa.int64()))
    count = plans.num_rows
    write_rows(
        PlanVersion,
        pa.table(
            {
                "plan_id": pc.add(place.cast(pa.int64()), 1),
                "rate_ppm": plans["rate_ppm"],
                "valid_from": _times(plans["valid_from"]),
                "valid_to": _open_end(plans["valid_to"]),
                "announced_at": pa.repeat(made, count),
                "announced_by": pa.repeat("bench", count),
            }
        ),
    )


def read(season: Path, name: str) -> pa.Table:
    """A table of the season."""
    return pq.read_table(season / f"{name}.parquet")


def _with(season: Path, name: str, column: str, kind: pa.DataType) -> pa.Table:
    table = read(season, name)
    place = table.schema.get_field_index(column)
    return table.set_column(place, column, table[column].cast(kind))


def _renumbered(table: pa.Table, numbers: pa.Array) -> pa.Table:
    """The table with the store's account ids, which follow the order of the season's."""
    place = pc.index_in(_flat(table["account_id"]), value_set=numbers)
    assert not place.null_count, "a piece of an account that is not there"
    at = table.schema.get_field_index("account_id")
    return table.set_column(at, "account_id", pc.add(place.cast(pa.int64()), 1))


def _named(model: Any, count: int, word: str, made: pa.Scalar) -> None:
    columns = {
        "slug": [f"{word}-{n}" for n in range(1, count + 1)],
        "name": [f"{word} {n}" for n in range(1, count + 1)],
        "created_at": pa.repeat(made, count),
    }
    if model is Shop:
        columns["currency"] = pa.repeat("CNY", count)
    write_rows(model, pa.table(columns))


def _expect(column: Any, count: int) -> None:
    """The store gives ids from one on, so the season's have to be those."""
    assert _flat(column).equals(pa.array(range(1, count + 1), pa.int64())), "ids with gaps"


def _flat(column: Any) -> pa.Array:
    return column.combine_chunks().cast(pa.int64())


def _times(column: Any) -> Any:
    return pc.multiply(column.cast(pa.int64()), 1_000).cast(_UTC)


def _open_end(column: Any) -> Any:
    """Ends; what lies past the year 2027 is open."""
    whole = column.cast(pa.int64())
    later = pc.greater(whole, 1_830_000_000_000)
    return _times(pc.if_else(later, pa.scalar(None, pa.int64()), whole))


def _moment(ms: int) -> Any:
    return pa.scalar(ms * 1_000, _UTC).as_py()
