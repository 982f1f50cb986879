"""What the rules of money leaving put into a household: a correction that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Agency
from wavepool.domains.statements.models import Correction
from worlds.rules_desk import NOW

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Give the household one of everything that has an address here."""
    agency = Agency.objects.get(pk=house.party_ids["agency"])
    correction = Correction.objects.create(
        public_id=f"cor_{word}",
        payee=people.open_agency_payee(agency, as_of=NOW),
        currency="CNY",
        amount_minor=-700,
        cause="mistake",
        ref=f"{word}-1",
        reason=f"{house.mark} reason",
        asked_by=house.accounts["agency"].pk,
        asked_name=f"{house.mark} name",
        asked_at=NOW,
    )
    house.values["correction"] = correction.public_id
