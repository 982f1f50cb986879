"""Trust: from facts to the days that a payee waits, once a month, with its reason on the trail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from wavepool.domains.credits.models import Run
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Payee
from wavepool.domains.policies import queries as policies
from wavepool.domains.risk.models import Hold
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import TrustReview
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import AuditRow
from worlds.fair import work
from worlds.rules_desk import DAY, NOW, RulesDesk, add_payee, make_desk

TERMS = policies.PaydayTerms(
    days_by_trust=(20, 15, 7),
    review_months=6,
    earned_months=3,
    earned_refund_ppm=150_000,
    lost_refund_ppm=400_000,
    lost_rulings=1,
    pay_on="last_working_day",
    weekdays=(1, 2, 3, 4, 5),
)
MONTHS = ("2026-07", "2026-08", "2026-09")


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """The defaults in force."""
    return make_desk(world)


def review(at: datetime = NOW) -> int:
    """The night's review."""
    return operations.review_trust(actor=MACHINE, as_of=at)


def rule(desk: RulesDesk, *, kept_ppm: int, at: datetime) -> None:
    """A ruling on a hold of Ada's."""
    number = Hold.objects.count()
    Hold.objects.create(
        public_id=f"hld_{number}", hold_id=f"self_purchase:line:{number}", cause="self_purchase",
        rule="hard_link_to_winner", line_id=number, payee=desk.ada, creator=desk.world.creator,
        currency="CNY", amount_minor=100, evidence=[], opened_period="2026-09", opened_at=at,
        expires_at=at + 9 * DAY, default_kept_ppm=0, run=Run.objects.first(), state="ruled",
        kept_ppm=kept_ppm, decided_by=desk.world.eve.pk, decided_at=at, reason="Seen.",
    )  # fmt: skip


class TestAReview:
    def test_gives_the_shortest_wait_to_who_earned_it(self, desk: RulesDesk) -> None:
        for period in MONTHS:
            desk.statement(85_000, period=period, refund_minor=15_000)
        assert review() == 1
        desk.ada.refresh_from_db()
        found = queries.find_trust_review(desk.ada.pk)
        assert found is not None
        assert (desk.ada.trust_days, found.step, found.months, found.rulings, found.refund_ppm) == (
            7,
            "earned",
            3,
            0,
            150_000,
        )
        assert queries.trust_sentence(found) == (
            "3 months with a statement, 0 rulings against you, refunds of 15.0% of the commission"
        )
        row = AuditRow.objects.get(kind="people.trust_days_set")
        assert row.subject == f"payee:{desk.ada.pk}"
        assert json.loads(row.data) == {
            "before": 15,
            "days": 7,
            "reason": "earned: months 3, rulings 0, refunds 150000 ppm, reviewed in 2026-11",
        }

    def test_leaves_the_usual_wait_after_two_months(self, desk: RulesDesk) -> None:
        for period in MONTHS[:2]:
            desk.statement(85_000, period=period)
        review()
        desk.ada.refresh_from_db()
        assert (desk.ada.trust_days, AuditRow.objects.filter(kind__contains="trust").count()) == (
            15,
            0,
        )

    def test_gives_the_longest_wait_after_a_ruling(self, desk: RulesDesk) -> None:
        for period in MONTHS:
            desk.statement(85_000, period=period)
        rule(desk, kept_ppm=10**6, at=NOW - 20 * DAY)
        assert queries.trust_facts([desk.ada.pk], first_period="2026-05", until=NOW)[
            desk.ada.pk
        ] == queries.TrustFacts(months=3, rulings=0, refund_ppm=0)
        rule(desk, kept_ppm=999_999, at=NOW - 20 * DAY)
        review()
        desk.ada.refresh_from_db()
        assert desk.ada.trust_days == 20

    def test_gives_the_longest_wait_after_many_refunds(self, desk: RulesDesk) -> None:
        desk.statement(59_999, refund_minor=40_001)
        review()
        desk.ada.refresh_from_db()
        assert desk.ada.trust_days == 20

    def test_takes_trust_back_when_its_facts_grow_old(self, desk: RulesDesk) -> None:
        for period in MONTHS:
            desk.statement(85_000, period=period)
        review()
        assert review(datetime(2027, 6, 2, tzinfo=UTC)) == 1
        desk.ada.refresh_from_db()
        assert (desk.ada.trust_days, TrustReview.objects.count()) == (15, 2)
        assert review(datetime(2027, 7, 2, tzinfo=UTC)) == 0

    def test_counts_once_a_month(self, desk: RulesDesk) -> None:
        desk.statement(85_000)
        assert (review(), review()) == (1, 0)

    def test_leaves_those_without_facts_alone(self, desk: RulesDesk) -> None:
        other = add_payee("Other")
        Payee.objects.filter(pk=other.pk).update(trust_days=7)
        assert review() == 0
        other.refresh_from_db()
        assert other.trust_days == 7

    def test_runs_in_the_first_night_of_a_month(self, desk: RulesDesk) -> None:
        desk.statement(85_000)
        for key in ("first", "second"):
            jobs.enqueue("statements.review_trust", key=key, actor=MACHINE, at=NOW)
        work(NOW)
        assert TrustReview.objects.count() == 1


class TestSettingTrust:
    def test_is_for_the_machine_and_staff(self, desk: RulesDesk) -> None:
        given: dict[str, Any] = {"payee_id": desk.ada.pk, "reason": "r", "as_of": NOW}
        with pytest.raises(NotFound):
            people.set_trust_days(days=7, actor=desk.world.actor("ada"), **given)
        assert people.set_trust_days(days=9, actor=desk.staff(), **given).trust_days == 9
        for days in (-1, 367):
            with pytest.raises(people.TrustDaysOutOfRange):
                people.set_trust_days(days=days, actor=MACHINE, **given)
        with pytest.raises(NotFound):
            people.set_trust_days(**{**given, "payee_id": 0}, days=7, actor=MACHINE)


PPM = st.integers(0, 10**6)
COUNTS = st.integers(0, 12)


class TestMoreTrust:
    @given(months=COUNTS, rulings=st.integers(0, 3), refund_ppm=PPM, data=st.data())
    def test_never_makes_the_wait_longer(
        self, months: int, rulings: int, refund_ppm: int, data: st.DataObject
    ) -> None:
        before = queries.trust_from(
            months=months, rulings=rulings, refund_ppm=refund_ppm, terms=TERMS
        )
        after = queries.trust_from(
            months=months + data.draw(COUNTS),
            rulings=data.draw(st.integers(0, rulings)),
            refund_ppm=data.draw(st.integers(0, refund_ppm)),
            terms=TERMS,
        )
        assert after.days <= before.days


class TestThePageOfPaydays:
    def test_says_what_may_leave_and_why_one_waits(self, desk: RulesDesk) -> None:
        desk.statement(59_999, refund_minor=40_001)
        desk.fund(50)
        review()
        client = Client()
        client.force_login(desk.world.ada)
        text = client.get("/studio/ada/paydays/").content.decode()
        assert "0.50 CNY is less than the smallest payout of 1.00 CNY." in text
        assert "Trust lost" in text
        assert "refunds of 40.0% of the commission" in text
        assert "20 days" in text

    def test_is_for_finance(self, desk: RulesDesk) -> None:
        client = Client()
        client.force_login(desk.world.dong)
        assert client.get("/studio/ada/paydays/").status_code == 404
