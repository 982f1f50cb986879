"""What content put into a household."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from wavepool.domains.content import operations
from wavepool.plumbing.actor import MACHINE

if TYPE_CHECKING:
    from worlds.tenants import Household

#: The moment of everything in a household.
AT: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)


def furnish(house: Household, word: str) -> None:
    """A draft, a series and an application of the household's creator."""
    mark, creator_id = house.mark, house.party_ids["creator"]
    by: dict[str, Any] = {"actor": house.actor("creator"), "as_of": AT}
    operations.install_channels(actor=MACHINE, as_of=AT)
    series = operations.add_series(creator_id=creator_id, title=f"{mark} series", about=word, **by)
    piece = operations.add_piece(
        creator_id=creator_id,
        facts=operations.PieceFacts(
            account_id=int(house.values["channel_account_id"]),
            channel="8",
            format="post",
            category="things",
            title=f"{mark} unborn piece",
            series=series.public_id,
        ),
        **by,
    )
    admission = operations.apply_for_scene(
        creator_id=creator_id, scene_id="headlines", statement=f"{mark} statement", **by
    )
    house.values |= {"piece": piece.public_id, "admission": admission.public_id}
