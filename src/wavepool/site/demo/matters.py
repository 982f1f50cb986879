"""What waits for an answer in the demonstration: each of the five finds something to decide."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Final

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog import queries as catalog_queries
from wavepool.domains.people import operations
from wavepool.domains.people import queries as people
from wavepool.domains.policies import operations as policies
from wavepool.domains.policies import queries as policy_queries
from wavepool.site.demo.roles import ROLES
from wavepool.site.demo.stage import OPENED_AT, Stage, actor_by_email

#: The last days before the demonstration opens.
LATELY: Final = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
_OLD: Final = """external_id,name,old_level,followers,pieces,opened_on,claim_code
bk-1001,Kitchen letters,大咖,18200,340,2019-05-01,DEMO-1001-AAAA
bk-1002,Tea letters,创意,4100,96,2020-02-11,DEMO-1002-BBBB
bk-1003,Village letters,普通,not a number,12,2021-07-30,DEMO-1003-CCCC
"""
_SUMMARY: Final = {
    "en": "The direct share in Short Video rises from 20 % to 25 %.",
    "zh": "淘宝短视频的直接分成由 20% 提高到 25%。",
}


def complete_profiles(stage: Stage) -> None:
    """Profiles, terms and a first channel account: creators who have finished their checklist."""
    for number, creator_id in stage.creators.items():
        owner, creator = stage.owners["creator", number], people.get_creator_by_id(creator_id)
        at = OPENED_AT + timedelta(hours=2)
        operations.change_profile(
            creator_id=creator_id,
            name=creator.name,
            bio="演示达人,内容均为生成。"
            if stage.lang == "zh"
            else "A made-up creator of the demonstration.",
            role=creator.role,
            actor=owner,
            as_of=at,
        )
        operations.accept_terms(
            creator_id=creator_id, version=people.TERMS_VERSION, actor=owner, as_of=at
        )
    for row in stage.season.rows("accounts"):
        creator_id = stage.creators[row["creator_id"]]
        account = operations.add_channel_account(
            creator_id=creator_id,
            channel="video",
            external_id=f"demo-{row['account_id']}",
            name=people.get_creator_by_id(creator_id).name,
            actor=stage.owners["creator", row["creator_id"]],
            as_of=OPENED_AT + timedelta(hours=2),
        )
        stage.accounts[row["account_id"]] = account.pk


def leave_for_creators_and_agencies(stage: Stage) -> None:
    """A change of a contract that the creator has to answer, and a disputed introduction."""
    creator, agency = actor_by_email("creator@demo.example"), actor_by_email("agency@demo.example")
    studio = next(each for each in people.list_workspaces(creator) if each.kind == "studio")
    contract = people.list_contracts(side="creator", party_id=_id(studio)).first()
    assert contract is not None
    operations.propose_change(
        contract_id=contract.pk,
        side="agency",
        terms=operations.ContractTerms(
            direct_ppm=200_000,
            pool_ppm=300_000,
            award_ppm=150_000,
            data_scope=tuple(people.DATA_SCOPES),
            may=("view", "operate", "live"),
        ),
        actor=agency,
        as_of=LATELY,
    )
    free = [number for number in stage.creators if _is_free(stage, number)]
    for number, objects in zip(free, (False, True), strict=False):
        house = next(each for each in people.list_workspaces(agency) if each.kind == "agency")
        claimed = operations.claim_introduction(
            agency_id=_id(house),
            creator_id=stage.creators[number],
            evidence="chat:2026-10-04",
            introduced_at=LATELY - timedelta(days=46),
            actor=agency,
            as_of=LATELY - timedelta(days=3),
        )
        if objects:
            operations.object_to_introduction(
                introduction_id=claimed.pk,
                creator_id=stage.creators[number],
                reason="I came by myself.",
                actor=stage.owners["creator", number],
                as_of=LATELY - timedelta(days=1),
            )


def leave_for_merchants(_stage: Stage) -> None:
    """A rate that will fall, an invitation that is open, a permit in review."""
    merchant = actor_by_email("merchant@demo.example")
    shop = next(each for each in people.list_workspaces(merchant) if each.kind == "merchant")
    plan = catalog_queries.plans_of_shop(_id(shop)).order_by("pk").first()
    if plan is not None:
        now_ppm = plan.versions.latest("valid_from").rate_ppm
        catalog.change_rate(
            public_id=plan.public_id,
            shop_id=_id(shop),
            rate_ppm=max(10_000, now_ppm - 50_000),
            actor=merchant,
            as_of=LATELY,
        )
    operations.invite_member(
        party="shop",
        party_id=_id(shop),
        email="bookkeeper@demo.example",
        role="finance",
        token=secrets.token_urlsafe(32),
        actor=merchant,
        as_of=LATELY,
    )
    catalog.submit_permit(
        shop_id=_id(shop),
        kind="publishing",
        number="DEMO-PUBL-77",
        expires_date=date(2029, 12, 31),
        actor=merchant,
        as_of=LATELY,
    )


def leave_for_staff(stage: Stage) -> None:
    """An identity to check, old accounts to take over, a policy that asks for a second signature."""
    consumer = actor_by_email(next(role.email for role in ROLES if role.name == "consumer"))
    newcomer = operations.become_creator(
        handle="first-steps",
        name="第一步" if stage.lang == "zh" else "First steps",
        role="newcomer-anchor",
        actor=consumer,
        as_of=LATELY,
    )
    operations.ask_verification(
        party="creator",
        party_id=newcomer.pk,
        legal_name="Dong",
        country="CN",
        document="national_id",
        number=people.seal_number("DEMO-NEWCOMER-1", country="CN", document="national_id"),
        actor=consumer,
        as_of=LATELY,
    )
    operations.preview_import(
        platform="letters",
        file_name="letters.csv",
        content=_OLD.encode(),
        levels={},
        actor=stage.staff,
        as_of=LATELY,
    )
    draft = policies.begin_draft(kind="pool", actor=stage.staff, as_of=LATELY)
    head, mark, tail = draft.text.partition('id = "short_video"')
    text = head + mark + tail.replace("direct_ppm = 200000", "direct_ppm = 250000", 1)
    saved = policies.save_draft(
        kind="pool",
        number=draft.number,
        text=text,
        summary=_SUMMARY[stage.lang],
        first_date=None,
        seen_digest=draft.digest,
        actor=stage.staff,
        as_of=LATELY,
    )
    assert policy_queries.find_last("pool") is not None
    policies.request_approval(
        kind="pool",
        number=saved.number,
        seen_digest=saved.digest,
        actor=stage.staff,
        as_of=LATELY,
    )


def _id(workspace: people.Workspace) -> int:
    assert workspace.party_id is not None
    return workspace.party_id


def _is_free(stage: Stage, number: int) -> bool:
    """Whether nobody introduced a creator and no agency has it under contract."""
    creator_id = stage.creators[number]
    return not (
        people.list_contracts(side="creator", party_id=creator_id).exists()
        or people.list_introductions(side="creator", party_id=creator_id).exists()
        or people.get_creator_by_id(creator_id).kind == "shop_host"
    )
