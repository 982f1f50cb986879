"""Wallets: every party sees its own money, in words that name nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domains.ledger.small_books import AT, BANK, BY, HERE, move
from wavepool.domains.ledger import operations
from wavepool.domains.ledger.operations import AccountName
from wavepool.domains.people.models import CreatorPayee, Membership, Payee, Role
from wavepool.plumbing import keys
from wavepool.plumbing.homes import cards_of
from worlds.cast import World

pytestmark = pytest.mark.usefixtures("books")
PAGES = {
    "ada": "/studio/ada/wallet",
    "bao": "/merchant/bao-tea/wallet",
    "chen": "/agency/chen-mcn/wallet",
}


class Money:
    """Accounts of Ada's payee, of Bao's shop and of Chen's agency, with something on each."""

    def __init__(self, world: World) -> None:
        self.world = world
        early = AT - timedelta(days=400)
        company = {"kind": "company", "holder": world.ada, "created_at": early}
        self.payee = Payee.objects.create(
            pk=501, name="Ada's kitchen Ltd", licence_hash="a", **company
        )
        CreatorPayee.objects.create(creator=world.creator, payee=self.payee, valid_from=early)
        self.own = Payee.objects.create(
            pk=502, name="Chen Talents", kind="agency", agency=world.agency, created_at=early
        )
        self.ada = f"payee:{self.payee.pk}:wallet:CNY"
        self.chen = f"payee:{self.own.pk}:wallet:CNY"
        self.bao = f"shop:{world.shop.pk}:receivable:CNY"
        self.open("payee", self.payee.pk, "wallet")
        self.open("payee", self.own.pk, "wallet")
        self.open("shop", world.shop.pk, "receivable")
        self.post("one", move(8_000, self.bao, self.ada, kind="commission", subject="line:SECRET"))
        self.post(
            "two", move(3_000, self.ada, self.chen, kind="agency_share", subject="line:SECRET")
        )
        self.post("three", move(2_500, BANK, self.bao, kind="shop_payment"), period="2026-10")

    def open(self, kind: str, number: int, purpose: str) -> None:
        """Open an account in yuan."""
        name = AccountName(owner_kind=kind, owner_id=str(number), purpose=purpose, currency="CNY")
        operations.open_accounts(names=[name], **BY)

    def post(self, key: str, *transfers: Any, period: str = "2026-11") -> None:
        """Post to a month."""
        operations.post(key=key, transfers=transfers, period=period, **BY)


@pytest.fixture
def money(world: World) -> Money:
    return Money(world)


@pytest.fixture
def enter(world: World) -> Callable[[str], Client]:
    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as


def lines(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode().splitlines()


class TestAWallet:
    def test_shows_what_is_held_reserved_and_free(
        self, money: Money, enter: Callable[[str], Client]
    ) -> None:
        operations.reserve(key="r", transfers=[move(1_500, money.ada, BANK)], **HERE)
        page = enter("ada").get(PAGES["ada"] + "/").content.decode()
        for figure in ("CNY 50.00", "CNY 15.00", "CNY 35.00"):
            assert f'value="{figure}"' in page
        assert "Agency&#x27;s share" in page

    def test_of_an_agency_is_its_own(self, money: Money, enter: Callable[[str], Client]) -> None:
        page = enter("chen").get(PAGES["chen"] + "/").content.decode()
        assert 'value="CNY 30.00"' in page
        assert "CNY 80.00" not in page

    def test_follows_the_payee_in_force(
        self, money: Money, world: World, enter: Callable[[str], Client]
    ) -> None:
        CreatorPayee.objects.update(valid_to=AT - timedelta(days=300))
        page = enter("ada").get(PAGES["ada"] + "/").content.decode()
        assert "Nobody is named to be paid yet" in page
        assert "CNY 50.00" not in page

    def test_tells_the_other_side_in_words_alone(
        self, money: Money, enter: Callable[[str], Client]
    ) -> None:
        for name, path in PAGES.items():
            page = enter(name).get(f"{path}/").content.decode()
            file = "\n".join(lines(enter(name).get(f"{path}.csv")))
            for hidden in ("payee:", "shop:", "SECRET", "external"):
                assert hidden not in page, (name, hidden)
                assert hidden not in file, (name, hidden)
            for owner, words in (("ada", "kitchen Ltd"), ("chen", "Chen Talents")):
                assert name == owner or words not in page
        assert "Wallet of a payee" in enter("bao").get(PAGES["bao"] + "/").content.decode()

    def test_narrows_by_month_and_kind_and_goes_along(
        self, money: Money, enter: Callable[[str], Client]
    ) -> None:
        bao, path = enter("bao"), PAGES["bao"]
        assert len(lines(bao.get(f"{path}.csv"))) == 3
        (_head, row) = lines(bao.get(f"{path}.csv?month=2026-10"))
        assert row.endswith(",2500,CNY")
        (_head, row) = lines(bao.get(f"{path}.csv?kind=commission"))
        assert row.endswith(",-8000,CNY")
        assert bao.get(f"{path}.parquet").status_code == 200

    def test_sums_its_months(self, money: Money, enter: Callable[[str], Client]) -> None:
        page = enter("bao").get(PAGES["bao"] + "/").content.decode()
        table = page[page.index("What each month moved") :]
        for figure in ("2026-10", "CNY 25.00", "2026-11", "CNY 80.00"):
            assert figure in table

    def test_of_a_shop_says_what_is_owed(
        self, money: Money, enter: Callable[[str], Client]
    ) -> None:
        assert 'value="CNY 55.00"' in enter("bao").get(PAGES["bao"] + "/").content.decode()
        money.post("four", move(6_000, BANK, money.bao, kind="shop_payment"))
        page = enter("bao").get(PAGES["bao"] + "/").content.decode()
        assert "In credit" in page
        assert 'value="CNY 5.00"' in page

    def test_asks_as_many_queries_for_many_rows_as_for_few(
        self, money: Money, enter: Callable[[str], Client]
    ) -> None:
        def counted() -> dict[str, int]:
            found = {}
            for name, path in PAGES.items():
                client = enter(name)
                client.get(f"{path}/")
                with CaptureQueriesContext(connection) as caught:
                    assert client.get(f"{path}/").status_code == 200
                found[name] = len(caught)
            return found

        few = counted()
        for n in range(30):
            kinds = {"key": str(n), "kind": "commission"}
            money.post(
                f"m{n}", move(10, money.bao, money.ada, **kinds), period=f"2026-{n % 9 + 1:02}"
            )
            money.post(f"n{n}", move(1, money.ada, money.chen, key=str(n), kind="agency_share"))
        assert counted() == few

    def test_opens_without_any_money(self, world: World, enter: Callable[[str], Client]) -> None:
        for name, path in PAGES.items():
            for ending in ("/", ".csv", ".parquet"):
                assert enter(name).get(f"{path}{ending}").status_code == 200

    def test_opens_in_both_languages(self, money: Money, enter: Callable[[str], Client]) -> None:
        for name, path in PAGES.items():
            client = enter(name)
            client.cookies.load({"wavepool_language": "zh-hans"})
            assert "钱包" in client.get(f"{path}/").content.decode()


class TestTheDoorOfAWallet:
    def test_looks_missing_to_others_and_closed_to_who_may_not_see_money(
        self, money: Money, world: World, enter: Callable[[str], Client]
    ) -> None:
        Membership.objects.create(account=world.dong, creator=world.creator, role=Role.OPERATOR)
        for name, path in PAGES.items():
            for other in ("ada", "bao", "chen", "eve"):
                if other != name:
                    assert enter(other).get(f"{path}/").status_code == 404, (other, path)
        dong = enter("dong")
        assert dong.get(PAGES["ada"] + "/").status_code == 403
        assert dong.get(PAGES["ada"] + ".csv").status_code == 403
        assert PAGES["ada"] not in dong.get("/studio/ada/").content.decode()
        assert PAGES["ada"] in enter("ada").get("/studio/ada/").content.decode()

    def test_takes_no_orders(self, money: Money, enter: Callable[[str], Client]) -> None:
        assert enter("ada").post(PAGES["ada"] + "/").status_code in {200, 405}


class TestAHome:
    def test_shows_the_balance_to_who_may_see_money(
        self, money: Money, world: World, enter: Callable[[str], Client]
    ) -> None:
        assert 'value="CNY 50.00"' in enter("ada").get("/studio/ada/").content.decode()
        assert 'value="CNY 55.00"' in enter("bao").get("/merchant/bao-tea/").content.decode()
        assert 'value="CNY 30.00"' in enter("chen").get("/agency/chen-mcn/").content.decode()
        Membership.objects.create(account=world.dong, creator=world.creator, role=Role.OPERATOR)
        assert "CNY 50.00" not in enter("dong").get("/studio/ada/").content.decode()

    def test_asks_the_domains_what_they_have_to_say(self, money: Money, world: World) -> None:
        assert reverse("ledger.studio_wallet", args=["ada"])  # loads what registers itself

        class Space:
            kind, slug, party_id, can_finance = "studio", "ada", world.creator.pk, True

        cards = {str(card.label): card.value for card in cards_of(Space(), at=AT)}
        assert cards["Balance"] == (5_000, "CNY")
        Space.can_finance = False
        assert "Balance" not in {str(card.label) for card in cards_of(Space(), at=AT)}


class TestAWalletForPrograms:
    def ask(self, world: World, name: str, *scopes: str) -> Any:
        actor = world.actor(name)
        made = keys.make_key(
            account_id=actor.account_id, name="k", scopes=scopes, is_live=True, actor=actor, at=AT
        )
        headers = {"Authorization": f"Bearer {made.token}"}
        return Client().get("/api/v1/creators/ada/wallet", headers=headers)

    def test_says_what_it_holds(self, money: Money, world: World) -> None:
        answer = self.ask(world, "ada", "wallet:read")
        assert json.loads(answer.content) == [
            {
                "currency": "CNY",
                "balance": {"amount": "50.00", "currency": "CNY"},
                "reserved": {"amount": "0.00", "currency": "CNY"},
                "available": {"amount": "50.00", "currency": "CNY"},
            }
        ]

    def test_needs_the_scope_and_the_seat(self, money: Money, world: World) -> None:
        assert self.ask(world, "ada", "people:read").status_code == 403
        assert self.ask(world, "chen", "wallet:read").status_code == 404
