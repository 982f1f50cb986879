"""A household, its operator, and something on every page: policies, books, old accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.catalog.models import ItemImage
from wavepool.domains.content import operations as content
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.live import operations as live
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Account, OldAccount
from wavepool.domains.people.operations.accounts import add_account, found_staff_team
from wavepool.domains.people.queries import actor_of
from wavepool.domains.policies import operations as policies
from wavepool.plumbing.actor import MACHINE, Actor
from worlds.tenants import AT, Household, make_household

BANK: Final = "bank:main:external:CNY"
WALLET: Final = "payee:1:wallet:CNY"
_HEAD: Final = "external_id,name,old_level,followers,pieces,opened_on,claim_code\n"
_OLD: Final = _HEAD + "w-1,The old kitchen,红人,12000,340,2016-07-12,CODE-1234-ABCD\n"
_NEW: Final = _HEAD + "w-2,Two,红人,5,1,,CODE-5678-ABCD\nw-3,,ordinary,x,1,2016-13-01,short\n"


@dataclass(frozen=True)
class Furnished:
    """A household and two of staff.

    Attributes:
        accounts: "creator", "merchant", "agency", "staff", "second".
        values: what fills the parameters of addresses, by "PARAMETER" or "AREA.PARAMETER".
    """

    house: Household
    accounts: dict[str, Account]
    values: dict[str, str]

    def actor(self, name: str) -> Actor:
        """One of them with a second factor shown a minute ago."""
        found = actor_of(self.accounts[name], session={})
        return replace(found, mfa_at=AT - timedelta(minutes=1))


def furnish() -> Furnished:
    """Make everything, in an empty store."""
    names = {"slug": "things", "name": "Things", "name_zh": "东西", "parent": ""}
    catalog.add_category(**names, required_permit="", actor=MACHINE, as_of=AT)
    policies.install_defaults(actor=MACHINE, as_of=AT - timedelta(days=365))
    house = make_household("our", mark="OUR")
    accounts = dict(house.accounts)
    for name in ("staff", "second"):
        accounts[name] = add_account(
            email=f"{name}@example.com", name=name.title(), actor=MACHINE, as_of=AT
        )
    team = (accounts["staff"].pk, accounts["second"].pk)
    found_staff_team(slug="office", name="Office", owner_ids=team, actor=MACHINE, as_of=AT)
    made = Furnished(house, accounts, dict(house.values))
    # The household's picture has no file behind it; a page would miss it.
    ItemImage.objects.all().delete()
    catalog.put_on_sale(
        public_id=made.values["item"], shop_id=house.party_ids["shop"], actor=MACHINE, as_of=AT
    )
    accounts["creator"].set_password("three short words")
    accounts["creator"].save()
    _go_on_air(made)
    _announce(made)
    _post(made)
    _bring_accounts(made)
    return made


def _go_on_air(made: Furnished) -> None:
    """Everybody may see the household's piece and its session."""
    creator_id = made.house.party_ids["creator"]
    by: dict[str, Any] = {"creator_id": creator_id, "actor": made.actor("creator"), "as_of": AT}
    content.submit_piece(public_id=made.values["piece"], **by)
    live.start_session(public_id=made.values["session"], **by)


def _announce(made: Furnished) -> None:
    """Version 2 of the commission's policy is announced; of attribution it is a draft."""
    by: dict[str, Any] = {"actor": made.actor("staff"), "as_of": AT}
    drafts = {"commission": ("fee_ppm = 100000", "fee_ppm = 120000"), "attribution": ("", "")}
    for kind, (old, new) in drafts.items():
        draft = policies.begin_draft(kind=kind, **by)
        if not old:
            continue
        draft = policies.save_draft(
            kind=kind,
            number=draft.number,
            text=draft.text.replace(old, new, 1),
            summary="A higher fee.",
            first_date=draft.first_date,
            seen_digest=draft.digest,
            **by,
        )
        which = {"kind": kind, "number": draft.number, "seen_digest": draft.digest}
        policies.request_approval(**which, **by)
        policies.approve_version(**which, actor=made.actor("second"), as_of=AT)
        policies.publish_version(**which, **by)
    made.values.update({"kind": "commission", "number": "2", "draft.kind": "attribution"})
    made.values["group"] = "shops-with-plans"


def _post(made: Furnished) -> None:
    by: dict[str, Any] = {"actor": MACHINE, "as_of": AT}
    for kind, owner, purpose in (("bank", "main", "external"), ("payee", "1", "wallet")):
        name = ledger.AccountName(owner_kind=kind, owner_id=owner, purpose=purpose, currency="CNY")
        ledger.open_account(name=name, **by)
    transfer = ledger.NewTransfer(
        key="t", debit=BANK, credit=WALLET, currency="CNY", amount_minor=123_456
    )
    posted = ledger.post(key="first", transfers=[transfer], period="2026-11", **by)
    made.values.update({"code": WALLET, "transfer_id": str(posted.transfer_ids[0])})


def _bring_accounts(made: Furnished) -> None:
    """One file taken over, its account claimed; a second file waits for a look."""
    by: dict[str, Any] = {"actor": made.actor("staff"), "as_of": AT}
    more: dict[str, Any] = {"platform": "taobao-daren", "levels": people.LEVELS, **by}
    old = people.preview_import(file_name="old.csv", content=_OLD.encode(), **more)
    people.take_over_import(import_id=old.pk, actor=made.actor("second"), as_of=AT)
    new = people.preview_import(file_name="new.csv", content=_NEW.encode(), **more)
    people.claim_by_code(
        creator_id=made.house.party_ids["creator"],
        platform="taobao-daren",
        external_id="w-1",
        code="CODE-1234-ABCD",
        actor=made.actor("creator"),
        as_of=AT,
    )
    made.values["import.reference"] = new.reference
    made.values["old_account_id"] = str(OldAccount.objects.get(external_id="w-1").pk)
