"""Public pages over many pieces: filled by tables, opened again and again, all queries counted."""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

import django

django.setup()

import pyarrow as pa  # noqa: E402  Django is ready only now
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from wavepool.domains.catalog import operations as catalog  # noqa: E402
from wavepool.domains.catalog import queries as catalog_queries  # noqa: E402
from wavepool.domains.catalog.models import Item  # noqa: E402
from wavepool.domains.content import operations as content  # noqa: E402
from wavepool.domains.content.models import Channel, Piece, PieceItem  # noqa: E402
from wavepool.domains.people.models import (  # noqa: E402
    Account,
    ChannelAccount,
    Creator,
    Follow,
    Shop,
)
from wavepool.plumbing import clock  # noqa: E402
from wavepool.plumbing.actor import MACHINE  # noqa: E402
from wavepool.plumbing.bulk import write_rows  # noqa: E402

#: Pieces of one creator, goods that a piece shows, creators whom the reader follows.
PIECES_EACH: Final = 100
SHOWN: Final = 3
FOLLOWED: Final = 20
GOODS: Final = 1_000
_AT_ONCE: Final = 100_000
_FORMATS: Final = ("article", "short_video", "post", "list")
_UTC: Final = pa.timestamp("us", "UTC")


def measure(*, rows: int, repeats: int) -> dict[str, Any]:
    """Fill the store where it is empty, then time every page."""
    started = time.monotonic()
    call_command("migrate", verbosity=0)
    if not Piece.objects.exists():
        fill(rows)
    filled_s = time.monotonic() - started
    return {"filled_s": filled_s, "pages": [timed(*each, repeats=repeats) for each in cases()]}


def fill(rows: int) -> None:
    """Creators, goods and pieces that show them, published one a minute."""
    at = clock.now()
    catalog.add_category(
        slug="tea",
        name="Tea",
        name_zh="",
        parent="",
        required_permit="",
        actor=MACHINE,
        as_of=at,
    )
    category = catalog_queries.get_category("tea").pk
    shop = Shop.objects.create(slug="bao", name="Bao")
    content.install_channels(actor=MACHINE, as_of=at)
    channel = Channel.objects.get(pk="1")
    makers = max(FOLLOWED, rows // PIECES_EACH)
    Creator.objects.bulk_create(Creator(handle=f"c{n}", name=f"Creator {n}") for n in range(makers))
    ids = list(Creator.objects.order_by("pk").values_list("pk", flat=True))
    ChannelAccount.objects.bulk_create(
        ChannelAccount(creator_id=pk, channel="feed", external_id=str(pk), name="", since_at=at)
        for pk in ids
    )
    accounts = list(ChannelAccount.objects.order_by("pk").values_list("pk", flat=True))
    Item.objects.bulk_create(
        Item(
            public_id=f"itm_{n:010}",
            shop=shop,
            code=f"I{n}",
            title=f"Tea {n}",
            category_id=category,
            state="on_sale",
            price_minor=100 + n,
            stock=10,
            version=1,
            created_at=at,
            changed_at=at,
        )
        for n in range(GOODS)
    )
    items = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, rows, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, rows))
        with transaction.atomic():
            write_rows(Piece, _pieces(numbers, ids, accounts, channel.pk))
            keys = Piece.objects.order_by("-pk").values_list("pk", flat=True)[: len(numbers)]
            write_rows(PieceItem, _shown(sorted(keys), items))
    reader = Account.objects.create_user("dong@example.com", name="Dong")
    Follow.objects.bulk_create(
        Follow(account=reader, creator_id=pk, since_at=at) for pk in ids[:: makers // FOLLOWED]
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _pieces(numbers: range, creators: list[int], accounts: list[int], channel: str) -> pa.Table:
    count = len(numbers)
    maker = [number % len(creators) for number in numbers]
    minutes = pa.array([1_700_000_000_000_000 + number * 60_000_000 for number in numbers])
    at = minutes.cast(_UTC)
    ones = pa.repeat(1_000_000, count)
    return pa.table(
        {
            "public_id": [f"pc_{number:026}" for number in numbers],
            "creator_id": [creators[n] for n in maker],
            "account_id": [accounts[n] for n in maker],
            "channel_id": pa.repeat(channel, count),
            "format": [_FORMATS[n % len(_FORMATS)] for n in numbers],
            "category": pa.repeat("tea", count),
            "scene": pa.repeat("", count),
            "title": [f"What to drink on day {n}" for n in numbers],
            "body": pa.repeat("Two leaves and a bud. " * 20, count),
            "cover": pa.repeat("", count),
            "cover_alt": pa.repeat("", count),
            "language": pa.repeat("en", count),
            "disclosure": pa.repeat("none", count),
            "ai_share_ppm": pa.repeat(0, count),
            "originality_ppm": ones,
            "completeness_ppm": ones,
            "media_quality_ppm": ones,
            "review_ppm": ones,
            "state": ["published" if n % 10 else "hidden" for n in numbers],
            "state_why": pa.repeat("", count),
            "writers": pa.repeat("[]", count),
            "version": pa.repeat(1, count),
            "created_at": at,
            "changed_at": at,
            "published_at": at,
        }
    )


def _shown(pieces: list[int], items: list[int]) -> pa.Table:
    pairs = [(pk, place) for pk in pieces for place in range(SHOWN)]
    return pa.table(
        {
            "piece_id": [pk for pk, _ in pairs],
            "item_id": [items[(pk + place) % len(items)] for pk, place in pairs],
            "position": [place for _, place in pairs],
        }
    )


def cases() -> list[tuple[str, str, str]]:
    """What is opened, by whom ("" for a stranger), at which address."""
    newest = Piece.objects.filter(state="published").order_by("-published_at", "-pk")
    middle = newest[newest.count() // 2]
    return [
        ("home", "", "/"),
        ("home, what I follow", "dong", "/?feed=followed"),
        ("piece", "", f"/v/{middle.public_id}/"),
        ("piece, signed in", "dong", f"/v/{middle.public_id}/"),
        ("all pieces", "", "/v/"),
        ("a creator's pieces", "", f"/c/{middle.creator.handle}/pieces/"),
    ]


def timed(name: str, who: str, address: str, *, repeats: int) -> dict[str, Any]:
    """Open an address again and again, after two times that do not count."""
    client = Client()
    if who:
        client.force_login(
            Account.objects.get(email=f"{who}@example.com"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    client.get(address)
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  Django's signature
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    if answer.status_code != 200:
        return {"name": name, "status": answer.status_code}
    walls, spent = [], []
    for _ in range(repeats):
        wall, computing = time.perf_counter(), time.process_time()
        client.get(address)
        walls.append((time.perf_counter() - wall) * 1_000)
        spent.append((time.process_time() - computing) * 1_000)
    cuts = statistics.quantiles(walls, n=100, method="inclusive")
    return {
        "name": name,
        "status": 200,
        "p50_ms": cuts[49],
        "cpu_ms": statistics.median(spent),
        "p99_ms": cuts[98],
        "per_s": 1_000 * len(walls) / sum(walls),
        "queries": len(asked),
    }
