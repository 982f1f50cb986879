"""What statements put into a household."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Nothing yet."""
