"""From a payment to its estimated line, while the edge and a worker take events in."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import market_pages  # first: it gives Django its settings

import pyarrow as pa  # isort: skip
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from wavepool.connectors.sandbox_payments.provider import SandboxProvider
from wavepool.domains.catalog import operations as catalog
from wavepool.domains.content.models import Piece
from wavepool.domains.credits.models import EstimatedLine
from wavepool.domains.events import operations as events
from wavepool.domains.events.models import LakePart
from wavepool.domains.orders import operations as orders
from wavepool.domains.orders import queries as order_queries
from wavepool.domains.orders.models import OrderLine
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Account, Creator, CreatorPayee, Payee, Shop
from wavepool.domains.policies import operations as policies
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.bulk import write_rows

PIECES: Final = 20_000
TOKEN: Final = "wk_benchmark"
BATCH: Final = 50
#: A payment without a line after so long counts as this long, and is told.
PATIENCE_S: Final = 30.0
_UTC: Final = pa.timestamp("us", "UTC")
_ADDRESS: Final = orders.AddressFacts(
    recipient="Dong",
    phone="+86 10 5555 0100",
    street="Lane 4",
    city="Hangzhou",
    region="Zhejiang",
    postcode="310000",
    country="CN",
)


def measure(*, payments: int, events_per_s: int) -> dict[str, Any]:
    """Fill the store, start edge and worker, send events, pay one after the other."""
    call_command("migrate", verbosity=0)
    market_pages.fill(PIECES)
    item = _open_market()
    buyers = [
        Account.objects.create_user(f"buyer-{time.time_ns()}-{n}@example.com", name="Dong")
        for n in range(payments)
    ]
    pieces = list(Piece.objects.filter(state="published").order_by("pk")[:500])
    sent = {"events": 0, "refused": 0}
    walls, late = [], 0
    with _edge() as port, _worker():
        stopping = threading.Event()
        sender = threading.Thread(target=_send, args=(port, events_per_s, pieces, stopping, sent))
        sender.start()
        started = time.monotonic()
        try:
            time.sleep(8)
            for number, buyer in enumerate(buyers):
                wall = _pay(buyer, pieces[number % len(pieces)].public_id, item)
                late += wall >= PATIENCE_S
                walls.append(wall)
                time.sleep(0.5)
        finally:
            stopping.set()
            sender.join()
        lasted = time.monotonic() - started
    cuts = statistics.quantiles(walls, n=100, method="inclusive")
    return {
        "p50_s": cuts[49],
        "p99_s": cuts[98],
        "longest_s": max(walls),
        "late": late,
        "payments": len(walls),
        "events_per_s": sent["events"] / lasted,
        "refused": sent["refused"],
        "in_lake": sum(
            LakePart.objects.filter(replaced_at=None, table="touches").values_list(
                "rows", flat=True
            )
        ),
    }


def _open_market() -> str:
    """A shop, goods, creators who can be paid, and a source; the public id of what is bought."""
    at = clock.now()
    early = at - timedelta(days=60)
    policies.install_defaults(actor=MACHINE, as_of=at, valid_from_at=early)
    shop = Shop.objects.get(slug="bao")
    people.open_shop_payee(shop, as_of=early)
    item = catalog.add_item(
        shop_id=shop.pk,
        facts=catalog.ItemFacts(code="CUP", title="Cup", description="", category="tea"),
        actor=MACHINE,
        as_of=early,
    )
    catalog.add_variant(
        item_id=item.public_id,
        shop_id=shop.pk,
        facts=catalog.VariantFacts(sku="CUP-1", name="", price_minor=10_000, stock=100_000),
        actor=MACHINE,
        as_of=early,
    )
    catalog.put_on_sale(public_id=item.public_id, shop_id=shop.pk, actor=MACHINE, as_of=early)
    catalog.open_plan(
        shop_id=shop.pk,
        facts=catalog.PlanFacts(kind="shop", rate_ppm=200_000),
        actor=MACHINE,
        as_of=early,
    )
    creators = list(Creator.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        _pay_creators(creators, early)
    events.add_source(
        slug="bench", name="Bench", kind="server", token=TOKEN, actor=MACHINE, as_of=early
    )
    events.publish_sources(as_of=at)
    return str(item.public_id)


def _pay_creators(creators: list[int], since: Any) -> None:
    holder, count = Account.objects.get(email="dong@example.com").pk, len(creators)
    at = pa.repeat(pa.scalar(since, _UTC), count)
    write_rows(
        Payee,
        pa.table(
            {
                "kind": pa.repeat("company", count),
                "name": [f"Payee {pk}" for pk in creators],
                "holder_id": pa.repeat(holder, count),
                "trust_days": pa.repeat(15, count),
                "verified_at": at,
                "created_at": at,
            }
        ),
    )
    payees = list(Payee.objects.filter(kind="company").order_by("pk").values_list("pk", flat=True))
    write_rows(
        CreatorPayee,
        pa.table({"creator_id": creators, "payee_id": payees[:count], "valid_from": at}),
    )


def _pay(buyer: Account, piece: str, item: str) -> float:
    """Look, click, buy; give the seconds from the commit of the payment to its line."""
    actor, at = Actor(account_id=buyer.pk, name="Dong"), clock.now()
    seen = {"piece_id": piece, "item_id": item}
    names = ("Content Viewed", "Product Clicked")
    events.record(
        [
            events.OwnEvent(
                name=name, message_id=f"{buyer.pk}-{name}", account_id=buyer.pk, properties=seen
            )
            for name in names
        ],
        as_of=at,
    )
    cart = orders.open_cart(account_id=buyer.pk, as_of=at)
    orders.put_in_cart(cart_id=cart.pk, item=item, sku="CUP-1", quantity=1, as_of=at)
    orders.save_address(facts=_ADDRESS, actor=actor, as_of=at)
    part = order_queries.cart_parts(cart, at=at)[0]
    purchase = orders.place_purchase(
        cart_id=cart.pk,
        checkout_key=cart.checkout_key,
        currency=part.currency,
        seen_total_minor=part.total_minor,
        actor=actor,
        as_of=at,
    )
    orders.pay(
        purchase_id=purchase.public_id,
        instrument="pays",
        provider=SandboxProvider(Path(settings.DATA_DIR) / "sandbox"),
        actor=actor,
        as_of=clock.now(),
    )
    paid = time.perf_counter()
    line = OrderLine.objects.get(order__purchase=purchase).pk
    while not EstimatedLine.objects.filter(line_id=line).exists():
        if time.perf_counter() - paid > PATIENCE_S:
            return PATIENCE_S
        time.sleep(0.02)
    return time.perf_counter() - paid


def _send(
    port: int,
    events_per_s: int,
    pieces: list[Piece],
    stopping: threading.Event,
    sent: dict[str, int],
) -> None:
    """Batches of fifty at an even pace, each answered before it counts."""
    word = base64.b64encode(f"{TOKEN}:".encode()).decode()
    pause_s, number, due = BATCH / events_per_s, 0, time.monotonic()
    while not stopping.is_set():
        batch = [
            {
                "type": "track",
                "event": "Content Viewed",
                "messageId": f"b-{os.getpid()}-{number}-{place}",
                "userId": f"viewer-{(number * BATCH + place) % 20_000}",
                "properties": {
                    "piece_id": pieces[(number * BATCH + place) % len(pieces)].public_id
                },
            }
            for place in range(BATCH)
        ]
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/batch",
            json.dumps({"batch": batch}).encode(),
            {"Authorization": f"Basic {word}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                sent["events"] += BATCH if answer.status == 200 else 0
        except OSError:
            sent["refused"] += BATCH
        number += 1
        due += pause_s
        stopping.wait(max(0.0, due - time.monotonic()))


@contextlib.contextmanager
def _edge() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "wavepool.site.edge.serving", str(settings.DATA_DIR)]
    with subprocess.Popen([*command, "--port", str(port)]) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield port
        finally:
            process.terminate()


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    command = [sys.executable, "-m", "wavepool.cli", "worker", "--data", str(settings.DATA_DIR)]
    with subprocess.Popen([*command, "--poll", "0.2"]) as process:
        try:
            yield
        finally:
            process.terminate()


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    message = f"{url} never answered"
    raise TimeoutError(message)
