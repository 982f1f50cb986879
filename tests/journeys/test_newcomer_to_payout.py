"""A newcomer over HTTP: what is missing, what is met, the award on her statement, the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from journeys.office import ACCOUNT, Office, text_of
from wavepool.domains.programmes.models import Outcome
from wavepool.domains.statements import queries
from worlds.fair import DAY, START
from worlds.month_end import HOUR, SEPTEMBER, MonthEnd, months_of, settled_at
from worlds.newcomer import live, make_newcomer, sell

pytestmark = [pytest.mark.django_db, pytest.mark.must_run]
TASKS = "/studio/ada/tasks/"
ISSUED = settled_at(SEPTEMBER) + 3 * HOUR


@pytest.fixture
def office(
    world: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_office: Callable[[MonthEnd], Office],
) -> Office:
    return open_office(
        months_of(make_newcomer(world, settings, tmp_path, monkeypatch), monkeypatch)
    )


class TestANewcomer:
    def test_meets_her_tasks_and_is_paid(self, office: Office) -> None:
        grant(office)
        see_what_is_missing(office)
        meet_it(office)
        office.close(SEPTEMBER)
        read_the_award(office)
        be_paid(office)


def grant(office: Office) -> None:
    """Eve asks for September's budget of the programme, Fay agrees."""
    page = "/staff/programmes/new_anchor_cash/"
    office.at(START + DAY)
    eve = office.visit("eve")
    eve.open(page)
    eve.press(
        "Ask a second person",
        month=SEPTEMBER,
        amount="200000",
        traffic="1000000",
        reason="As planned.",
    )
    assert eve.says("You asked for it, so somebody else has to agree.")
    fay = office.visit("fay")
    fay.open(page)
    fay.press("Agree")
    assert fay.says('value="CNY 200000.00"')


def see_what_is_missing(office: Office) -> None:
    """After six evenings live Ada reads how far she is, what is missing, and until when."""
    fair = office.months.fair
    live(fair, first=1, last=6)
    sell(fair, 1)
    office.months.draft(office.at(START + 8 * DAY))
    ada = office.visit("ada")
    ada.open(TASKS)
    said = text_of(ada)
    assert "New anchor cash" in said
    assert "6 of 10" in said
    assert "12 of 20" in said
    assert "4 still missing, until 1 Oct 2026" in said
    assert ada.says('value="CNY 2000.00"')
    assert "In progress" in said


def meet_it(office: Office) -> None:
    """Six evenings more and three sales: every condition is met before the month is over."""
    fair = office.months.fair
    live(fair, first=7, last=12)
    sell(fair, 3, since=START + 10 * DAY)
    office.months.draft(office.at(START + 25 * DAY))
    ada = office.visit("ada")
    ada.open(TASKS)
    said = text_of(ada)
    assert "12 of 10" in said
    assert "24 of 20" in said
    assert "Every condition is met; it is approved with the month's final run." in said
    assert not Outcome.objects.exists()


def read_the_award(office: Office) -> None:
    """The award stands on Ada's statement of September and says why; her tasks say approved."""
    office.at(ISSUED + HOUR)
    ada = office.visit("ada")
    ada.open(TASKS)
    assert "It is part of the month's statement." in text_of(ada)
    ada.open("/studio/ada/statements/2026-09/")
    ada.follow("A:new_anchor_cash")
    said = text_of(ada)
    assert "Paid ¥600.00." in said
    statement = office.months.statement("ada", SEPTEMBER)
    (award,) = queries.lines_of(statement).filter(kind="award")
    assert (award.key, award.gross_micro) == (
        f"A:new_anchor_cash:new_anchor_cash:start:{office.months.fair.world.creator.pk}",
        600 * 100 * 10**6,
    )
    ada.open("/studio/ada/payouts/account/")
    ada.press("Set it", **ACCOUNT)


def be_paid(office: Office) -> None:
    """The payout pays the statement whole, so the task is paid out too."""
    payout = office.pay(ISSUED + 9 * DAY)
    statement = office.months.statement("ada", SEPTEMBER)
    assert (payout.state, payout.amount_minor) == ("paid", statement.net_minor)
    assert Outcome.objects.get().reference == payout.public_id
    office.at(ISSUED + 9 * DAY + timedelta(minutes=1))
    ada = office.visit("ada")
    ada.open(TASKS)
    assert "Paid out" in text_of(ada)
