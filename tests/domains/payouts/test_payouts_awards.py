"""Awards of a statement that a payout paid whole: their programme says so, until the money is back."""

from __future__ import annotations

import pytest

from wavepool.domains.payouts import operations
from wavepool.domains.programmes.models import Award, Outcome, Take
from wavepool.domains.statements.models import Line, Statement
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import AuditRow, Job
from worlds.payday import ISSUED, LATER, NOON, PERIOD, Payday, payout_of, write

pytestmark = pytest.mark.django_db
KEY = "A:new_anchor_cash:new_anchor_cash:start:501"


def award_of(payday: Payday, *, is_final: bool = True, period: str = PERIOD) -> Award:
    """Ada's statement of a month has the line of an award, of a final take or of a draft."""
    statement = Statement.objects.get(payee=payday.ada, period=period)
    Line.objects.create(
        take=statement.take, statement=statement, key=KEY, kind="award", currency="CNY",
        amount_minor=0, micro=0, gross_micro=0, occurred_at=ISSUED,
    )  # fmt: skip
    take = Take.objects.create(
        run_id="run_p", period=period, is_final=is_final, as_of=ISSUED, today_date=ISSUED.date(),
        policy_number=1, taken_at=ISSUED,
    )  # fmt: skip
    return Award.objects.create(
        take=take, period=period, key=KEY, is_final=is_final, payee=payday.ada, currency="CNY",
        programme_id="new_anchor_cash", once_key="new_anchor_cash:start",
        creator=payday.world.creator, claim_minor=120_000, scaled_micro=120_000 * 10**6,
        award_minor=120_000, claim_traffic_units=0, traffic_units=0,
    )  # fmt: skip


class TestAnAward:
    def test_is_paid_with_its_statement_and_owed_again_when_the_money_comes_back(
        self, payday: Payday
    ) -> None:
        award_of(payday)
        payday.signed()
        payday.work()
        payout = payout_of(payday.ada)
        outcome = Outcome.objects.get()
        assert (outcome.reference, outcome.paid_at) == (payout.public_id, NOON)
        operations.return_payout(
            payout_id=payout.public_id, code="closed", why="Closed.", actor=MACHINE,
            as_of=NOON + LATER,
        )  # fmt: skip
        payday.work(at=NOON + LATER)
        outcome.refresh_from_db()
        assert (outcome.reference, outcome.paid_at) == ("", None)
        kinds = ("programmes.paid", "programmes.returned")
        assert AuditRow.objects.filter(kind__in=kinds).count() == 2

    def test_of_a_statement_that_is_not_paid_yet_waits(self, payday: Payday) -> None:
        write({payday.ada: 80_000}, period="2026-11")
        award_of(payday, period="2026-11")
        payday.signed()
        payday.work()
        paid = Statement.objects.filter(payee=payday.ada).order_by("period")
        assert list(paid.values_list("paid_minor", flat=True)) == [120_000, 0]
        assert Outcome.objects.count() == 0
        assert not Job.objects.filter(name="payouts.note_awards").exists()

    def test_that_nobody_approved_does_not_keep_the_money_waiting(self, payday: Payday) -> None:
        award_of(payday, is_final=False)
        payday.signed()
        payday.work()
        assert payout_of(payday.ada).state == "paid"
        assert Outcome.objects.count() == 0
        job = Job.objects.get(name="payouts.note_awards")
        assert "no such award" in job.error_message
