"""What live put into a household."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavepool.domains.content.operations import PieceFacts
from wavepool.domains.live import operations
from worlds.belongings.of_content import AT

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """A session of the household's creator that nobody else sees yet."""
    piece = PieceFacts(
        account_id=int(house.values["channel_account_id"]),
        channel="7",
        format="live",
        category="things",
        title=f"{house.mark} unborn session",
        body=word,
    )
    session = operations.plan_session(
        creator_id=house.party_ids["creator"],
        facts=operations.SessionFacts(piece=piece, scheduled_at=None),
        actor=house.actor("creator"),
        as_of=AT,
    )
    house.values["session"] = session.public_id
