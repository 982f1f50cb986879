"""A month over HTTP: closed, explained, objected to, paid out, and taken back by late refunds.

The fair's facts stand in for content and orders; everything that people do about money they do on
pages, and what the machine does its worker does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from journeys.office import ACCOUNT, Office, prove, text_of
from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts.models import Payout
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Objection
from worlds.fair import DAY, ms
from worlds.month_end import (
    HOUR,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    MonthEnd,
    make_month_end,
    settled_at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.must_run]
ISSUED = settled_at(SEPTEMBER) + 3 * HOUR


@pytest.fixture
def office(
    world: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_office: Callable[[MonthEnd], Office],
) -> Office:
    return open_office(make_month_end(world, settings, tmp_path, monkeypatch))


def number(office: Office) -> int:
    """Ada's number, which ends the keys of her lines."""
    return int(office.months.fair.world.creator.pk)


def why_of_line_1(office: Office) -> str:
    """The address of September's first line."""
    return f"/studio/ada/statements/2026-09/lines/C.1.{number(office)}/why/"


def refund(office: Office, line: int, minor: int, at: datetime) -> None:
    """The buyer of an order line has money back, long after it was paid for."""
    rows = office.months.fair.facts["refunds"]
    rows.append(
        {"refund_id": len(rows) + 1, "line_id": line, "refund_minor": minor, "refunded_at": ms(at)}
    )


def verify(receipt: bytes, manifest: bytes, folder: Path) -> tuple[int, str]:
    """The command as people run it, in a process of its own without a site."""
    paths = folder / "receipt.json", folder / "manifest.json"
    for path, content in zip(paths, (receipt, manifest), strict=True):
        path.write_bytes(content)
    words = ["verify", str(paths[0]), "--manifest", str(paths[1])]
    done = subprocess.run(
        [sys.executable, "-c", "from wavepool.cli import main; main()", *words],
        capture_output=True, text=True, check=False, timeout=120, cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


class TestAMonth:
    def test_leads_from_its_close_to_the_money_and_a_late_refund_back(
        self, office: Office, tmp_path: Path
    ) -> None:
        office.close(SEPTEMBER)
        receive_and_understand(office, tmp_path)
        object_and_hear(office)
        be_paid(office)

        # Long after the payout the buyer of line 1 sends the tea back, and then that of line 2.
        refund(office, 1, 10_000, settled_at(SEPTEMBER) + 15 * DAY)
        office.close(OCTOBER)
        lose_a_commission(office, tmp_path)
        refund(office, 2, 10_037, settled_at(OCTOBER) + 5 * DAY)
        office.close(NOVEMBER)
        owe_the_rest(office)
        (payout,) = Payout.objects.all()
        assert (payout.state, payout.amount_minor) == ("paid", 9_870)
        payee = f"payee:{office.months.fair.payees['ada'].pk}"
        assert books.get_account(f"{payee}:receivable:CNY").balance_minor == -321
        assert books.prove_books().reconciles


def receive_and_understand(office: Office, folder: Path) -> None:
    """Ada opens September, asks why of its first line, and recomputes it at home."""
    office.at(ISSUED + HOUR)
    ada = office.visit("ada")
    ada.open("/studio/ada/statements/")
    ada.follow("2026-09")
    assert ada.says('value="CNY 98.70"', "Final")
    ada.follow(f"C:1:{number(office)}")
    assert ada.path == why_of_line_1(office)
    said = text_of(ada)
    assert (
        "You were the last creator this buyer really watched (8 s, 5 h before paying) for this "
        "item, so you earn the ¥3.20 commission, after 20 % for your agency." in said
    )
    for figure in ("¥100.00", "20%", "¥20.00", "¥4.00", "¥0.80", "Watched for 8 seconds"):
        assert figure in said, figure
    receipt, manifest = ada.fetch("Receipt"), ada.fetch("Manifest")
    code, told = verify(receipt, manifest, folder)
    assert (code, "the line stands under this manifest" in told) == (0, True), told
    edited = receipt.replace(b'"amount_minor": 320', b'"amount_minor": 321')
    assert edited != receipt
    assert verify(edited, manifest, folder)[0] == 4


def object_and_hear(office: Office) -> None:
    """Ada objects to the line; it is not paid while that is open; Fay answers with reasons."""
    ada = office.visit("ada")
    ada.open(why_of_line_1(office))
    ada.press("Send the objection", text="The buyer told me that it was two cakes.", file=None)
    assert ada.says("Waits for an answer")
    ada.open("/studio/ada/payouts/account/")
    ada.press("Set it", **ACCOUNT)
    assert ada.says("Set. It is paid to in three days.", "0001")
    ada.open("/studio/ada/payouts/")
    assert ada.says("3.20 CNY is under an open objection.")
    office.at(ISSUED + DAY)
    fay = office.visit("fay")
    fay.open("/staff/objections/")
    fay.open(f"/staff/objections/{Objection.objects.get().public_id}/")
    fay.press("Answer", outcome="rejected", answer="The shop's parcel held one cake; see line 1.")
    assert fay.says("Answered. The payee reads your reasons.")
    office.at(ISSUED + DAY + HOUR)
    ada = office.visit("ada")
    ada.open(why_of_line_1(office))
    assert "The shop's parcel held one cake; see line 1." in text_of(ada)
    assert "Fay" not in ada.text


def be_paid(office: Office) -> None:
    """After the days of the reserve all of it is paid out, by two persons and the bank."""
    payout = office.pay(ISSUED + 9 * DAY)
    assert (payout.state, payout.amount_minor) == ("paid", 9_870)
    ada = office.visit("ada")
    ada.open(f"/studio/ada/payouts/{payout.public_id}/")
    assert ada.says("Paid", 'value="CNY 98.70"', SEPTEMBER)
    ada.open("/studio/ada/statements/2026-09/")
    assert ada.says("All of it left.")


def lose_a_commission(office: Office, folder: Path) -> None:
    """October takes back what September paid for the order, at the rate of then."""
    ada = office.visit("ada")
    ada.open("/studio/ada/statements/2026-10/")
    assert ada.says('value="CNY 14.19"')
    ada.follow(f"R:1:{number(office)}")
    said = text_of(ada)
    assert "The buyer has ¥100.00 of ¥100.00 back, so ¥3.20 of your ¥3.20 is reversed" in said
    assert "Order line 1" in said
    assert "at the original rate" in said
    assert f'href="{why_of_line_1(office)}"' in ada.text
    assert verify(ada.fetch("Receipt"), ada.fetch("Manifest"), folder)[0] == 0
    line = queries.lines_of(office.months.statement("ada", OCTOBER)).get(key__startswith="R:1:")
    assert (line.amount_minor, line.order_line_id) == (-320, 1)
    agency = queries.lines_of(office.months.statement("agency", OCTOBER)).get(
        key__startswith="RG:1:"
    )
    assert (agency.amount_minor, agency.order_line_id) == (-80, 1)
    # September stays as it was issued and paid.
    assert office.months.statement("ada", SEPTEMBER).net_minor == 9_870


def owe_the_rest(office: Office) -> None:
    """November brought nothing but a refund: its debt waits for later months and is kept back."""
    november = office.months.statement("ada", NOVEMBER)
    assert (november.net_minor, november.refund_minor, november.debt_out_minor) == (0, 321, 321)
    office.at(settled_at(NOVEMBER) + 3 * HOUR + timedelta(minutes=5))
    ada = office.visit("ada")
    ada.open("/studio/ada/statements/2026-11/")
    assert ada.says("Owed later", 'value="CNY 3.21"')
    ada.follow(f"R:2:{number(office)}")
    assert "so ¥3.21 of your ¥3.21 is reversed" in text_of(ada)
    ada.open("/studio/ada/payouts/")
    assert ada.says("3.21 CNY is owed for refunds that came after a payout.")
    prove()
