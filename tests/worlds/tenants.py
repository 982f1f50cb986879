"""Two households that know nothing of each other, each with one of everything that has an address.

What only the household's own people may read carries its mark, so a mark in
somebody else's answer is a leak.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import ItemImage
from wavepool.domains.catalog.operations.variants import VariantFacts, add_variant
from wavepool.domains.people import operations as people
from wavepool.domains.people import queries as people_queries
from wavepool.domains.people.models import Account, Membership
from wavepool.domains.people.operations.accounts import add_account, found_staff_team
from wavepool.plumbing import jobs, keys, notifications, uploads
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.ids import new_id
from wavepool.plumbing.models import Notification
from worlds import furniture
from worlds.people import TERMS

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
UNTIL = date(2030, 1, 1)


@jobs.register("tests.nothing")
def nothing(_job: jobs.RunningJob) -> None:
    """A job that has nothing to do."""


@dataclass
class Household:
    """A creator, a shop and an agency of three people, and what stands in their workspaces.

    Attributes:
        mark: a word that stands in everything private of theirs.
        accounts: "creator", "merchant", "agency".
        values: what fills the parameters of addresses, by "AREA.PARAMETER" or "PARAMETER".
        tokens: an API key of each account.
    """

    mark: str
    accounts: dict[str, Account] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    party_ids: dict[str, int] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor of one of the three."""
        return people_queries.actor_of(self.accounts[name], session={})


def make_household(word: str, *, mark: str) -> Household:
    """A household whose addresses begin with a word, e.g. /studio/WORD-creator/."""
    house = Household(mark)
    for name in ("creator", "merchant", "agency"):
        email = f"{mark.lower()}-{name}@example.com"
        house.accounts[name] = add_account(
            email=email, name=f"{word} {name}", actor=MACHINE, as_of=AT
        )
    _parties(house, word)
    _people(house)
    _goods(house)
    _belongings(house)
    for domain in furniture.IN_ORDER:
        domain.furnish(house, word)
    return house


def make_staff() -> Account:
    """A member of staff who may do everything."""
    account = add_account(email="staff@example.com", name="Staff", actor=MACHINE, as_of=AT)
    found_staff_team(slug="office", name="Office", owner_ids=(account.pk,), actor=MACHINE, as_of=AT)
    return account


def _parties(house: Household, word: str) -> None:
    shop = people.open_shop(
        slug=f"{word}-shop",
        name=f"{word} shop",
        currency="CNY",
        actor=house.actor("merchant"),
        as_of=AT,
    )
    agency = people.open_agency(
        slug=f"{word}-agency", name=f"{word} agency", actor=house.actor("agency"), as_of=AT
    )
    creator = people.become_creator(
        handle=f"{word}-creator",
        name=f"{word} creator",
        role="home-cook",
        actor=house.actor("creator"),
        as_of=AT,
    )
    house.party_ids = {"creator": creator.pk, "shop": shop.pk, "agency": agency.pk}
    house.values |= {
        "handle": creator.handle,
        "shop": shop.slug,
        "org": agency.slug,
    }


def _people(house: Household) -> None:
    mark, ids = house.mark, house.party_ids
    channel = people.add_channel_account(
        creator_id=ids["creator"],
        channel="video",
        external_id=f"{ids['creator']}-channel",
        name="a channel that everybody may see",
        actor=house.actor("creator"),
        as_of=AT,
    )
    contract = people.propose_contract(
        agency_id=ids["agency"],
        creator_id=ids["creator"],
        terms=people.ContractTerms(**TERMS),
        actor=house.actor("agency"),
        as_of=AT,
    )
    people.agree_to_version(
        contract_id=contract.pk,
        number=1,
        side="creator",
        actor=house.actor("creator"),
        as_of=AT,
    )
    introduction = people.claim_introduction(
        agency_id=ids["agency"],
        creator_id=ids["creator"],
        evidence=f"{mark} evidence",
        introduced_at=AT,
        actor=house.actor("agency"),
        as_of=AT,
    )
    house.values |= {
        "channel_account_id": str(channel.pk),
        "contract.reference": contract.reference,
        "introduction_id": str(introduction.pk),
        "deed": "agree",
    }
    _teams(house)


def _teams(house: Household) -> None:
    mark, ids = house.mark, house.party_ids
    for area, party in {"studio": "creator", "merchant": "shop", "agency": "agency"}.items():
        name = {"studio": "creator"}.get(area, area)
        asked = people.ask_verification(
            party=party,
            party_id=ids[party],
            legal_name=f"{mark} legal name",
            country="CN",
            document="national_id" if party == "creator" else "licence",
            number=people_queries.seal_number(f"{mark}{party}", country="CN", document="x"),
            actor=house.actor(name),
            as_of=AT,
        )
        invitation = people.invite_member(
            party=party,
            party_id=ids[party],
            email=f"{mark.lower()}-guest-{area}@example.com",
            role="viewer",
            token=secrets.token_urlsafe(32),
            actor=house.actor(name),
            as_of=AT,
        )
        seat = Membership.objects.get(account=house.accounts[name], **{party: ids[party]})
        house.values |= {
            f"{area}.verification_id": str(asked.pk),
            f"{area}.invitation_id": str(invitation.pk),
            f"{area}.membership_id": str(seat.pk),
            f"{area}.reference": asked.reference,
        }


def _goods(house: Household) -> None:
    mark, shop_id, actor = house.mark, house.party_ids["shop"], house.actor("merchant")
    item = catalog.add_item(
        shop_id=shop_id,
        facts=catalog.ItemFacts(
            code=f"{mark}-1", title=f"{mark} unborn goods", description="", category="things"
        ),
        actor=actor,
        as_of=AT,
    )
    sku = f"{mark}-SKU"
    add_variant(
        item_id=item.public_id,
        shop_id=shop_id,
        facts=VariantFacts(sku=sku, name="", price_minor=9_900, stock=5),
        actor=actor,
        as_of=AT,
    )
    image = ItemImage.objects.create(
        item=item, file=new_id("file"), width=4, height=3, alt=f"{mark} unborn picture"
    )
    plan = catalog.open_plan(
        shop_id=shop_id,
        facts=catalog.PlanFacts(kind="shop", rate_ppm=100_000),
        actor=actor,
        as_of=AT,
    ).plan
    permit = catalog.submit_permit(
        shop_id=shop_id,
        kind="food",
        number=f"{mark}-PERMIT",
        expires_date=UNTIL,
        actor=actor,
        as_of=AT,
    )
    batch = catalog.stage_file(
        shop_id=shop_id,
        subject="plans",
        name=f"{mark}.csv",
        data=f"kind,item,rate\nitem,{mark}-none,5%\n".encode(),
        encoding="",
        actor=actor,
        as_of=AT,
    )
    house.values |= {
        "item": item.public_id,
        "image": image.file,
        "code": item.code,
        "sku": sku,
        "plan": plan.public_id,
        "permit": permit.public_id,
        "batch": batch.public_id,
        "format": "csv",
    }


def _belongings(house: Household) -> None:
    for name, account in house.accounts.items():
        made = keys.make_key(
            account_id=account.pk,
            name=f"{house.mark} key",
            scopes=tuple(keys.scopes()),
            is_live=True,
            actor=house.actor(name),
            at=AT,
        )
        house.tokens[name] = made.token
        if name == "merchant":
            house.values["key"] = made.row.public_id
    actor = house.actor("merchant")
    job = jobs.enqueue("tests.nothing", key=f"{house.mark}:job", actor=actor, payload={}, at=AT)
    house.values["job_id"] = job.public_id
    notifications.notify(
        "people.introduction_claimed",
        [house.accounts["merchant"].pk],
        key="furniture",
        data={"agency": f"{house.mark} agency"},
        at=AT,
    )
    told = Notification.objects.get(account_id=house.accounts["merchant"].pk, key="furniture")
    house.values["notification"] = told.public_id
    file: Any = SimpleUploadedFile(
        f"{house.mark}.csv", io.BytesIO(f"a,b\n{house.mark},2\n".encode()).read(), "text/csv"
    )
    stored = uploads.accept(
        file, kinds={"table"}, actor=actor, at=AT, party=("shop", house.party_ids["shop"])
    )
    house.values["file"] = stored.public_id
