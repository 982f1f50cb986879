"""What scores put into a household: a month's draft in which its creator and payee stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wavepool.domains.people.models import CreatorPayee, Payee, Person
from wavepool.domains.scores import operations
from wavepool.plumbing.actor import MACHINE
from worlds.settled import JULY, JUNE, Renamed, settled_market

if TYPE_CHECKING:
    from worlds.tenants import Household

AT: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)
#: Each household has a month of its own, so that one's draft does not cover the other's.
_MONTHS: Final = {"theirs": JULY}


def furnish(house: Household, word: str) -> None:
    """Pay the household's creator through a person, and take a month's scores in."""
    house.values |= {"month": _MONTHS.get(word, JUNE), "pool": "big"}
    source, month = run_of(house), house.values["month"]
    operations.take_in_draft(source, run_id=f"run_{word}", period=month, as_of=AT, actor=MACHINE)


def run_of(house: Household) -> Renamed:
    """The hand-made season in which the household's creator is the first one."""
    creator_id = house.party_ids["creator"]
    found = CreatorPayee.objects.filter(creator_id=creator_id).first()
    payee = found.payee if found else _pay(creator_id, mark=house.mark)
    others = {number: 10_000_000 + number for number in (2, 3, 4, 5)}
    return Renamed(
        settled_market(),
        creators={**others, 1: creator_id},
        payees={**others, 1: payee.pk},
    )


def _pay(creator_id: int, *, mark: str) -> Payee:
    name = f"{mark} payee"
    person = Person.objects.create(legal_name=name, document_hash=name, verified_at=AT)
    payee = Payee.objects.create(kind="person", name=name, person=person, created_at=AT)
    CreatorPayee.objects.create(
        creator_id=creator_id, payee=payee, valid_from=AT - timedelta(days=900)
    )
    return payee
