"""The people of the demonstration: owners, identities, contracts, introductions, levels."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from wavepool.domains.people import operations
from wavepool.domains.people import queries as people
from wavepool.domains.people.operations.accounts import add_account, found_staff_team
from wavepool.domains.people.queries.payees import payee_of_verification
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.site.demo import names
from wavepool.site.demo.roles import ROLES
from wavepool.site.demo.stage import OPENED_AT, Stage, actor_by_email, moment

#: A role of the taxonomy for each kind of the generator, several for the many.
_ROLES: Final = {
    "talent": ("home-cook", "tea-taster", "beauty-blogger", "gadget-reviewer", "tidying-coach"),
    "store": ("warehouse-anchor", "market-anchor"),
    "shop_host": ("brand-host", "factory-host"),
}
_LEVELS: Final = 6


def open_staff() -> tuple[Actor, Actor]:
    """The operator's team: two members, so that two can sign."""
    emails = [role.email for role in ROLES if role.name in {"staff", "second_staff"}]
    accounts = [_account(email, name) for email, name in zip(emails, ("Eve", "Fay"), strict=True)]
    found_staff_team(
        slug="operations",
        name="Operations",
        owner_ids=tuple(account.pk for account in accounts),
        actor=MACHINE,
        as_of=OPENED_AT,
    )
    first, second = (actor_by_email(email) for email in emails)
    return first, second


def open_parties(stage: Stage) -> None:
    """Shops, agencies and creators, each with an owner."""
    stars = _stars(stage)
    for row in stage.season.rows("shops"):
        number = row["shop_id"]
        owner = _owner("merchant", number, is_star=number == stars["merchant"], stage=stage)
        shop = operations.open_shop(
            slug=names.shop_slug(number),
            name=names.shop_name(number, lang=stage.lang),
            currency=row["currency"],
            actor=owner,
            as_of=OPENED_AT,
        )
        stage.shops[number], stage.owners["shop", number] = shop.pk, owner
    for row in stage.season.rows("agencies"):
        number = row["agency_id"]
        owner = _owner("agency", number, is_star=number == stars["agency"], stage=stage)
        agency = operations.open_agency(
            slug=names.agency_slug(number),
            name=names.agency_name(number, lang=stage.lang),
            actor=owner,
            as_of=OPENED_AT,
        )
        stage.agencies[number], stage.owners["agency", number] = agency.pk, owner
    for row in stage.season.rows("creators"):
        _open_creator(row, is_star=row["creator_id"] == stars["creator"], stage=stage)


def verify_everybody(stage: Stage) -> None:
    """Identities, approved by staff; each makes its payee, and the payee is named."""
    of_payee = {row["payee_id"]: row for row in stage.season.rows("payees")}
    for row in stage.season.rows("shops"):
        _verify("shop", row["shop_id"], of_payee[row["payee_id"]], stage)
    for row in stage.season.rows("agencies"):
        _verify("agency", row["agency_id"], of_payee[row["payee_id"]], stage)
    versions = stage.season.rows("creator_payees")
    for row in sorted(versions, key=lambda each: (each["valid_from"], each["creator_id"])):
        number, payee = row["creator_id"], of_payee[row["payee_id"]]
        owner = stage.owners["creator", number]
        found = people.get_creator_by_id(stage.creators[number])
        at = max(OPENED_AT + timedelta(days=2), moment(row["valid_from"]))
        if found.kind == "shop_host":
            operations.pay_host_through_shop(creator_id=found.pk, actor=owner, as_of=at)
            continue
        payee_id = _verify("creator", number, payee, stage, asked_at=at - timedelta(days=1))
        operations.set_payee(creator_id=found.pk, payee_id=payee_id, actor=owner, as_of=at)


def sign_contracts(stage: Stage) -> None:
    """Contracts that both sides agreed to, and introductions that their anchors confirmed."""
    terms: dict[tuple[int, int], dict[str, int]] = {}
    for row in stage.season.rows("contracts"):
        pair = terms.setdefault((row["creator_id"], row["agency_id"]), {})
        pair[row["income_type"]] = row["split_ppm"]
    last = dict(terms.keys())
    for creator, agency in last.items():
        split = terms[creator, agency]
        agreed = operations.ContractTerms(
            direct_ppm=split.get("direct", 0),
            pool_ppm=split.get("pool", 0),
            award_ppm=split.get("award", 0),
            data_scope=tuple(people.DATA_SCOPES),
            may=("view", "operate") if creator % 3 else ("view",),
        )
        contract = operations.propose_contract(
            agency_id=stage.agencies[agency],
            creator_id=stage.creators[creator],
            terms=agreed,
            actor=stage.owners["agency", agency],
            as_of=OPENED_AT + timedelta(days=3),
        )
        operations.agree_to_version(
            contract_id=contract.pk,
            number=1,
            side="creator",
            actor=stage.owners["creator", creator],
            as_of=OPENED_AT + timedelta(days=4),
        )


def introduce_anchors(stage: Stage) -> None:
    """Introductions with their evidence; the first of each anchor is confirmed, others contested."""
    confirmed: set[int] = set()
    for row in sorted(stage.season.rows("introductions"), key=lambda each: each["introduced_at"]):
        creator = row["creator_id"]
        if creator in confirmed:
            continue
        at = moment(row["introduced_at"])
        found = operations.claim_introduction(
            agency_id=stage.agencies[row["agency_id"]],
            creator_id=stage.creators[creator],
            evidence=row["evidence"],
            introduced_at=at,
            actor=stage.owners["agency", row["agency_id"]],
            as_of=at + timedelta(days=1),
        )
        operations.confirm_introduction(
            introduction_id=found.pk,
            creator_id=stage.creators[creator],
            actor=stage.owners["creator", creator],
            as_of=at + timedelta(days=2),
        )
        confirmed.add(creator)


def give_levels(stage: Stage) -> None:
    """Levels and tiers by what the season sold: data of the demonstration, not yet a rule."""
    sold = stage.season.sold()
    ranked = sorted(stage.creators, key=lambda number: (-sold[number], number))
    for place, number in enumerate(ranked):
        share = place * 100 // max(1, len(ranked))
        tier = "head" if share < 5 else "mid" if share < 35 else "tail"
        operations.set_level(
            creator_id=stage.creators[number],
            level=max(1, _LEVELS - share * _LEVELS // 100),
            reason="season",
            actor=stage.staff,
            as_of=OPENED_AT + timedelta(days=60),
        )
        operations.set_tier(
            creator_id=stage.creators[number],
            tier=tier,
            reason="season",
            actor=stage.staff,
            as_of=OPENED_AT + timedelta(days=60),
        )


def follow_creators(stage: Stage) -> None:
    """A consumer who follows the best-known creators."""
    email = next(role.email for role in ROLES if role.name == "consumer")
    _account(email, "Dong")
    consumer = actor_by_email(email)
    for number in sorted(stage.creators)[:6]:
        handle = people.get_creator_by_id(stage.creators[number]).handle
        operations.follow(handle=handle, actor=consumer, as_of=OPENED_AT + timedelta(days=30))


def _open_creator(row: dict[str, Any], *, is_star: bool, stage: Stage) -> None:
    number, kind = row["creator_id"], row["kind"]
    shop = names.shop_slug(row["shop_id"]) if kind == "shop_host" else ""
    owner = _owner("creator", number, is_star=is_star, stage=stage)
    if kind == "shop_host":
        # A shop's own host belongs to the people of its shop.
        owner = stage.owners["shop", row["shop_id"]]
    creator = operations.become_creator(
        handle=names.handle(number),
        name=names.creator_name(number, kind, lang=stage.lang),
        role=_role_of(kind, number),
        shop_slug=shop,
        actor=owner,
        as_of=OPENED_AT,
    )
    stage.creators[number], stage.owners["creator", number] = creator.pk, owner


def _verify(
    party: str,
    number: int,
    payee: dict[str, Any],
    stage: Stage,
    *,
    asked_at: datetime = OPENED_AT,
) -> int:
    """Ask for a check of an identity and approve it; give the payee that it made."""
    is_company = payee["kind"] != "person"
    document = "licence" if is_company else "national_id"
    owner = stage.owners[party, number]
    ids = {"creator": stage.creators, "shop": stage.shops, "agency": stage.agencies}[party]
    asked = operations.ask_verification(
        party=party,
        party_id=ids[number],
        legal_name=names.person_name(payee["payee_id"], lang=stage.lang),
        country="CN",
        document=document,
        number=people.seal_number(f"DEMO{payee['payee_id']:014}", country="CN", document=document),
        actor=owner,
        as_of=asked_at,
    )
    operations.approve_verification(
        verification_id=asked.pk,
        reason="documents match",
        actor=stage.staff,
        as_of=asked_at + timedelta(hours=12),
    )
    made = payee_of_verification(asked.pk)
    stage.payees[payee["payee_id"]] = made.pk
    return made.pk


def _role_of(kind: str, number: int) -> str:
    chosen = _ROLES.get(kind) or tuple(role.id for role in people.list_roles() if role.kind == kind)
    return chosen[number % len(chosen)]


def _owner(role: str, number: int, *, is_star: bool, stage: Stage) -> Actor:
    email = f"{role}@demo.example" if is_star else f"{role}-{number}@demo.example"
    _account(email, names.person_name(number, lang=stage.lang))
    return actor_by_email(email)


def _account(email: str, name: str) -> Any:
    return add_account(email=email, name=name, actor=MACHINE, as_of=OPENED_AT)


def _stars(stage: Stage) -> dict[str, int]:
    """Whom the role picker plays: a well-paid talent under contract, the widest shop, its agency."""
    sold = stage.season.sold()
    kinds = {row["creator_id"]: row["kind"] for row in stage.season.rows("creators")}
    under = {row["creator_id"]: row["agency_id"] for row in stage.season.rows("contracts")}
    talents = [number for number in under if kinds[number] == "talent"]
    creator = max(talents, key=lambda number: (sold[number], -number))
    shops = Counter(row["shop_id"] for row in stage.season.rows("items"))
    return {
        "creator": creator,
        "merchant": shops.most_common(1)[0][0],
        "agency": under[creator],
    }
