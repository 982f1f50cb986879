"""What risk puts into a household: money that is held."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wavepool.domains.credits.models import Run
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Agency
from wavepool.domains.risk.models import Hold

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Give the household one of everything that has an address here."""
    run = Run.objects.get(public_id=house.values["run"])
    agency = Agency.objects.get(pk=house.party_ids["agency"])
    hold = Hold.objects.create(
        public_id=f"hld_{word}",
        hold_id=f"self_purchase:line:{house.values['line']}",
        cause="self_purchase",
        rule="hard_link_to_winner",
        line_id=int(house.values["line"]),
        payee=people.open_agency_payee(agency, as_of=run.as_of),
        creator_id=house.party_ids["creator"],
        currency="CNY",
        amount_minor=400,
        evidence=[["buyer:1", "creator:1", "self", 1_793_000_000_000]],
        opened_period="2026-11",
        opened_at=run.as_of,
        expires_at=run.as_of + timedelta(days=3_650),
        default_kept_ppm=0,
        run=run,
        state="appealed",
        appeal=f"{house.mark} appeal",
        appealed_name=f"{house.mark} name",
        appealed_at=run.as_of,
    )
    house.values["hold"] = hold.public_id
