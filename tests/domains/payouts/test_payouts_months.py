"""A month whose every statement is paid whole: its pools say so, by the payout that was the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from wavepool.connectors.sandbox_payouts.bank import Bank
from wavepool.connectors.sandbox_payouts.desk import Desk
from wavepool.connectors.sandbox_payouts.rail import InProcess, SandboxRail
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout
from wavepool.domains.people.models import Account, Payee
from wavepool.domains.people.queries import actor_of
from wavepool.domains.pools import operations as pools
from wavepool.domains.pools import queries as pool_queries
from wavepool.domains.pools.models import Period
from wavepool.domains.statements import queries as statements
from wavepool.domains.statements.models import Statement
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import RunningJob
from wavepool.plumbing.models import Job
from worlds.fair import DAY
from worlds.month_end import SEPTEMBER, MonthEnd, make_month_end, settled_at, work

pytestmark = pytest.mark.django_db
SET: Final = settled_at(SEPTEMBER) - 5 * DAY
#: Nothing of September is kept back any more.
PAY: Final = settled_at(SEPTEMBER) + 40 * DAY


@pytest.fixture
def months(
    world: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MonthEnd]:
    """September is issued; Ada, Xin and Chen's agency said where they are paid."""
    kept = operations.list_rails()
    months = make_month_end(world, settings, tmp_path, monkeypatch)
    operations.use_rails(SandboxRail(InProcess(Desk(Bank(tmp_path / "bank")))))
    months.close(SEPTEMBER)
    Payee.objects.filter(agency=world.agency).update(verified_at=SET)
    account("creator", world.creator.pk, holder=world.ada)
    account("creator", months.fair.xin.pk, holder=Account.objects.get(name="Xin"))
    account("agency", world.agency.pk, holder=world.chen)
    yield months
    operations.use_rails(*kept)


def account(party: str, party_id: int, *, holder: Account) -> None:
    """Somebody says where a party is paid."""
    operations.set_account(
        party=party, party_id=party_id, currency="CNY", rail="sandbox", name=holder.name,
        number=f"62220000{holder.pk:04d}0001",
        actor=replace(actor_of(holder, session={}), mfa_at=SET), as_of=SET,
    )  # fmt: skip


def pay(months: MonthEnd, at: datetime, *, but: str = "") -> Batch:
    """Finance pays everybody but one; two persons sign."""
    eve, fay = (months.actor(name, at=at) for name in ("eve", "fay"))
    (batch,) = operations.make_batches(rail="sandbox", currency="CNY", actor=eve, as_of=at)
    if but:
        payout = Payout.objects.get(batch=batch, payee=months.fair.payees[but])
        operations.leave_out(
            batch_id=batch.public_id, payout_id=payout.public_id, reason="later", actor=eve,
            as_of=at,
        )  # fmt: skip
    batch = queries.get_batch(batch.public_id)
    given: dict[str, Any] = {
        "batch_id": batch.public_id, "seen_digest": queries.digest_of(batch), "as_of": at
    }  # fmt: skip
    operations.ask_signature(actor=eve, **given)
    operations.sign_batch(actor=fay, **given)
    work(at)
    return queries.get_batch(batch.public_id)


class TestAMonth:
    def test_is_paid_with_the_last_of_its_statements_and_not_before(self, months: MonthEnd) -> None:
        pay(months, PAY, but="xin")
        assert pool_queries.get_period(SEPTEMBER).state_at(PAY).name == "closed"
        later = PAY + DAY
        pay(months, later)
        month = pool_queries.get_period(SEPTEMBER)
        last = Payout.objects.get(payee=months.fair.payees["xin"], state="paid")
        assert month.state_at(later).name == "paid"
        assert (month.paid_at, month.paid_by, month.payment_reference) == (
            later, "machine", last.public_id,
        )  # fmt: skip
        assert statements.months_paid_whole(last.public_id) == [SEPTEMBER]

    def test_that_finance_noted_before_stays_as_it_was_noted(self, months: MonthEnd) -> None:
        pools.record_payment(
            period=SEPTEMBER, reference="by hand", actor=months.actor("eve", at=PAY), as_of=PAY
        )
        pay(months, PAY)
        assert pool_queries.get_period(SEPTEMBER).payment_reference == "by hand"

    def test_that_somebody_notes_at_the_same_moment_is_noted_once(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        progress = RunningJob.progress

        def meanwhile(job: RunningJob, done: int, total: Any = None, note: str = "") -> None:
            if note == SEPTEMBER:
                pools.record_payment(
                    period=SEPTEMBER, reference="by hand", actor=MACHINE, as_of=job.clock()
                )
            progress(job, done, total, note)

        monkeypatch.setattr(RunningJob, "progress", meanwhile)
        pay(months, PAY)
        assert pool_queries.get_period(SEPTEMBER).payment_reference == "by hand"
        noted = Job.objects.filter(name="payouts.note_months")
        assert set(noted.values_list("state", flat=True)) == {"done"}

    def test_is_not_paid_by_money_that_came_back(self, months: MonthEnd) -> None:
        pay(months, PAY, but="xin")
        back = Payout.objects.get(payee=months.fair.payees["ada"], state="paid")
        operations.return_payout(
            payout_id=back.public_id, code="closed", why="Closed.", actor=MACHINE, as_of=PAY
        )
        later = PAY + DAY
        pay(months, later, but="ada")
        assert statements.months_paid_whole(back.public_id) == []
        assert Period.objects.get(name=SEPTEMBER).paid_at is None
        owed = Statement.objects.filter(period=SEPTEMBER, paid_at=None, issued_at__isnull=False)
        assert [each.payee for each in owed.exclude(net_minor=0)] == [months.fair.payees["ada"]]
        pay(months, later + DAY)
        assert Period.objects.get(name=SEPTEMBER).paid_at == later + DAY
