"""What events point at: pieces and items, found many at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from wavepool.domains.catalog import queries as catalog
from wavepool.domains.content import queries as content

#: How an event names a thing: by public id, or by the engine's number.
Key = str | int


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """What a touch takes over from its piece."""

    piece_id: int
    account_id: int
    channel_id: str


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a touch takes over from an item."""

    item_id: int
    shop_id: int


class Places(Protocol):
    """Finds what events point at."""

    def find_pieces(self, keys: Collection[Key]) -> dict[Key, PieceFacts]:
        """Pieces by key; those that are not there lack."""

    def find_items(self, keys: Collection[Key]) -> dict[Key, ItemFacts]:
        """Items by key; those that are not there lack."""


class PlacesInStore:
    """Pieces of `content` and items of `catalog`."""

    def find_pieces(self, keys: Collection[Key]) -> dict[Key, PieceFacts]:
        """Pieces by key; those that are not there lack."""
        rows = content.places_of_pieces(
            numbers={key for key in keys if isinstance(key, int)},
            names={key for key in keys if isinstance(key, str)},
        )
        found: dict[Key, PieceFacts] = {}
        for pk, name, account_id, channel_id in rows:
            found[pk] = found[name] = PieceFacts(pk, account_id, channel_id)
        return {key: found[key] for key in keys if key in found}

    def find_items(self, keys: Collection[Key]) -> dict[Key, ItemFacts]:
        """Items by key; those that are not there lack."""
        rows = catalog.every_item()
        by_number = rows.filter(pk__in=[key for key in keys if isinstance(key, int)])
        by_name = rows.filter(public_id__in=[key for key in keys if isinstance(key, str)])
        found: dict[Key, ItemFacts] = {
            each.pk: ItemFacts(each.pk, each.shop_id) for each in by_number
        }
        return found | {each.public_id: ItemFacts(each.pk, each.shop_id) for each in by_name}
