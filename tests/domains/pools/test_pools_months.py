"""A month of the pools: open, draft, objection, closed, paid; forward only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from wavepool.domains.people.models import Membership, Role
from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.models import Objection, Period
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotAllowed, NotFound
from worlds.pool_months import CLOSE, DURING, JUNE_ENDS, PUBLISH, SECOND, Months
from worlds.settled import JUNE

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def state(at: Any) -> str:
    return queries.get_period(JUNE).state_at(at).name


def move(at: Any) -> list[str]:
    return operations.move_periods(actor=MACHINE, as_of=at)


class TestAMonth:
    def test_is_the_policys_own(self, months: Months) -> None:
        period = months.take().period
        assert period.ends_at == JUNE_ENDS
        assert period.starts_at == JUNE_ENDS - 30 * DAY

    def test_goes_by_the_clock_to_the_second(self, months: Months) -> None:
        months.take()
        assert state(JUNE_ENDS - SECOND) == "open"
        assert state(JUNE_ENDS) == "draft"
        assert move(PUBLISH) == []  # no draft knows the whole month
        months.take("run_after", at=JUNE_ENDS)
        assert move(PUBLISH - SECOND) == []
        assert move(PUBLISH) == [JUNE]
        assert state(PUBLISH) == "objection"
        assert move(CLOSE - SECOND) == []
        assert state(CLOSE) == "objection"
        assert move(CLOSE) == [JUNE]
        assert state(CLOSE) == "closed"
        assert move(CLOSE + DAY) == []

    def test_is_published_once(self, months: Months) -> None:
        months.publish()
        with pytest.raises(operations.PeriodPublished):
            operations.publish_period(period=JUNE, actor=MACHINE, as_of=PUBLISH + DAY)
        assert queries.get_period(JUNE).objection_ends_at == CLOSE

    def test_is_closed_once_with_its_latest_draft(self, months: Months) -> None:
        months.publish()
        later = months.take("run_later", at=PUBLISH + DAY)
        closed = operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        assert closed.final == later
        assert closed.published != later
        with pytest.raises(operations.PeriodIsClosed):
            operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        with pytest.raises(operations.PeriodIsClosed):
            months.take("run_too_late", at=CLOSE + DAY)
        assert queries.find_period_draft(JUNE) == later
        assert queries.find_latest_draft(closed) == later

    def test_takes_a_draft_again_that_it_has_even_when_closed(self, months: Months) -> None:
        months.publish()
        operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        assert months.take("run_after", at=PUBLISH).run_id == "run_after"

    def test_is_paid_after_it_was_closed_and_once(self, months: Months) -> None:
        eve = months.world.actor("eve")
        given: dict[str, Any] = {"period": JUNE, "actor": eve, "as_of": CLOSE}
        months.publish()
        with pytest.raises(operations.PeriodNotClosed):
            operations.record_payment(reference="batch 7", **given)
        operations.close_period(**given)
        paid = operations.record_payment(reference="batch 7", **given)
        assert paid.state_at(CLOSE).name == "paid"
        assert paid.paid_by == "Eve"
        with pytest.raises(operations.PeriodPaid):
            operations.record_payment(reference="batch 8", **given)

    def test_is_paid_by_the_machine_too_and_by_no_other_who_is_not_finance(
        self, months: Months
    ) -> None:
        months.publish()
        given: dict[str, Any] = {"period": JUNE, "as_of": CLOSE}
        operations.close_period(actor=MACHINE, **given)
        with pytest.raises((NotFound, NotAllowed)):
            operations.record_payment(reference="po", actor=months.world.actor("dong"), **given)
        assert (
            operations.record_payment(reference="po", actor=MACHINE, **given).paid_by == "machine"
        )

    @pytest.mark.parametrize(
        "meddle",
        [
            lambda rows: rows.update(published_at=None, published=None, objection_ends_at=None),
            lambda rows: rows.update(objection_ends_at=CLOSE + DAY),
            lambda rows: rows.update(closed_at=None, final=None),
            lambda rows: rows.update(ends_at=JUNE_ENDS - DAY),
            lambda rows: rows.update(paid_at=None, payment_reference=""),
            lambda rows: rows.delete(),
        ],
    )
    def test_never_goes_back_whoever_asks(
        self, months: Months, meddle: Callable[[Any], object]
    ) -> None:
        months.publish()
        eve = months.world.actor("eve")
        operations.close_period(period=JUNE, actor=eve, as_of=CLOSE)
        operations.record_payment(period=JUNE, reference="b", actor=eve, as_of=CLOSE)
        with pytest.raises(DatabaseError), transaction.atomic():
            meddle(Period.objects.filter(name=JUNE))
        assert state(CLOSE) == "paid"

    def test_is_moved_by_those_who_may(self, months: Months) -> None:
        months.take("run_after", at=PUBLISH)
        given: dict[str, Any] = {"period": JUNE, "as_of": PUBLISH}
        with pytest.raises(NotFound):
            operations.publish_period(actor=months.world.actor("ada"), **given)
        Membership.objects.create(
            account=months.world.dong, team=months.world.team, role=Role.VIEWER
        )
        with pytest.raises(NotAllowed):
            operations.publish_period(actor=months.world.actor("dong"), **given)
        with pytest.raises(NotFound):
            operations.publish_period(period="2024-05", actor=MACHINE, as_of=PUBLISH)


class TestAnObjection:
    def test_keeps_the_month_from_closing_until_it_is_answered(self, months: Months) -> None:
        months.publish()
        objection = months.object()
        with pytest.raises(operations.ObjectionsWait) as refused:
            operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        assert refused.value.count == 1
        assert move(CLOSE) == []
        months.answer(objection, at=CLOSE)
        assert move(CLOSE) == [JUNE]

    def test_that_was_upheld_asks_for_a_newer_draft(self, months: Months) -> None:
        months.publish()
        months.answer(months.object(), outcome="upheld", at=PUBLISH + DAY)
        with pytest.raises(operations.AnswerNotInDraft):
            operations.close_period(period=JUNE, actor=MACHINE, as_of=CLOSE)
        months.take("run_corrected", at=PUBLISH + 2 * DAY)
        assert move(CLOSE) == [JUNE]

    def test_is_raised_in_the_week_and_only_then(self, months: Months) -> None:
        months.take()
        with pytest.raises(operations.ObjectionWindowOver):
            months.object(at=DURING)
        months.publish()
        assert months.object(at=CLOSE - SECOND).answer_due_at == CLOSE - SECOND + 5 * DAY
        with pytest.raises(operations.ObjectionWindowOver):
            months.object(at=CLOSE)

    def test_is_raised_by_the_payees_people_with_words_and_once(self, months: Months) -> None:
        months.publish()
        with pytest.raises(operations.TextNeeded):
            months.object("  ")
        months.object()
        with pytest.raises(operations.ObjectionStands):
            months.object("Once more.")
        with pytest.raises(NotFound):
            operations.raise_objection(
                creator_id=months.world.creator.pk,
                period=JUNE,
                pool_id="big",
                text="Not mine.",
                actor=months.world.actor("dong"),
                as_of=PUBLISH,
            )

    def test_needs_a_share(self, months: Months) -> None:
        months.publish()
        with pytest.raises(operations.NoShare):
            operations.raise_objection(
                creator_id=months.world.creator.pk,
                period=JUNE,
                pool_id="small",
                text="Where is it?",
                actor=months.world.actor("ada"),
                as_of=PUBLISH,
            )

    def test_is_answered_once_with_reasons_by_another_person(self, months: Months) -> None:
        world = months.world
        Membership.objects.create(account=world.eve, creator=world.creator, role=Role.OWNER)
        months.publish()
        objection = operations.raise_objection(
            creator_id=world.creator.pk,
            period=JUNE,
            pool_id="big",
            text="Mine.",
            actor=world.actor("eve"),
            as_of=PUBLISH,
        )
        given: dict[str, Any] = {
            "public_id": objection.public_id,
            "outcome": "rejected",
            "as_of": PUBLISH,
        }
        with pytest.raises(operations.OtherPersonNeeded):
            operations.answer_objection(answer="No.", actor=world.actor("eve"), **given)
        with pytest.raises(operations.AnswerNeeded):
            operations.answer_objection(answer=" ", actor=world.actor("fay"), **given)
        with pytest.raises(NotFound):
            operations.answer_objection(answer="No.", actor=world.actor("ada"), **given)
        operations.answer_objection(answer="No.", actor=world.actor("fay"), **given)
        with pytest.raises(operations.ObjectionAnswered):
            operations.answer_objection(answer="Yes.", actor=world.actor("fay"), **given)

    def test_says_when_its_answer_is_late(self, months: Months) -> None:
        months.publish()
        objection = months.object()
        assert objection.state_at(PUBLISH + 5 * DAY - SECOND).tone == "warning"
        assert objection.state_at(PUBLISH + 5 * DAY).tone == "error"

    def test_is_held_by_the_store(self, months: Months) -> None:
        months.publish()
        objection = months.object()
        mine = Objection.objects.filter(pk=objection.pk)
        ada, eve = months.world.ada, months.world.eve
        answered: dict[str, Any] = {
            "outcome": "rejected",
            "answer": "No.",
            "answered_at": PUBLISH,
        }
        for values in (
            {**answered, "answered_by": ada},
            {**answered, "answered_by": eve, "answer": ""},
            {"outcome": "upheld"},
            {"text": ""},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                mine.update(**values)
        mine.update(**answered, answered_by=eve)
        with pytest.raises(DatabaseError, match="an answer stands"), transaction.atomic():
            mine.update(answer="Yes.")
