"""What events put into a household."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wavepool.domains.events import operations
from wavepool.domains.events.models import QuarantinedEvent
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.ids import new_id

if TYPE_CHECKING:
    from worlds.tenants import Household

AT: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)


def furnish(house: Household, word: str) -> None:
    """A link with a code, a source, an endpoint, and an event that was put aside."""
    mark, creator_id = house.mark, house.party_ids["creator"]
    link = operations.make_link(
        creator_id=creator_id,
        name=f"{mark} link",
        medium="offline",
        piece=house.values["piece"],
        actor=house.actor("creator"),
        as_of=AT,
    )
    operations.add_code(
        public_id=link.public_id,
        creator_id=creator_id,
        code=f"{mark}SPRING",
        actor=house.actor("creator"),
        as_of=AT,
    )
    source = operations.add_source(
        slug=f"{word}-source",
        name=f"{mark} source",
        kind="server",
        token=f"wk_{word}",
        actor=MACHINE,
        as_of=AT,
    )
    endpoint = operations.add_endpoint(
        connector="shopify",
        name=f"{mark} endpoint",
        secret="whsec_" + "A" * 32,
        actor=MACHINE,
        as_of=AT,
    )
    event = QuarantinedEvent.objects.create(
        public_id=new_id("qev"),
        source=source,
        message_id=f"{mark}-1",
        name="Cat Petted",
        reason="unknown_event",
        text=f'{{"messageId":"{mark}-1"}}',
        received_at=AT,
    )
    house.values |= {
        "link": link.public_id,
        "link_code": link.code,
        "source": source.public_id,
        "endpoint": endpoint.public_id,
        "connector": endpoint.connector,
        "event": event.public_id,
        "reason": event.reason,
    }
