"""An afternoon's market: Ada's piece in a scene with a pool, Bao's cup in it, a plan of 20 %."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wavepool.connectors.sandbox_payments.provider import SandboxProvider
from wavepool.domains.content import operations as content
from wavepool.domains.content.models import Piece
from wavepool.domains.orders import operations as orders
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Payee
from wavepool.domains.policies import operations as policies
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker
from worlds.newsroom import HEADLINES, make_newsroom
from worlds.shelf import NOON

EARLY = NOON - timedelta(days=60)


@dataclass(frozen=True)
class Market:
    """Who is there, the piece, and the cup that it shows."""

    world: Any
    piece: Piece
    item: Any


def make_market(world: Any) -> Market:
    """Everybody can be paid, Ada is admitted to the scene, her piece is published."""
    policies.install_defaults(actor=MACHINE, as_of=EARLY, valid_from_at=EARLY)
    people.open_shop_payee(world.shop, as_of=EARLY)
    payee = Payee.objects.create(
        kind="company", name="Ada Ltd", holder=world.ada, created_at=EARLY, verified_at=EARLY
    )
    people.set_payee(
        creator_id=world.creator.pk, payee_id=payee.pk, actor=world.actor("ada"), as_of=EARLY
    )
    room = make_newsroom(world)
    item = room.on_sale(room.shelf.cup)
    room.shelf.open("shop", 200_000, at=EARLY)
    room.admit()
    piece = room.publish("Two tea cups", channel=HEADLINES, items=(item.public_id,))
    content.publish_piece(
        public_id=piece.public_id, grade="a", why="Good.", actor=world.actor("eve"), as_of=NOON
    )
    return Market(world, piece, item)


@contextmanager
def sandbox(folder: Path) -> Iterator[None]:
    """Payments go to the sandbox meanwhile."""
    before = orders.find_provider()
    orders.use_provider(SandboxProvider(folder))
    yield
    orders.use_provider(before)


def work(at: datetime) -> None:
    """Everything that the worker has to do by then."""
    Worker(clock=lambda: at, beat_s=None).run_until_idle()
