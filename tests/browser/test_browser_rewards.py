"""Two rewards in a real browser: a newcomer's cash, an agency's frame; the office works over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.browser_kit import check_axe
from browser.conftest import Visit
from journeys.office import Office
from wavepool.domains.people.models import Introduction
from worlds.cast import World
from worlds.fair import DAY, START
from worlds.month_end import HOUR, SEPTEMBER, end_of, months_of, settled_at, work
from worlds.newcomer import live, make_newcomer, sell
from worlds.square import make_square

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.must_run]
ISSUED = settled_at(SEPTEMBER) + 3 * HOUR
LATER = timedelta(minutes=1)


class BusyOffice(Office):
    """The office while the clock runs: its jobs are done a minute later than they were asked for."""

    def at(self, moment: datetime) -> datetime:
        """Let it be that moment, and say when its work is done."""
        return super().at(moment) + LATER


def test_a_newcomer_meets_her_tasks_and_is_paid(
    world: World,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: Any,
    visit: Visit,
) -> None:
    months = months_of(make_newcomer(world, settings, tmp_path, monkeypatch), monkeypatch)
    office, fair = BusyOffice(months, clock), months.fair
    with visit("eve", START + DAY) as page:
        page.goto("/staff/programmes/new_anchor_cash/")
        page.get_by_label("Month").fill(SEPTEMBER)
        page.get_by_label("Money").fill("200000")
        page.get_by_label("Traffic").fill("1000000")
        page.get_by_label("Why").fill("As planned.")
        page.get_by_role("button", name="Ask a second person").click()
        page.get_by_text("You asked for it, so somebody else has to agree.").wait_for()
    with visit("fay", START + DAY + HOUR) as page:
        page.goto("/staff/programmes/new_anchor_cash/")
        page.get_by_role("button", name="Agree").click()
        expect(page.locator("main")).to_contain_text("200,000.00")
    live(fair, first=1, last=6)
    sell(fair, 1)
    months.draft(office.at(START + 8 * DAY))
    with visit("ada", START + 8 * DAY + HOUR) as page:
        page.goto("/studio/ada/tasks/")
        expect(page.locator("main")).to_contain_text("4 still missing, until 1 Oct 2026")
        check_axe(page)
    live(fair, first=7, last=12)
    sell(fair, 3, since=START + 10 * DAY)
    months.draft(office.at(START + 25 * DAY))
    office.close(SEPTEMBER)
    with visit("ada", ISSUED + HOUR) as page:
        page.goto("/studio/ada/statements/2026-09/?kind=award")
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name="A:new_anchor_cash").click()
        page.get_by_role("dialog").get_by_text("Paid ¥600.00.").first.wait_for()
        page.goto("/studio/ada/payouts/account/")
        page.get_by_label("Way of payment").select_option("sandbox")
        page.get_by_label("Holder").fill("Ada")
        page.get_by_label("Number of the account").fill("6222000011110001")
        page.get_by_role("button", name="Set it").click()
        page.get_by_text("Set. It is paid to in three days.").wait_for()
    office.pay(ISSUED + 9 * DAY)
    work(office.at(ISSUED + 9 * DAY + HOUR / 2))
    with visit("ada", ISSUED + 9 * DAY + HOUR) as page:
        page.goto("/studio/ada/tasks/")
        expect(page.locator("main")).to_contain_text("Paid out")


def test_an_agency_is_paid_for_the_anchor_that_it_brought(
    world: World,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: Any,
    visit: Visit,
) -> None:
    square = make_square(world, tmp_path, settings, monkeypatch)
    # Who brought Ada is said on pages here.
    Introduction.objects.all().delete()
    months = months_of(square.fair, monkeypatch)
    office, home = BusyOffice(months, clock), "/agency/chen-mcn"
    with visit("chen", START - 20 * DAY) as page:
        page.goto(f"{home}/introductions/new/")
        page.locator("[name=handle]").fill("ada")
        page.locator("[name=introduced_date]").fill("2026-08-02")
        page.locator("[name=evidence]").fill("Her signed letter.")
        page.get_by_role("button", name="Report it").click()
        page.get_by_text("Reported. The anchor confirms it or objects.").wait_for()
    with visit("ada", START - 19 * DAY) as page:
        page.goto("/studio/ada/contracts/")
        page.get_by_role("button", name="Confirm Chen Talents").click()
        page.get_by_text("Confirmed.").first.wait_for()
    months.draft(office.at(end_of(SEPTEMBER) + HOUR))
    with visit("chen", end_of(SEPTEMBER) + 2 * HOUR) as page:
        page.goto(f"{home}/frame/")
        expect(page.locator("td[aria-current=true]")).to_contain_text("you: 1 anchor")
        expect(page.locator("main")).to_contain_text("2 more counted anchors raise every B anchor")
        check_axe(page)
    office.close(SEPTEMBER)
    statement = months.statement("agency", SEPTEMBER)
    with visit("chen", ISSUED + HOUR) as page:
        page.goto(f"{home}/statements/2026-09/?kind=award")
        expect(page.locator("main")).to_contain_text("200.00")
        page.goto(f"{home}/settlement/?period=2026-09")
        expect(page.locator("main")).to_contain_text(
            "The lines below are the statement, to the millionth"
        )
        expect(page.locator("main")).to_contain_text(f"{statement.payable_minor / 100:,.2f}")
