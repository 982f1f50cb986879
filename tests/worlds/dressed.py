"""The fair's first piece and first order with names, so that a page about them can be looked at."""

from __future__ import annotations

from datetime import timedelta

from wavepool.domains.content import operations as content
from wavepool.domains.content.models import Channel, Piece
from wavepool.domains.orders.models import Order, OrderLine
from wavepool.plumbing.actor import MACHINE
from worlds.fair import BUYERS, DAY, START, Fair

PIECE = 11


def dress(fair: Fair, *, title: str, goods: str) -> None:
    """Piece 11 is a published article of Ada's, order line 1 is of goods that have a name."""
    content.install_channels(actor=MACHINE, as_of=START - 60 * DAY)
    moment = START - DAY
    Piece.objects.create(
        pk=PIECE, public_id="pc_fair", creator=fair.world.creator, account=fair.accounts["ada"],
        channel=Channel.objects.get(pk="1"), format="article", category="tea", title=title,
        state=Piece.State.PUBLISHED, created_at=moment, changed_at=moment, published_at=moment,
    )  # fmt: skip
    paid = START + 2 * DAY + timedelta(hours=5)
    facts = {"currency": "CNY", "paid_at": paid, "received_at": paid + 2 * DAY}
    order = Order.objects.create(
        public_id="ord_fair", shop=fair.world.shop, buyer_id=BUYERS, source=Order.Source.HISTORY,
        state=Order.State.RECEIVED, total_minor=10_000, placed_at=paid, **facts,
    )  # fmt: skip
    OrderLine.objects.create(
        pk=1, order=order, item=fair.item, title=goods, quantity=1, paid_minor=10_000, **facts
    )
