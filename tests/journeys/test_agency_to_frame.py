"""An agency over HTTP: it introduces an anchor, who confirms, and the quarter pays the frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from journeys.office import Office, text_of
from wavepool.domains.people.models import Introduction
from wavepool.domains.statements import queries
from worlds.fair import DAY, START
from worlds.month_end import HOUR, SEPTEMBER, MonthEnd, end_of, months_of, settled_at
from worlds.square import make_square

pytestmark = [pytest.mark.django_db, pytest.mark.must_run]
HOME = "/agency/chen-mcn"
ISSUED = settled_at(SEPTEMBER) + 3 * HOUR


@pytest.fixture
def office(
    world: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_office: Callable[[MonthEnd], Office],
) -> Office:
    square = make_square(world, tmp_path, settings, monkeypatch)
    # Who brought Ada is said on pages here.
    Introduction.objects.all().delete()
    return open_office(months_of(square.fair, monkeypatch))


class TestAnAgency:
    def test_is_paid_for_the_anchor_that_it_brought(self, office: Office) -> None:
        introduce(office)
        see_the_cell(office)
        office.close(SEPTEMBER)
        be_paid_the_frame(office)
        settle_line_by_line(office)


def introduce(office: Office) -> None:
    """Chen reports that the agency brought Ada; she confirms it."""
    office.at(START - 20 * DAY)
    chen = office.visit("chen")
    chen.open(f"{HOME}/introductions/new/")
    chen.press(
        "Report it", handle="ada", introduced_date="2026-08-02", evidence="Her signed letter."
    )
    assert chen.says("Reported. The anchor confirms it or objects.")
    office.at(START - 19 * DAY)
    ada = office.visit("ada")
    ada.open("/studio/ada/contracts/")
    assert ada.says("Her signed letter.")
    ada.press("Confirm Chen Talents")
    assert ada.says("Confirmed.")
    assert Introduction.objects.get().state == "won"


def see_the_cell(office: Office) -> None:
    """Four evenings live and received sales later the frame shows the cell and what is next."""
    office.months.draft(office.at(end_of(SEPTEMBER) + HOUR))
    chen = office.visit("chen")
    chen.open(f"{HOME}/frame/")
    said = text_of(chen)
    assert chen.text.count('data-heat="4" aria-current="true"') == 1
    assert "you: 1 anchor" in said
    assert "2 more counted anchors raise every B anchor from" in said
    assert "Counted in grade B" in said
    assert chen.says('value="CNY 200.00"')


def be_paid_the_frame(office: Office) -> None:
    """September ends the quarter: base reward and frame stand on the agency's statement."""
    office.at(ISSUED + HOUR)
    chen = office.visit("chen")
    chen.open(f"{HOME}/statements/2026-09/")
    statement = office.months.statement("agency", SEPTEMBER)
    awards = queries.lines_of(statement).filter(kind="award").order_by("key")
    assert [(each.source, each.amount_minor) for each in awards] == [
        ("base", 5_000),
        ("frame", 20_000),
    ]
    chen.follow(awards[1].key)
    assert "Paid ¥200.00." in text_of(chen)


def settle_line_by_line(office: Office) -> None:
    """The settlement's lines and the statement come to the same cent."""
    office.at(ISSUED + HOUR + timedelta(minutes=1))
    statement = office.months.statement("agency", SEPTEMBER)
    lines = queries.lines_of(statement).filter(is_held=False)
    assert sum(each.amount_minor for each in lines) == statement.payable_minor
    chen = office.visit("chen")
    chen.open(f"{HOME}/settlement/?period=2026-09")
    assert "The lines below are the statement, to the millionth" in text_of(chen)
    assert chen.says(f'value="CNY {statement.payable_minor / 100:.2f}"', "Ada")
