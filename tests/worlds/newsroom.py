"""Ada's newsroom: channels, her account, Bao's goods on sale, and pieces in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wavepool.domains.catalog.models import Item
from wavepool.domains.content import operations
from wavepool.domains.content.models import Piece
from wavepool.domains.people.models import ChannelAccount
from wavepool.plumbing.actor import MACHINE
from worlds.shelf import NOON, Shelf, make_shelf

HOUR = timedelta(hours=1)
#: Channels of the shipped policy: 1 shares the big pool, 8 is open to everybody.
HEADLINES, HOMEPAGE = "1", "8"
LONG_TEXT = "Two cups from one kiln, a year of tea in each of them, and why the second one stayed."


@dataclass(frozen=True)
class Newsroom:
    """Ada's account on a channel and Bao's shop behind it."""

    world: Any
    shelf: Shelf
    account: ChannelAccount

    @property
    def creator_id(self) -> int:
        """Ada's creator."""
        return int(self.world.creator.pk)

    def facts(self, title: str = "Two tea cups", **said: Any) -> operations.PieceFacts:
        """A post of Ada's on her homepage unless told."""
        said = {
            "account_id": self.account.pk,
            "channel": HOMEPAGE,
            "format": "post",
            "category": "cups",
            **said,
        }
        return operations.PieceFacts(title=title, **said)

    def draft(self, title: str = "Two tea cups", *, at: datetime = NOON, **said: Any) -> Piece:
        """A draft of Ada's."""
        return operations.add_piece(
            creator_id=self.creator_id,
            facts=self.facts(title, **said),
            actor=self.world.actor("ada"),
            as_of=at,
        )

    def submit(self, piece: Piece, *, at: datetime = NOON) -> Piece:
        """Ada hands it in."""
        return operations.submit_piece(
            public_id=piece.public_id,
            creator_id=self.creator_id,
            actor=self.world.actor("ada"),
            as_of=at,
        )

    def publish(self, title: str = "Two tea cups", *, at: datetime = NOON, **said: Any) -> Piece:
        """A published piece of Ada's."""
        return self.submit(self.draft(title, at=at, **said), at=at)

    def admit(self, scene: str = "headlines", *, at: datetime = NOON) -> str:
        """Ada is admitted to a scene at once; the application's public id."""
        admission = operations.apply_for_scene(
            creator_id=self.creator_id,
            scene_id=scene,
            statement="",
            actor=self.world.actor("ada"),
            as_of=at,
        )
        eve = self.world.actor("eve")
        operations.start_trial(public_id=admission.public_id, actor=eve, as_of=at)
        operations.admit(public_id=admission.public_id, why="Good.", actor=eve, as_of=at)
        return admission.public_id

    def on_sale(self, item: Item) -> Item:
        """One of Bao's, on sale."""
        return self.shelf.sell(item)


def make_newsroom(world: Any) -> Newsroom:
    """Put the channels in and register Ada's account."""
    operations.install_channels(actor=MACHINE, as_of=NOON)
    account = ChannelAccount.objects.create(
        creator=world.creator, channel="weitao", external_id="ada-1", name="Ada", since_at=NOON
    )
    return Newsroom(world=world, shelf=make_shelf(world), account=account)
