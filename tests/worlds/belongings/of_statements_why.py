"""What a line's Why puts into a household: a month with one line, and an objection to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavepool.domains.people.models import Agency, CreatorPayee, Shop
from wavepool.domains.people.operations import open_agency_payee, open_shop_payee
from wavepool.domains.statements import operations
from worlds.belongings.of_scores import AT
from worlds.whys import make_line, make_run

if TYPE_CHECKING:
    from worlds.tenants import Household


def furnish(house: Household, word: str) -> None:
    """Give each side of the household a line in the household's month, and object to one."""
    ids, month = house.party_ids, house.values["month"]
    run, key = make_run(at=AT, word=word), f"X:{word}"
    creator_payee = CreatorPayee.objects.filter(creator_id=ids["creator"]).latest("pk").payee
    agency = Agency.objects.get(pk=ids["agency"])
    shop = Shop.objects.get(pk=ids["shop"])
    payees = (
        creator_payee,
        open_agency_payee(agency, as_of=AT),
        open_shop_payee(shop, as_of=AT),
    )
    for payee in payees:
        make_line(payee=payee, run=run, period=month, key=key, source=f"{house.mark} source")
    objection = operations.raise_objection(
        party="creator",
        party_id=ids["creator"],
        period=month,
        key=key,
        text=f"{house.mark} finds the line wrong.",
        actor=house.actor("creator"),
        as_of=AT,
    )
    house.values |= {
        "line_key": f"X.{word}",
        "payee": str(creator_payee.pk),
        "line_objection": objection.public_id,
    }
