"""What insights put into a household."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Give the household one of everything that has an address here: the entries are everybody's."""
    del word
    house.values["metric"] = "gmv_paid"
