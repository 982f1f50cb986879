"""The stories of the platform's ground, told over HTTP page by page, as people without scripts live them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from journeys.visiting import Visitor
from wavepool.domains.ledger import operations as ledger
from wavepool.domains.people.models import CreatorPayee
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from worlds.cast import World
from worlds.policy_desk import make_desk
from worlds.shelf import make_shelf

pytestmark = pytest.mark.django_db

GOODS: Final = """item,title,category,sku,price,stock,state
PU,Pu-erh cake,tea,PU-1,188.00,40,on_sale
POT,Clay pot,home,POT-1,99.00,12,on_sale
POT,Clay pot,home,POT-2,129.00,12,on_sale
BAD,Nowhere,nowhere,BAD-1,1.00,1,draft
"""
BANK: Final = "bank:main:external:CNY"


def scan() -> SimpleUploadedFile:
    """A picture of a document."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 40), "white").save(picture, "PNG")
    return SimpleUploadedFile("card.png", picture.getvalue(), "image/png")


def with_factor(account: Any) -> Visitor:
    """Somebody who showed a second factor a moment ago."""
    visitor = Visitor(account)
    session = visitor.client.session
    at = clock.now().timestamp()
    session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
    session.save()
    return visitor


def become_a_creator(world: World) -> Visitor:
    """Dong opens a studio and walks all six steps; Eve checks the identity."""
    dong, eve = Visitor(world.dong), Visitor(world.eve)
    dong.open("/become-a-creator/")
    dong.follow("Begin")
    dong.press("Open my studio", name="Dong's garden", handle="dong-garden", role="gardener")
    assert dong.path == "/studio/dong-garden/start/"
    dong.open("/studio/dong-garden/profile/")
    dong.press("Save", bio="Plants in a small yard.")
    dong.open("/studio/dong-garden/channels/")
    dong.press("Add", channel="weitao", external_id="d-1", name="Dong")
    dong.open("/studio/dong-garden/terms/")
    dong.press("I agree to these terms")
    dong.open("/studio/dong-garden/start/")
    assert dong.says("4 of 6 steps are done")

    dong.open("/studio/dong-garden/identity/")
    dong.follow("Verify identity")
    dong.press(
        "Send",
        legal_name="Dong Mei",
        document="national_id",
        number="110105199001018828",
        scan=scan(),
    )
    eve.open("/staff/verifications/?state=submitted")
    eve.follow("Dong Mei")
    assert not eve.says("110105199001018828")
    eve.press("Approve", reason="Face and document agree.")
    dong.open("/studio/dong-garden/payee/")
    dong.press("Set the payee", payee=_first_choice(dong, "payee"))
    dong.open("/studio/dong-garden/")
    assert not dong.says("Becoming a creator")
    return dong


def _first_choice(visitor: Visitor, name: str) -> str:
    head = f'type="radio" name="{name}" value="'
    return visitor.text.split(head, 1)[1].split('"', 1)[0]


class TestACreator:
    def test_is_known_signed_and_introduced(self, world: World) -> None:
        dong, chen = become_a_creator(world), Visitor(world.chen)
        chen.open("/agency/chen-mcn/contracts/")
        chen.follow("Propose a contract")
        chen.press("Propose", handle="dong-garden", direct="30", pool="25")
        assert chen.says("Waiting for the other side", "Nothing applies yet.")

        dong.open("/studio/dong-garden/contracts/")
        dong.follow("Chen Talents")
        assert dong.says("The other side waits for your answer", "30%", "25%")
        dong.press("Agree")
        assert dong.says("In force")

        chen.open("/agency/chen-mcn/introductions/new/")
        today = clock.now().date().isoformat()
        chen.press(
            "Report",
            handle="dong-garden",
            introduced_date=today,
            evidence="We trained her in June.",
        )
        dong.open("/studio/dong-garden/contracts/")
        assert dong.says("We trained her in June.")
        dong.press("Confirm")
        chen.open("/agency/chen-mcn/introductions/")
        assert chen.says("Dong&#x27;s garden", "Confirmed")
        chen.open("/agency/chen-mcn/roster/")
        assert chen.says("Dong&#x27;s garden", "30%", "25%")

    def test_is_paid_in_books_that_staff_prove(self, world: World) -> None:
        dong, eve = become_a_creator(world), Visitor(world.eve)
        payee_id = CreatorPayee.objects.get().payee_id
        by: dict[str, Any] = {"actor": MACHINE, "as_of": clock.now()}
        for kind, owner, purpose in (
            ("bank", "main", "external"),
            ("payee", str(payee_id), "wallet"),
        ):
            name = ledger.AccountName(
                owner_kind=kind, owner_id=owner, purpose=purpose, currency="CNY"
            )
            ledger.open_account(name=name, **by)
        wallet = f"payee:{payee_id}:wallet:CNY"
        paid = ledger.NewTransfer(
            key="commission", debit=BANK, credit=wallet, currency="CNY", amount_minor=128_050
        )
        ledger.post(key="november", transfers=[paid], period="2026-11", **by)

        dong.open("/studio/dong-garden/wallet/")
        assert dong.says("1,280.50")
        eve.open("/staff/ledger/proofs/")
        eve.press("Prove what is new")
        assert eve.says("The books reconcile.")
        eve.open("/staff/ledger/")
        assert eve.says("1,280.50")


class TestAMerchant:
    def test_opens_a_shop_fills_it_by_file_and_sees_which_plan_wins(self, world: World) -> None:
        make_shelf(world)
        dong, eve = Visitor(world.dong), Visitor(world.eve)
        dong.open("/open-a-shop/")
        dong.press("Open", name="Dong Tea House", slug="dong-tea", currency="CNY")
        assert dong.path == "/merchant/dong-tea/"

        dong.open("/merchant/dong-tea/permits/")
        dong.follow("Hand in a permit")
        until = (clock.now() + timedelta(days=400)).date().isoformat()
        dong.press("Hand in", kind="food", number="JY-2026-1", expires_date=until)
        eve.open("/staff/permits/")
        eve.follow("Food licence")
        eve.press("Approve")
        dong.open("/merchant/dong-tea/permits/")
        assert dong.says("JY-2026-1", "Approved")

        dong.open("/merchant/dong-tea/goods/")
        dong.follow("Import a file")
        file = SimpleUploadedFile("goods.csv", GOODS.encode(), "text/csv")
        dong.press("Look at it", subject="goods", file=file)
        assert dong.says("Rows that break a rule", "nowhere")
        dong.press("Apply")
        dong.open("/merchant/dong-tea/goods/")
        assert dong.says("Pu-erh cake", "188.00", "Clay pot", "99.00")

        for kind, rate, extra in (
            ("shop", "10", {}),
            ("targeted_item", "18", {"item": "PU", "creator": "ada"}),
        ):
            dong.open("/merchant/dong-tea/plans/new/")
            dong.press("See what it does", kind=kind, rate=rate, **extra)
            dong.press("Open this plan")
        dong.open("/merchant/dong-tea/goods/")
        dong.follow("Pu-erh cake")
        assert dong.says("For a creator whom no plan names, now.")
        assert _winner(dong) == "10%"
        dong.press("Show", creator="ada")
        assert dong.says("It comes first in the order of plans.")
        assert _winner(dong) == "18%"


def _winner(visitor: Visitor) -> str:
    """The rate on the line of the winning plan."""
    (row,) = [each.split("</tr>", 1)[0] for each in visitor.text.split("<tr") if "is-first" in each]
    return next(
        part.split("<", 1)[0] for part in row.split(">") if part.split("<")[0].endswith("%")
    )


class TestTwoOfStaff:
    def test_bring_a_policy_from_a_draft_into_force(self, world: World) -> None:
        make_desk(world)
        eve, fay, anybody = with_factor(world.eve), with_factor(world.fay), Visitor()
        eve.open("/staff/policies/commission/")
        eve.press("New draft")
        text = eve.page.forms[-1].values["text"]
        eve.press(
            "Save draft",
            text=text.replace("fee_ppm = 100000", "fee_ppm = 120000"),
            summary="The platform keeps 12%.",
        )
        assert eve.says("10%", "12%")
        eve.press("Ask a second person")
        assert eve.says("somebody else who owns the terms has to agree")
        anybody.open("/policies/commission/")
        assert not anybody.says("12%")

        fay.open("/staff/policies/commission/v2/")
        fay.press("Agree")
        eve.open("/staff/policies/commission/v2/")
        eve.press("Announce")
        anybody.open("/policies/commission/")
        assert anybody.says("A change is announced", "<dd>10%</dd>")

        with time_machine.travel(clock.now() + timedelta(days=9)):
            anybody.open("/policies/commission/")
            assert anybody.says("<dd>12%</dd>", "Version 2 in force")
