"""Discount codes at the checkout: whoever said one came by the link that it stands for."""

from __future__ import annotations

from datetime import datetime

from wavepool.domains.events import operations as events
from wavepool.domains.events import queries as links
from wavepool.domains.orders.models import OrderLine, Purchase


def follow_codes(purchase: Purchase, *, as_of: datetime) -> int:
    """Record the links behind the codes of a purchase as followed by its buyer; tell how many.

    A tracked link left its touch when it was followed. A code heard in a room or read
    on a poster leaves none, so this is where it counts: before the payment, once a line.
    """
    lines = OrderLine.objects.filter(order__purchase=purchase).exclude(link_code="")
    followed = [
        events.OwnEvent(
            name="Link Followed",
            message_id=f"code:{line.pk}",
            account_id=purchase.account_id,
            properties={
                "link_id": link.pk,
                "piece_id": link.piece_id,
                "item_id": link.item_id or line.item_id,
            },
        )
        for line in lines
        if (link := links.link_of_code(line.link_code, at=as_of)) is not None
    ]
    if followed:
        events.record(followed, as_of=as_of)
    return len(followed)
