"""A month in a real browser: closed, explained, objected to, paid out, taken back by late refunds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from typer.testing import CliRunner

from browser.browser_kit import check_axe, shoot
from browser.conftest import Visit
from wavepool.cli import build_app
from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts.models import Payout
from worlds.cast import World
from worlds.fair import DAY, ms
from worlds.month_end import (
    HOUR,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    MonthEnd,
    end_of,
    make_month_end,
    settled_at,
    work,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.must_run]
ISSUED = settled_at(SEPTEMBER) + 3 * HOUR


@dataclass
class Office:
    """The months, and `visit(name, at)`: somebody's browser at a moment."""

    months: MonthEnd
    visit: Visit

    @property
    def ada(self) -> int:
        """Ada's number, which ends the keys of her lines."""
        return int(self.months.fair.world.creator.pk)


@pytest.fixture
def office(
    world: World,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: Any,
    visit: Visit,
) -> Office:
    clock.move_to(end_of(SEPTEMBER))
    return Office(make_month_end(world, settings, tmp_path, monkeypatch), visit)


def settle(office: Office, month: str) -> None:
    """Eve puts the draft to objection and, a week later, makes it final."""
    end = end_of(month)
    office.months.draft(end + DAY)
    with office.visit("eve", end + 3 * DAY + HOUR) as page:
        page.goto(f"/staff/pools/{month}/")
        answer(page, "Publish the draft", "Publish")
        page.get_by_text("Published. Payees may object for seven days.").wait_for()
    with office.visit("eve", settled_at(month)) as page:
        page.goto(f"/staff/pools/{month}/")
        answer(page, "Close the month", "Close")
        page.get_by_text("The month closes with its final run").wait_for()
        work(settled_at(month) + HOUR / 2)
        answer(page, "Close the month", "Close")
        page.get_by_text("Closed. The shares are final.").wait_for()


def close(office: Office, month: str) -> None:
    """Eve reconciles, Fay approves, the worker posts, locks and issues."""
    settle(office, month)
    with office.visit("eve", settled_at(month) + HOUR) as page:
        page.goto(f"/staff/closes/{month}/")
        page.get_by_role("button", name="Reconcile").click()
        page.get_by_text("Somebody else of finance has to approve it.").wait_for()
        assert page.get_by_role("button", name="Approve", exact=True).count() == 0
    with office.visit("fay", settled_at(month) + 2 * HOUR) as page:
        page.goto(f"/staff/closes/{month}/")
        check_axe(page)
        answer(page, "Approve", "Approve")
        page.get_by_text("Approved. The month is posted, locked and issued now.").wait_for()
    work(settled_at(month) + 3 * HOUR)
    assert books.prove_books().reconciles


def answer(page: Page, ask: str, yes: str) -> None:
    """Open a question by its button and answer it."""
    page.get_by_role("button", name=ask, exact=True).first.click()
    page.get_by_role("dialog").locator("form").get_by_role("button", name=yes, exact=True).click()


def refund(office: Office, line: int, minor: int, at: datetime) -> None:
    """The buyer of an order line has money back."""
    rows = office.months.fair.facts["refunds"]
    rows.append(
        {"refund_id": len(rows) + 1, "line_id": line, "refund_minor": minor, "refunded_at": ms(at)}
    )


class TestAMonth:
    def test_leads_from_its_close_to_the_money_and_a_late_refund_back(
        self, office: Office, tmp_path: Path
    ) -> None:
        close(office, SEPTEMBER)
        understand_and_object(office, tmp_path)
        hear(office)
        be_paid(office)
        refund(office, 1, 10_000, settled_at(SEPTEMBER) + 15 * DAY)
        close(office, OCTOBER)
        lose_a_commission(office)
        refund(office, 2, 10_037, settled_at(OCTOBER) + 5 * DAY)
        office.months.close(NOVEMBER)
        owe_the_rest(office)
        (payout,) = Payout.objects.all()
        assert (payout.state, payout.amount_minor) == ("paid", 9_870)
        payee = f"payee:{office.months.fair.payees['ada'].pk}"
        october = office.months.statement("ada", OCTOBER)
        assert books.get_account(f"{payee}:wallet:CNY").balance_minor == october.net_minor > 321
        assert books.get_account(f"{payee}:receivable:CNY").balance_minor == -321


def understand_and_object(office: Office, folder: Path) -> None:
    """The Why opens beside the statement; its receipt is recomputed; Ada objects and says where to pay."""
    with office.visit("ada", ISSUED + HOUR) as page:
        page.goto("/studio/ada/statements/")
        page.get_by_role("link", name="2026-09").first.click()
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name=f"C:1:{office.ada}", exact=True).click()
        sheet = page.get_by_role("dialog")
        sheet.get_by_text(
            "so you earn the ¥3.20 commission, after 20 % for your agency."
        ).wait_for()
        assert page.url.endswith(f"/statements/2026-09/lines/C.1.{office.ada}/why/")
        shoot(page, "month-why-sheet")
        page.reload()
        page.get_by_text("You were the last creator this buyer really watched").wait_for()
        check_axe(page)
        shoot(page, "month-why")
        paths = []
        for name in ("Receipt", "Manifest"):
            with page.expect_download() as download:
                page.get_by_role("link", name=name, exact=True).click()
            paths.append(folder / f"{name}.json")
            download.value.save_as(paths[-1])
        words = ["verify", str(paths[0]), "--manifest", str(paths[1])]
        done = CliRunner().invoke(build_app([]), words)
        assert (done.exit_code, "the line stands under this manifest" in done.output) == (0, True)
        page.get_by_text("Object to this line").click()
        page.get_by_label("What is wrong with this line").fill("The buyer took two cakes.")
        page.get_by_role("button", name="Send the objection").click()
        page.get_by_text("Waits for an answer").first.wait_for()
        page.goto("/studio/ada/payouts/account/")
        page.get_by_label("Way of payment").select_option("sandbox")
        page.get_by_label("Holder").fill("Ada")
        page.get_by_label("Number of the account").fill("6222000011110001")
        page.get_by_role("button", name="Set it").click()
        page.get_by_text("Set. It is paid to in three days.").wait_for()


def hear(office: Office) -> None:
    """Fay answers with reasons, and Ada reads them on the line."""
    with office.visit("fay", ISSUED + DAY) as page:
        page.goto("/staff/objections/")
        page.locator("main tbody a").first.click()
        page.get_by_label("Reasons").fill("The parcel held one cake; see order line 1.")
        page.get_by_role("button", name="Answer", exact=True).click()
        page.get_by_text("Answered. The payee reads your reasons.").wait_for()
    with office.visit("ada", ISSUED + DAY + HOUR) as page:
        page.goto(f"/studio/ada/statements/2026-09/lines/C.1.{office.ada}/why/")
        said = page.get_by_role("list", name="What was said")
        said.get_by_text("The parcel held one cake; see order line 1.").wait_for()


def be_paid(office: Office) -> None:
    """Eve drafts a batch and answers for it, Fay signs, the bank pays."""
    at = ISSUED + 9 * DAY
    with office.visit("eve", at) as page:
        page.goto("/staff/payouts/")
        page.get_by_label("Way of payment").select_option("sandbox")
        page.get_by_role("button", name="Draft it").click()
        page.get_by_role("button", name="Answer for it and ask for the signature").click()
        page.get_by_text("so somebody else has to sign").wait_for()
        address = page.url
    with office.visit("fay", at) as page:
        page.goto(address)
        check_axe(page)
        shoot(page, "month-batch")
        page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_text("Signed. The money is reserved and leaves now.").wait_for()
    work(at + HOUR)
    assert books.prove_books().reconciles
    payout = Payout.objects.get()
    assert (payout.state, payout.amount_minor) == ("paid", 9_870)
    with office.visit("ada", at + HOUR) as page:
        page.goto("/studio/ada/statements/2026-09/")
        page.get_by_text("All of it left.").first.wait_for(state="attached")
        shoot(page, "month-paid")


def lose_a_commission(office: Office) -> None:
    """October takes back what September paid for the order, and its line leads to the old one."""
    with office.visit("ada", settled_at(OCTOBER) + 4 * HOUR) as page:
        page.goto("/studio/ada/statements/2026-10/")
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name=f"R:1:{office.ada}", exact=True).click()
        sheet = page.get_by_role("dialog")
        sheet.get_by_text("so ¥3.20 of your ¥3.20 is reversed").wait_for()
        sheet.get_by_text("at the original rate").first.wait_for()
        shoot(page, "month-refund-sheet")
        sheet.get_by_role("link", name="Commission · 2026-09").click()
        page.get_by_text("so you earn the ¥3.20 commission").first.wait_for()


def owe_the_rest(office: Office) -> None:
    """November is below zero: what is owed stands on the statement and against the next payout."""
    with office.visit("ada", settled_at(NOVEMBER) + 4 * HOUR) as page:
        page.goto("/studio/ada/statements/2026-11/")
        page.get_by_text("Owed later").wait_for()
        shoot(page, "month-debt")
        page.goto("/studio/ada/payouts/")
        page.get_by_text("3.21 CNY is owed for refunds that came after a payout.").wait_for()
        check_axe(page)
    assert books.prove_books().reconciles
