"""What programmes put into a household: a budget of a programme that waits for a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wavepool.domains.programmes.models import BudgetChange
from worlds.belongings.of_scores import AT

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Ask for a budget, as if somebody of the house had."""
    change = BudgetChange.objects.create(
        programme_id="new_anchor_cash",
        period="2022-03" if word == "theirs" else "2022-04",
        currency="CNY",
        before_minor=0,
        after_minor=100,
        before_traffic_units=0,
        after_traffic_units=0,
        reason=f"{house.mark} asks for spring.",
        digest="0" * 64,
        author=house.accounts["creator"],
        asked_at=AT - timedelta(days=1),
    )
    house.values |= {"programme": "new_anchor_cash", "budget_change": change.public_id}
