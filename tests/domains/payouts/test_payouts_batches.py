"""Batches: drafted, signed by two, reserved, sent, settled; the books at every step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.ledger import queries as books
from wavepool.domains.payouts import operations, queries
from wavepool.domains.payouts.models import Batch, Payout, PayoutPart
from wavepool.domains.people.models import Payee
from wavepool.domains.statements.models import Statement
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotAllowed, NotFound
from wavepool.plumbing.models import Notification
from worlds.payday import LATER, NOON, SET, Payday, cleared, fund, issue, payout_of, wallet

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def sound() -> list[str]:
    """What a whole proof of the books finds."""
    return [each.rule for each in books.prove_books().findings]


class TestABatch:
    def test_goes_from_draft_to_paid_and_the_books_follow(self, payday: Payday) -> None:
        batch = payday.make()
        assert (batch.state, batch.payout_count, batch.total_minor) == ("draft", 2, 150_000)
        assert wallet(payday.ada) == (120_000, 0)
        payday.ask(batch)
        payday.sign(batch)
        assert wallet(payday.ada) == (120_000, 0)
        payday.work()
        batch.refresh_from_db()
        assert batch.state == "settled"
        assert wallet(payday.ada) == (0, 0)
        assert wallet(payday.chen) == (0, 0)
        assert cleared() == 150_000
        assert sorted(each["amount_minor"] for each in payday.bank.every()) == [30_000, 120_000]
        assert sound() == []

    def test_reserves_before_it_sends(self, payday: Payday) -> None:
        batch = payday.signed()
        for payout_id in queries.list_planned(batch):
            operations.reserve_payout(payout_id=payout_id, actor=MACHINE, as_of=NOON)
        assert wallet(payday.ada) == (120_000, 120_000)
        assert cleared() == 0
        assert payday.bank.every() == []

    def test_has_the_statements_that_it_pays(self, payday: Payday) -> None:
        issue({payday.ada: 5_000}, period="2026-09")
        payday.make()
        parts = PayoutPart.objects.filter(payout=payout_of(payday.ada)).order_by("period")
        assert [(each.period, each.amount_minor) for each in parts] == [
            ("2026-09", 5_000),
            ("2026-10", 120_000),
        ]

    def test_pays_nothing_that_no_statement_explains(self, payday: Payday) -> None:
        fund({payday.ada: 700}, period="2026-11")
        assert wallet(payday.ada) == (120_700, 0)
        payday.make()
        assert payout_of(payday.ada).amount_minor == 120_000

    def test_leaves_out_who_has_no_account_or_changed_it(self, payday: Payday) -> None:
        payday.account(number="6222000011110005", at=NOON - 71 * HOUR)
        batch = payday.make()
        assert [each.payee for each in Payout.objects.filter(batch=batch)] == [payday.chen]
        due = queries.what_is_due(payee_id=payday.ada.pk, currency="CNY", at=NOON)
        assert (due.due_minor, due.reasons[0].code) == (0, "account_changed")
        assert due.reasons[0].until == NOON + HOUR
        later = queries.what_is_due(payee_id=payday.ada.pk, currency="CNY", at=NOON + HOUR)
        assert (later.due_minor, later.reasons) == (120_000, ())

    def test_leaves_out_who_is_not_verified(self, payday: Payday) -> None:
        Payee.objects.filter(pk=payday.ada.pk).update(verified_at=None)
        batch = payday.make()
        assert batch.total_minor == 30_000

    def test_has_one_open_payout_for_each_payee(self, payday: Payday) -> None:
        payday.make()
        with pytest.raises(operations.NobodyToPay):
            payday.make()
        first = payout_of(payday.ada)
        with pytest.raises(IntegrityError), transaction.atomic():
            Payout.objects.create(
                batch=first.batch,
                line_no=9,
                payee=payday.ada,
                account=first.account,
                currency="CNY",
                amount_minor=1,
                planned_at=NOON,
            )

    def test_is_made_by_finance_only(self, payday: Payday) -> None:
        for name in ("ada", "dong"):
            with pytest.raises((NotFound, NotAllowed)):
                payday.make(by=name)

    def test_is_proposed_on_pay_day_and_waits_for_two(self, payday: Payday) -> None:
        # October closes on 10 November at the earliest; the last working day after it is the 30th.
        day = NOON.replace(day=30)
        assert queries.is_pay_day(day)
        assert not queries.is_pay_day(day - timedelta(days=1))
        assert not queries.is_pay_day(day + timedelta(days=1))
        (batch,) = operations.propose_batches(actor=MACHINE, as_of=NOON)
        assert (batch.made_by, batch.state, batch.total_minor) == (None, "draft", 150_000)
        payday.sign(payday.ask(batch))
        payday.work()
        batch.refresh_from_db()
        assert batch.state == "settled"

    def test_is_changed_by_leaving_somebody_out(self, payday: Payday) -> None:
        batch = payday.ask(payday.make())
        ada = payout_of(payday.ada)
        operations.leave_out(
            batch_id=batch.public_id,
            payout_id=ada.public_id,
            reason="asks for another account",
            actor=payday.actor("eve"),
            as_of=NOON,
        )
        batch.refresh_from_db()
        assert (batch.state, batch.total_minor, batch.asked_by) == ("draft", 30_000, None)
        ada.refresh_from_db()
        assert (ada.state, ada.why) == ("cancelled", "asks for another account")
        payday.sign(payday.ask(batch))
        payday.work()
        assert wallet(payday.ada) == (120_000, 0)
        assert wallet(payday.chen) == (0, 0)

    def test_is_not_changed_while_its_money_is_set_aside(self, payday: Payday) -> None:
        batch = payday.signed()
        operations.reserve_payout(
            payout_id=payout_of(payday.ada).public_id, actor=MACHINE, as_of=NOON
        )
        with pytest.raises(operations.BatchMoved):
            operations.leave_out(
                batch_id=batch.public_id,
                payout_id=payout_of(payday.chen).public_id,
                reason="asks for another account",
                actor=payday.actor("eve"),
                as_of=NOON,
            )
        assert payout_of(payday.chen).state == "planned"

    def test_is_cancelled_and_what_was_reserved_is_free(self, payday: Payday) -> None:
        batch = payday.signed()
        operations.reserve_payout(
            payout_id=payout_of(payday.ada).public_id, actor=MACHINE, as_of=NOON
        )
        assert wallet(payday.ada) == (120_000, 120_000)
        operations.cancel_batch(
            batch_id=batch.public_id, reason="wrong day", actor=payday.actor("eve"), as_of=NOON
        )
        assert wallet(payday.ada) == (120_000, 0)
        payday.work()
        assert {each.state for each in Payout.objects.all()} == {"cancelled"}
        assert payday.bank.every() == []
        assert sound() == []

    def test_is_not_cancelled_once_it_was_sent(self, payday: Payday) -> None:
        batch = payday.signed()
        payday.work()
        with pytest.raises(operations.BatchMoved):
            operations.cancel_batch(
                batch_id=batch.public_id, reason="late", actor=payday.actor("eve"), as_of=NOON
            )

    def test_tells_its_payees(self, payday: Payday) -> None:
        payday.signed()
        payday.work()
        told = Notification.objects.filter(
            account_id=payday.world.ada.pk, kind__startswith="payouts."
        )
        kinds = sorted(told.values_list("kind", flat=True))
        assert kinds == ["payouts.account_set", "payouts.paid", "payouts.sent"]
        paid = told.get(kind="payouts.paid")
        assert paid.data == {"amount": "CNY 1200.00", "last": "0001"}
        assert paid.href.startswith("/studio/ada/payouts/po_")


class TestAtTheReservation:
    def test_eligibility_is_asked_again(self, payday: Payday) -> None:
        batch = payday.signed()
        Payee.objects.filter(pk=payday.ada.pk).update(verified_at=None)
        payday.work()
        ada, chen = payout_of(payday.ada), payout_of(payday.chen)
        assert (ada.state, ada.why_code) == ("failed", "not_eligible")
        assert chen.state == "paid"
        assert wallet(payday.ada) == (120_000, 0)
        batch.refresh_from_db()
        assert batch.state == "mixed"

    def test_a_changed_account_is_not_paid(self, payday: Payday) -> None:
        payday.signed()
        payday.account(number="6222999999990001", at=NOON)
        payday.work()
        assert (payout_of(payday.ada).state, payout_of(payday.ada).why_code) == (
            "failed",
            "account_changed",
        )
        assert [each["amount_minor"] for each in payday.bank.every()] == [30_000]


class TestAFailure:
    def test_frees_the_money_and_says_why(self, payday: Payday) -> None:
        payday.account(number="6222000011110002", at=SET + HOUR)
        batch = payday.signed()
        payday.work()
        ada = payout_of(payday.ada)
        assert (ada.state, ada.why_code, ada.why) == (
            "failed",
            "account_closed",
            "the account is closed",
        )
        assert wallet(payday.ada) == (120_000, 0)
        assert cleared() == 30_000
        assert "Set another payout account" in str(queries.cure_of(ada))
        batch.refresh_from_db()
        assert batch.state == "mixed"

    def test_is_paid_again_under_a_new_key(self, payday: Payday) -> None:
        payday.account(number="6222000011110002", at=SET + HOUR)
        batch = payday.signed()
        payday.work()
        failed = payout_of(payday.ada)
        payday.account(number="6222000011110008", at=NOON)
        then = NOON + timedelta(days=4)
        again = operations.retry_failed(
            batch_id=batch.public_id, actor=payday.actor("eve", at=then), as_of=then
        )
        assert (again.retry_of, again.payout_count) == (batch, 1)
        payout = payout_of(payday.ada)
        assert payout.retry_of == failed
        assert payout.public_id != failed.public_id
        payday.sign(payday.ask(again, at=then), at=then)
        payday.work(at=then)
        assert wallet(payday.ada) == (0, 0)
        assert sound() == []
        with pytest.raises(operations.NobodyToPay):
            operations.retry_failed(
                batch_id=batch.public_id, actor=payday.actor("eve", at=then), as_of=then
            )

    @pytest.mark.parametrize("step", ["left out", "cancelled"])
    def test_is_paid_again_after_the_second_try_was_given_up(
        self, payday: Payday, step: str
    ) -> None:
        payday.account(number="6222000011110002", at=SET + HOUR)
        batch = payday.signed()
        payday.work()
        payday.account(number="6222000011110008", at=NOON)
        then = NOON + timedelta(days=4)
        eve = payday.actor("eve", at=then)
        again = operations.retry_failed(batch_id=batch.public_id, actor=eve, as_of=then)
        given_up = payout_of(payday.ada).public_id
        if step == "left out":
            operations.leave_out(
                batch_id=again.public_id, payout_id=given_up, reason="x", actor=eve, as_of=then
            )
        else:
            operations.cancel_batch(batch_id=again.public_id, reason="x", actor=eve, as_of=then)
        third = operations.retry_failed(batch_id=batch.public_id, actor=eve, as_of=then)
        assert payout_of(payday.ada).public_id != given_up
        payday.sign(payday.ask(third, at=then), at=then)
        payday.work(at=then)
        assert wallet(payday.ada) == (0, 0)
        assert sound() == []


class TestAReturn:
    def test_puts_the_money_back_once(self, payday: Payday) -> None:
        batch = payday.signed()
        payday.work()
        given = {
            "payout_id": payout_of(payday.ada).public_id,
            "code": "returned",
            "why": "account closed later",
            "actor": MACHINE,
            "as_of": NOON + LATER,
        }
        operations.return_payout(**given)
        assert wallet(payday.ada) == (120_000, 0)
        assert cleared() == 30_000
        batch.refresh_from_db()
        assert batch.state == "mixed"
        with pytest.raises(operations.BatchMoved):
            operations.return_payout(**given)
        assert sound() == []
        assert Statement.objects.get(payee=payday.ada).paid_minor == 0


class TestTheStore:
    @pytest.mark.parametrize(
        ("rows", "change"),
        [
            (Batch, {"state": "approved"}),
            (Batch, {"approved_by": 1, "asked_by": 1}),
            (Batch, {"total_minor": -1}),
            (Batch, {"state": "cancelled"}),
            (Payout, {"state": "paid"}),
            (Payout, {"state": "reserved"}),
            (Payout, {"state": "failed"}),
            (Payout, {"amount_minor": 0}),
        ],
    )
    def test_refuses_what_cannot_be(
        self, payday: Payday, rows: type[Batch | Payout], change: dict[str, object]
    ) -> None:
        payday.make()
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.objects.filter(pk=rows.objects.latest("pk").pk).update(**change)
