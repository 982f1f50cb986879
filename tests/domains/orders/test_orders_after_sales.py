"""After payment: sent, received, given back, complained about, rated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from wavepool.domains.catalog.operations.variants import change_price
from wavepool.domains.orders import operations, queries
from wavepool.domains.orders.models import (
    Cancellation,
    Complaint,
    Feedback,
    Order,
    OrderLine,
    Payback,
    Refund,
    RefundRequest,
)
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from worlds.shelf import DAY, NOON
from worlds.till import Till, line_of


@pytest.fixture
def order(till: Till) -> Order:
    """Two cups that Dong paid 98.00 for."""
    return till.buy(till.shelf.cup, 2)


class TestADelivery:
    def test_goes_from_paid_to_shipped_to_received(self, till: Till, order: Order) -> None:
        with pytest.raises(operations.OrderNotThere):
            till.receive(order)
        till.ship(order, at=NOON + DAY)
        done = till.receive(order, at=NOON + 3 * DAY)
        assert (done.state, done.carrier, done.received_at) == ("received", "Post", NOON + 3 * DAY)
        assert line_of(order).received_at == NOON + 3 * DAY
        with pytest.raises(operations.OrderNotThere):
            till.ship(order)

    def test_counts_as_received_after_ten_days_of_silence(self, till: Till, order: Order) -> None:
        till.ship(order)
        run = {"actor": MACHINE}
        assert operations.receive_overdue(**run, as_of=NOON + 10 * DAY - timedelta(1e-5)) == 0
        assert operations.receive_overdue(**run, as_of=NOON + 10 * DAY) == 1
        assert operations.receive_overdue(**run, as_of=NOON + 11 * DAY) == 0
        assert line_of(order).received_at == NOON + 10 * DAY

    def test_is_the_buyer_s_and_the_shop_s_own(self, till: Till, order: Order) -> None:
        till.ship(order)
        with pytest.raises(NotFound):
            operations.receive_order(
                order_id=order.public_id, actor=till.world.actor("ada"), as_of=NOON
            )
        with pytest.raises(NotFound):
            operations.ship_order(
                order_id=order.public_id,
                shop_id=order.shop_id + 1,
                carrier="x",
                tracking="",
                actor=MACHINE,
                as_of=NOON,
            )

    def test_is_told_once_by_the_database_too(self, till: Till, order: Order) -> None:
        till.ship(order)
        till.receive(order)
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(order=order).update(received_at=NOON + DAY)


class TestARefund:
    def test_is_asked_granted_and_paid_back_once(self, till: Till, order: Order) -> None:
        refund = till.grant(till.ask(line_of(order), 2_000), at=NOON + DAY)
        assert (refund.refund_minor, refund.refunded_at) == (2_000, NOON + DAY)
        order.refresh_from_db()
        assert (order.refunded_minor, line_of(order).refundable_minor) == (2_000, 7_800)
        send = {"provider": till.provider, "as_of": NOON + DAY}
        assert operations.pay_back_open(**send) == 1
        assert operations.pay_back_open(**send) == 0
        assert Payback.objects.get().state == "done"

    def test_above_what_is_left_is_refused_and_changes_nothing(
        self, till: Till, order: Order
    ) -> None:
        till.grant(till.ask(line_of(order), 9_000))
        with pytest.raises(operations.RefundAbovePaid) as refused:
            till.ask(line_of(order), 801)
        assert (refused.value.asked_minor, refused.value.most_minor) == (801, 800)
        assert (Refund.objects.count(), RefundRequest.objects.count()) == (1, 1)
        till.grant(till.ask(line_of(order), 800))
        assert line_of(order).refundable_minor == 0

    @pytest.mark.parametrize("amount_minor", [0, -1, 2**53 + 1, 2**64])
    def test_of_no_amount_or_an_absurd_one_is_refused(
        self, till: Till, order: Order, amount_minor: int
    ) -> None:
        with pytest.raises(operations.RefundAbovePaid):
            till.ask(line_of(order), amount_minor)

    def test_of_all_before_sending_cancels_the_order(self, till: Till, order: Order) -> None:
        till.grant(till.ask(line_of(order), 9_800))
        order.refresh_from_db()
        assert order.state == "cancelled"

    def test_never_exceeds_what_was_paid_by_the_database_too(
        self, till: Till, order: Order
    ) -> None:
        too_much = F("paid_minor") + 1
        with pytest.raises(IntegrityError, match="refunds_within_paid"), transaction.atomic():
            OrderLine.objects.filter(order=order).update(refunded_minor=too_much)

    def test_is_a_fact_that_nobody_changes(self, till: Till, order: Order) -> None:
        till.grant(till.ask(line_of(order), 100))
        for change in (lambda: Refund.objects.update(refund_minor=1), Refund.objects.all().delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_waits_for_one_answer_at_a_time(self, till: Till, order: Order) -> None:
        request = till.ask(line_of(order), 100)
        with pytest.raises(operations.RefundUnderway):
            till.ask(line_of(order), 100)
        till.grant(request)
        with pytest.raises(operations.RequestAnswered):
            till.grant(request)
        assert Refund.objects.count() == 1

    def test_is_refused_with_words_and_may_be_asked_again(self, till: Till, order: Order) -> None:
        request = till.ask(line_of(order), 100)
        answer = {
            "request_id": request.public_id,
            "shop_id": order.shop_id,
            "actor": till.world.actor("bao"),
            "as_of": NOON,
        }
        refused = operations.refuse_refund(**answer, answer="You broke it.")
        assert (refused.state, refused.answer) == ("refused", "You broke it.")
        assert till.ask(line_of(order), 100).state == "asked"
        with pytest.raises(NotFound):
            operations.grant_refund(
                request_id=request.public_id, shop_id=order.shop_id + 1, actor=MACHINE, as_of=NOON
            )

    def test_is_granted_by_five_days_of_silence(self, till: Till, order: Order) -> None:
        till.ask(line_of(order), 100)
        run = {"actor": MACHINE}
        assert operations.grant_unanswered(**run, as_of=NOON + 5 * DAY - timedelta(1e-5)) == 0
        assert operations.grant_unanswered(**run, as_of=NOON + 5 * DAY) == 1
        assert (Refund.objects.get().refund_minor, RefundRequest.objects.get().state) == (
            100,
            "granted",
        )

    def test_of_what_cost_nothing_is_a_cancellation(self, till: Till) -> None:
        change_price(
            sku="KET-1", shop_id=till.world.shop.pk, price_minor=0, actor=MACHINE, as_of=NOON
        )
        till.put(till.shelf.kettle)
        till.place()
        free = Order.objects.get()
        line = line_of(free)
        with pytest.raises(operations.NothingPaid):
            till.ask(line, 1)
        by: dict[str, Any] = {"actor": till.world.actor("dong"), "as_of": NOON}
        operations.cancel_line(order_id=free.public_id, line_id=line.pk, **by)
        free.refresh_from_db()
        assert (free.state, Cancellation.objects.get().cancelled_at) == ("cancelled", NOON)
        with pytest.raises(NotFound):
            operations.cancel_line(order_id=free.public_id, line_id=line.pk, **by)

    def test_is_the_only_way_back_where_money_was_paid(self, till: Till, order: Order) -> None:
        with pytest.raises(operations.LineWasPaid):
            operations.cancel_line(
                order_id=order.public_id,
                line_id=line_of(order).pk,
                actor=till.world.actor("dong"),
                as_of=NOON,
            )
        assert Cancellation.objects.count() == 0


class TestAComplaint:
    def complain(self, till: Till, order: Order) -> Complaint:
        return operations.complain(
            order_id=order.public_id,
            line_id=line_of(order).pk,
            text="It leaks.",
            actor=till.world.actor("dong"),
            as_of=NOON,
        )

    def answer(self, till: Till, complaint: Complaint) -> Complaint:
        return operations.answer_complaint(
            complaint_id=complaint.public_id,
            shop_id=complaint.shop_id,
            text="We send another.",
            actor=till.world.actor("bao"),
            as_of=NOON + DAY,
        )

    def test_is_a_fact_and_is_answered_and_closed(self, till: Till, order: Order) -> None:
        complaint = self.complain(till, order)
        fact = Feedback.objects.get()
        assert (fact.kind, fact.line.order_id, fact.given_at) == ("complaint", order.pk, NOON)
        with pytest.raises(operations.ComplaintOpen):
            self.complain(till, order)
        assert self.answer(till, complaint).state == "answered"
        by: dict[str, Any] = {"actor": till.world.actor("dong"), "as_of": NOON + 2 * DAY}
        closed = operations.close_complaint(complaint_id=complaint.public_id, **by)
        assert (closed.state, closed.resolved_at) == ("resolved", NOON + 2 * DAY)
        with pytest.raises(operations.ComplaintElsewhere):
            operations.escalate_complaint(complaint_id=complaint.public_id, **by)

    def test_goes_to_staff_when_the_shop_is_silent(self, till: Till, order: Order) -> None:
        complaint = self.complain(till, order)
        run = {"actor": MACHINE}
        assert operations.escalate_silent(**run, as_of=NOON + 3 * DAY - timedelta(1e-5)) == 0
        assert operations.escalate_silent(**run, as_of=NOON + 3 * DAY) == 1
        with pytest.raises(operations.ComplaintElsewhere):
            self.answer(till, complaint)
        ruled = operations.rule_complaint(
            complaint_id=complaint.public_id,
            text="The shop replaces it.",
            actor=till.world.actor("eve"),
            as_of=NOON + 4 * DAY,
        )
        assert (ruled.state, ruled.ruling) == ("resolved", "The shop replaces it.")

    def test_goes_to_staff_when_the_answer_did_not_help(self, till: Till, order: Order) -> None:
        complaint = self.complain(till, order)
        by: dict[str, Any] = {"actor": till.world.actor("dong"), "as_of": NOON + 2 * DAY}
        with pytest.raises(operations.ComplaintElsewhere):
            operations.escalate_complaint(complaint_id=complaint.public_id, **by)
        self.answer(till, complaint)
        moved = operations.escalate_complaint(complaint_id=complaint.public_id, **by)
        assert (moved.state, moved.escalated_at) == ("escalated", NOON + 2 * DAY)

    def test_is_another_s_secret(self, till: Till, order: Order) -> None:
        complaint = self.complain(till, order)
        with pytest.raises(NotFound):
            operations.close_complaint(
                complaint_id=complaint.public_id, actor=till.world.actor("ada"), as_of=NOON
            )
        with pytest.raises(NotFound):
            queries.access_shop_complaint(complaint.public_id, shop_id=order.shop_id + 1)

    def test_needs_words(self, till: Till, order: Order) -> None:
        with pytest.raises(operations.TextMissing):
            operations.complain(
                order_id=order.public_id,
                line_id=line_of(order).pk,
                text=" \n ",
                actor=till.world.actor("dong"),
                as_of=NOON,
            )


class TestARating:
    def rate(self, till: Till, order: Order, stars: int) -> Feedback:
        return operations.rate_line(
            order_id=order.public_id,
            line_id=line_of(order).pk,
            stars=stars,
            actor=till.world.actor("dong"),
            as_of=NOON + DAY,
        )

    @pytest.mark.parametrize(("stars", "score_ppm"), [(1, 0), (3, 500_000), (5, 1_000_000)])
    def test_of_stars_is_a_share_of_the_best(
        self, till: Till, order: Order, stars: int, score_ppm: int
    ) -> None:
        till.ship(order)
        till.receive(order)
        assert self.rate(till, order, stars).score_ppm == score_ppm
        told = queries.experience_of_shop(order.shop_id, since=NOON, until=NOON + DAY)
        assert (told.ratings, told.score_ppm) == (1, score_ppm)

    def test_waits_for_the_goods_and_is_given_once(self, till: Till, order: Order) -> None:
        with pytest.raises(operations.NotReceived):
            self.rate(till, order, 5)
        till.ship(order)
        till.receive(order)
        self.rate(till, order, 2)
        with pytest.raises(operations.RatedAlready):
            self.rate(till, order, 5)
        with pytest.raises(NotFound):
            self.rate(till, order, 6)
        assert Feedback.objects.get().score_ppm == 250_000

    def test_is_one_per_line_by_the_database_too(self, till: Till, order: Order) -> None:
        till.ship(order)
        till.receive(order)
        self.rate(till, order, 2)
        with pytest.raises(IntegrityError), transaction.atomic():
            operations.record_feedback(
                kind="rating",
                line_id=line_of(order).pk,
                score_ppm=1,
                given_at=NOON,
                as_of=NOON,
            )
