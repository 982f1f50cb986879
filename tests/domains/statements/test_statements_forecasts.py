"""When the money of each order leaves, on the creator's own page; and what stays while disputed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from wavepool.domains.credits.models import EstimatedLine, Run
from wavepool.domains.statements import queries
from wavepool.domains.statements.models import Line, Objection
from worlds.belongings.of_credits import make_line
from worlds.rules_desk import DAY, NOW, RulesDesk, make_desk
from worlds.shelf import make_shelf

EIGHT = timedelta(hours=8)  # Shanghai is ahead


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """Four orders of Ada's: two of November, one of December, one that was not received."""
    made = make_desk(world)
    item = make_shelf(world).cup
    settles = (
        datetime(2026, 11, 12, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC) - EIGHT - timedelta(microseconds=1),
        datetime(2026, 12, 1, tzinfo=UTC) - EIGHT,
        None,
    )
    for number, settle_at in enumerate(settles, 1):
        line = make_line(
            line_id=number,
            creator_id=world.creator.pk,
            agency_id=world.agency.pk,
            shop_id=world.shop.pk,
            item_id=item.pk,
        )
        EstimatedLine.objects.filter(pk=line.pk).update(settle_at=settle_at)
    return made


def sums(desk: RulesDesk, at: datetime = NOW) -> list[tuple[str, str, int, int]]:
    """Payday on the wall, month, amount and lines of each payday."""
    found = queries.sums_by_payday(desk.world.creator.pk, queries.forecast_at(at))
    return [
        (
            f"{each.payday.pays_at + EIGHT:%Y-%m-%d}" if each.payday.pays_at else "",
            each.payday.period,
            each.amount_minor,
            each.lines,
        )
        for each in found
    ]


class TestTheForecast:
    def test_sums_what_each_payday_brings(self, desk: RulesDesk) -> None:
        assert sums(desk) == [
            ("2026-12-31", "2026-11", 640, 2),
            ("2027-01-29", "2026-12", 320, 1),
            ("", "", 320, 1),
        ]

    def test_puts_what_missed_a_closed_month_into_the_open_one(self, desk: RulesDesk) -> None:
        desk.close("2026-11", approved_at=NOW, posting_at=NOW, posted_at=NOW, locked_at=NOW)
        assert queries.first_open_period() == "2026-12"
        assert sums(desk) == [("2027-01-29", "2026-12", 960, 3), ("", "", 320, 1)]

    def test_leaves_out_what_is_final(self, desk: RulesDesk) -> None:
        run = Run.objects.create(
            public_id="run_f", kind="final", period="2026-11", state="done", as_of=NOW,
            key="f", digest="d",
        )  # fmt: skip
        EstimatedLine.objects.filter(line_id__lte=2).update(state="final", run=run)
        assert sums(desk) == [("2027-01-29", "2026-12", 320, 1), ("", "", 320, 1)]

    def test_of_nobody_is_empty(self, desk: RulesDesk) -> None:
        assert queries.sums_by_payday(0, queries.forecast_at(NOW)) == []


class TestThePage:
    def test_says_of_each_order_when_its_money_leaves(self, desk: RulesDesk) -> None:
        client = Client()
        client.force_login(desk.world.ada)
        with time_machine.travel(NOW, tick=False):
            text = client.get("/studio/ada/paydays/").content.decode()
            csv = b"".join(client.get("/studio/ada/paydays.csv")).decode()
        assert "When do I get it?" in text
        assert "Waits for the buyer to receive the goods." in text
        assert csv.count("2026-12-30T16:00:00") == 2
        assert csv.count("2027-01-28T16:00:00") == 1

    def test_asks_as_much_for_many_orders_as_for_few(
        self, desk: RulesDesk, django_assert_max_num_queries: Any
    ) -> None:
        client = Client()
        client.force_login(desk.world.ada)
        client.get("/studio/ada/paydays/")
        with django_assert_max_num_queries(60) as seen:
            client.get("/studio/ada/paydays/")
        few = len(seen)
        line = EstimatedLine.objects.order_by("pk").first()
        assert line is not None
        for number in range(10, 30):
            line.pk, line.line_id = None, number
            line.save(force_insert=True)
        with django_assert_max_num_queries(60) as seen:
            client.get("/studio/ada/paydays/")
        assert len(seen) == few

    def test_speaks_chinese(self, desk: RulesDesk) -> None:
        with translation.override("zh-hans"):
            found = queries.payday_of(received_at=None, trust_days=15, at=NOW)
        assert found.reason == "等待买家收货。"


class TestWhatIsUnderObjection:
    def test_stays_in_the_wallet_until_it_is_answered(self, desk: RulesDesk) -> None:
        desk.fund(50_000)
        issued = desk.statement(400)
        estimate = desk.statement(900, period="2026-10", issued_at=None)
        given = {
            "payee": desk.ada, "creator": desk.world.creator, "line_kind": "commission",
            "currency": "CNY", "text": "Too little.", "raised_by": desk.world.ada,
            "raised_at": NOW - DAY, "answer_due_at": NOW + DAY, "is_final": True,
        }  # fmt: skip
        lines = (
            (issued, "C:1:1", 700, False),
            (issued, "R:3:1", -300, False),
            (issued, "C:4:1", 1_100, True),
            (estimate, "C:2:1", 900, False),
        )
        for statement, key, amount_minor, is_held in lines:
            Line.objects.create(
                take=statement.take, statement=statement, key=key, kind="commission",
                currency="CNY", amount_minor=amount_minor, micro=amount_minor * 10**6,
                gross_micro=amount_minor * 10**6, is_held=is_held, occurred_at=NOW - 50 * DAY,
            )  # fmt: skip
            Objection.objects.create(
                period=statement.period, line_key=key, amount_minor=amount_minor, **given
            )
        found = queries.eligibility(payee_id=desk.ada.pk, currency="CNY", at=NOW)
        # What is estimated or held is in no wallet, and what takes money frees none.
        assert (found.disputed_minor, found.eligible_minor) == (700, 49_300)
        Objection.objects.update(
            outcome="rejected", answer="No.", answered_by=desk.world.eve, answered_at=NOW
        )
        found = queries.eligibility(payee_id=desk.ada.pk, currency="CNY", at=NOW)
        assert (found.disputed_minor, found.eligible_minor) == (0, 50_000)
