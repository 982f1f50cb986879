"""What pools put into a household: a published month with an objection, and a fund that changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from wavepool.domains.people.models import Account
from wavepool.domains.pools import operations
from wavepool.domains.pools.models import Fund, FundChange
from wavepool.plumbing.actor import MACHINE
from worlds.belongings.of_scores import AT, run_of

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Publish the household's month, object to its share, and ask to commit to a fund."""
    month = house.values["month"]
    by: dict[str, Any] = {"actor": MACHINE, "as_of": AT}
    operations.take_in_draft(run_of(house), run_id=f"run_{word}", period=month, **by)
    operations.publish_period(period=month, **by)
    objection = operations.raise_objection(
        creator_id=house.party_ids["creator"],
        period=month,
        pool_id="big",
        text=f"{house.mark} finds a refund counted twice.",
        actor=house.actor("creator"),
        as_of=AT,
    )
    fund = operations.open_fund(
        name_zh="百亿基金",
        name_en="Ten billion for content",
        currency="CNY",
        first_year=2024,
        last_year=2026,
        **by,
    )
    house.values |= {
        "objection": objection.public_id,
        "fund": fund.public_id,
        "change": _change(fund, author=house.accounts["creator"]).public_id,
    }


def _change(fund: Fund, *, author: Account) -> FundChange:
    """A change that waits; who asked for it is beside the point here."""
    return FundChange.objects.create(
        fund=fund,
        year=2024,
        pool_id="big",
        before_minor=0,
        after_minor=100,
        reason="A change for the walk.",
        digest="0" * 64,
        author=author,
        asked_at=AT - timedelta(days=1),
    )
