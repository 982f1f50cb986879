"""The close of a month: where each step stands at each moment, whose it is, what blocks it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.credits.models import Run
from wavepool.domains.insights import queries
from wavepool.domains.people.models import Membership
from wavepool.domains.pools.models import Objection, Period
from wavepool.domains.statements.models import Close, Take
from wavepool.plumbing import approvals, clock
from worlds.cast import World
from worlds.pool_months import CLOSE, DURING, PUBLISH, SECOND, Months, make_months
from worlds.settled import JUNE

AGREED = [{"check": "statements_equal_run", "is_ok": True, "detail": "equal"}]
DIFFER = [
    *AGREED,
    {"check": "orders_equal_run", "is_ok": False, "detail": "5 order lines, 1 differ"},
]
LATER = CLOSE + timedelta(hours=1)


@pytest.fixture
def months(world: World) -> Months:
    return make_months(world)


def stand(period: str = JUNE, *, at: datetime) -> dict[str, str]:
    """Each step's state by its key."""
    return {step.key: step.state for step in queries.checklist_of(period, at=at).steps}


def step_of(key: str, *, at: datetime, period: str = JUNE) -> queries.CloseStep:
    return next(step for step in queries.checklist_of(period, at=at).steps if step.key == key)


def final_run(state: str = "done", period: str = JUNE, **given: Any) -> Run:
    values = {
        "public_id": f"run_final_{period}_{state}",
        "kind": "final",
        "period": period,
        "state": state,
        "as_of": CLOSE,
        "finished_at": CLOSE + timedelta(minutes=3),
        "periods": [period],
        **given,
    }
    if state == "done":
        values |= {"key": f"f{period}".ljust(64, "0"), "digest": "d" * 64, "confirmed_at": CLOSE}
    return Run.objects.create(**values)


def settled(months: Months) -> Take:
    """June published, settled by a final run, its pools closed, its statements taken in."""
    months.publish()
    Period.objects.filter(name=JUNE).update(
        final=Period.objects.get(name=JUNE).published, closed_at=CLOSE, closed_by="Eve"
    )
    return taken(final_run())


def taken(run: Run) -> Take:
    return Take.objects.create(
        period=run.period, run=run, is_final=True, as_of=CLOSE, taken_at=CLOSE
    )


def prepared(take: Take, world: World, findings: list[dict[str, Any]] = AGREED) -> Close:
    close = Close.objects.create(
        period=take.period,
        take=take,
        prepared_at=LATER,
        prepared_by=world.eve.pk,
        digest="c" * 64,
        findings=findings,
    )
    approvals.request_approval(
        subject=f"close/{take.period}",
        digest=close.digest,
        makers=[],
        actor=world.actor("eve"),
        as_of=LATER,
    )
    return close


class TestTheSteps:
    def test_wait_for_the_months_end(self, months: Months) -> None:
        months.take()
        assert list(stand(at=DURING).items()) == [
            ("publish", "now"), ("objections", "next"), ("settle", "next"),
            ("close_pools", "next"), ("reconcile", "next"), ("approve", "next"),
            ("lock", "next"), ("issue", "next"), ("pay", "next"),
        ]  # fmt: skip
        found = step_of("publish", at=DURING)
        assert (found.until, str(found.owner)) == (PUBLISH, "Machine")
        months.publish()
        assert str(step_of("publish", at=PUBLISH).owner) == "Machine"

    def test_name_the_owner_when_the_draft_is_late(self, months: Months) -> None:
        months.take()
        found = step_of("publish", at=PUBLISH + timedelta(days=1))
        assert (found.state, found.owner, found.since) == ("now", "Eve, Fay", PUBLISH)

    def test_run_through_objections(self, months: Months) -> None:
        months.publish()
        found = step_of("objections", at=PUBLISH + SECOND)
        assert (found.state, str(found.owner), found.until) == ("now", "Payees", CLOSE)
        assert stand(at=CLOSE)["objections"] == "done"
        assert stand(at=CLOSE)["settle"] == "now"

    def test_are_blocked_by_an_objection_that_waits(self, months: Months) -> None:
        months.publish()
        objection = months.object()
        found = step_of("objections", at=PUBLISH + SECOND)
        assert found.state == "blocked"
        (blocker,) = found.blockers
        assert blocker.href == f"/staff/pools/objections/{objection.public_id}/"
        assert str(blocker.text).startswith(
            "1 objections wait for an answer; the first is due 2024-"
        )
        months.answer(objection)
        assert stand(at=CLOSE)["objections"] == "done"

    def test_are_blocked_by_a_run_that_failed(self, months: Months) -> None:
        months.publish()
        run = final_run("failed", failure="An order line has two prices.")
        found = step_of("settle", at=CLOSE)
        assert found.state == "blocked"
        assert str(found.blockers[0].text) == "The run failed: An order line has two prices."
        assert found.blockers[0].href == f"/staff/runs/{run.public_id}/"
        # What stands behind it waits, and says no time.
        assert stand(at=CLOSE)["close_pools"] == "next"

    def test_reconcile_once_everything_is_settled(self, months: Months) -> None:
        settled(months)
        found = stand(at=LATER)
        assert [found[key] for key in ("settle", "close_pools", "reconcile", "approve")] == [
            "done", "done", "now", "next",
        ]  # fmt: skip
        assert step_of("close_pools", at=LATER).owner == "Eve"

    def test_wait_for_statements_that_are_not_in_yet(self, months: Months) -> None:
        settled(months).delete()
        found = step_of("reconcile", at=LATER)
        assert (found.state, str(found.owner), found.since) == ("now", "Machine", CLOSE)

    def test_are_blocked_by_an_earlier_month(self, months: Months) -> None:
        settled(months)
        taken(final_run(period="2024-05"))
        found = step_of("reconcile", at=LATER)
        assert found.state == "blocked"
        assert found.blockers[0].href == "/staff/close/?period=2024-05"
        assert "2024-05 is settled and not closed" in str(found.blockers[0].text)

    def test_are_blocked_by_a_check_that_fails(self, months: Months) -> None:
        prepared(settled(months), months.world, DIFFER)
        found = step_of("reconcile", at=LATER)
        assert (found.state, found.owner) == ("blocked", "Eve")
        assert [str(each.text) for each in found.blockers] == [
            "Orders and the final run: 5 order lines, 1 differ"
        ]
        assert stand(at=LATER)["approve"] == "next"

    def test_ask_for_another_person_than_who_prepared(self, months: Months) -> None:
        prepared(settled(months), months.world)
        found = step_of("approve", at=LATER)
        assert (found.state, found.owner, found.since) == ("now", "Fay", LATER)

    def test_are_blocked_where_there_is_no_second_person(self, months: Months) -> None:
        prepared(settled(months), months.world)
        Membership.objects.filter(account=months.world.fay).update(role="viewer")
        found = step_of("approve", at=LATER)
        assert found.state == "blocked"
        assert "nobody else may move money" in str(found.blockers[0].text)

    def test_are_blocked_by_a_refusal_with_its_reason(self, months: Months) -> None:
        close = prepared(settled(months), months.world)
        request = approvals.find_approval(subject=f"close/{JUNE}")
        assert request is not None
        approvals.reject(
            approval_id=request.public_id,
            digest=close.digest,
            reason="The subsidy is missing.",
            actor=months.with_factor("fay", at=LATER),
            as_of=LATER,
        )
        found = step_of("approve", at=LATER)
        assert str(found.blockers[0].text) == "Fay refused: The subsidy is missing."

    def test_go_on_to_the_end(self, months: Months) -> None:
        close = prepared(settled(months), months.world)
        Close.objects.filter(pk=close.pk).update(
            approved_at=LATER, approved_by=months.world.fay.pk, approved_name="Fay",
            posting_at=LATER, posted_chunks=2,
        )  # fmt: skip
        assert stand(at=LATER)["approve"] == "done"
        found = step_of("lock", at=LATER)
        assert (found.state, str(found.text)) == (
            "now", "2 chunks are posted; nothing is paid out meanwhile",
        )  # fmt: skip
        Close.objects.filter(pk=close.pk).update(posted_at=LATER, locked_at=LATER)
        assert stand(at=LATER)["issue"] == "now"
        assert stand(at=LATER)["lock"] == "done"
        Close.objects.filter(pk=close.pk).update(issued_at=LATER)
        assert set(stand(at=LATER).values()) == {"done"}


class TestInOrder:
    def test_keeps_one_step_to_do(self) -> None:
        steps = [
            queries.CloseStep(key=key, group="freeze", title=key, state=state)
            for key, state in (("a", "done"), ("b", "now"), ("c", "now"), ("d", "blocked"))
        ]  # type: ignore[arg-type]
        assert [step.state for step in queries.in_order(steps)] == [
            "done",
            "now",
            "next",
            "blocked",
        ]


class TestWhichMonth:
    def test_is_the_earliest_that_is_not_closed(self, months: Months) -> None:
        assert queries.next_to_close() == ""
        close = prepared(settled(months), months.world)
        months.take("run_july", period="2024-07", at=CLOSE)
        assert queries.next_to_close() == JUNE
        Close.objects.filter(pk=close.pk).update(
            approved_at=LATER, approved_by=months.world.fay.pk, posting_at=LATER,
            posted_at=LATER, locked_at=LATER, issued_at=LATER,
        )  # fmt: skip
        assert queries.next_to_close() == "2024-07"
        assert queries.adjusting_period(JUNE) == "2024-07"

    def test_that_adjusts_follows_the_last_closed_one_and_the_asked_one(
        self, months: Months
    ) -> None:
        close = prepared(settled(months), months.world)
        # A month in between that no draft was made of is closed with those after it.
        months.take("run_july", period="2024-07", at=CLOSE)
        august = prepared(taken(final_run(period="2024-08")), months.world)
        Close.objects.filter(pk__in=[close.pk, august.pk]).update(
            approved_at=LATER, approved_by=months.world.fay.pk, posting_at=LATER,
            posted_at=LATER, locked_at=LATER, issued_at=LATER,
        )  # fmt: skip
        assert queries.adjusting_period(JUNE) == "2024-09"
        assert queries.adjusting_period("2024-09") == "2024-10"

    @pytest.mark.parametrize(
        ("period", "adjusting"), [("2024-06", "2024-07"), ("2024-12", "2025-01")]
    )
    @pytest.mark.django_db
    def test_that_adjusts_follows_the_last_one(self, period: str, adjusting: str) -> None:
        assert queries.adjusting_period(period) == adjusting


class TestThePage:
    @pytest.fixture(autouse=True)
    def now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(2024, 7, 10, 17, tzinfo=UTC))

    def page(self, world: World, query: str = "", language: str = "en") -> str:
        client = Client()
        client.force_login(world.eve)
        client.cookies["wavepool_language"] = language
        answer = client.get(f"/staff/close/{query}")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    def test_names_the_blocked_step_its_owner_and_the_way_out(self, months: Months) -> None:
        prepared(settled(months), months.world, DIFFER)
        page = self.page(months.world)
        assert "One step is blocked" in page
        blocked = re.findall(r'data-state="(\w+)" data-step="(\w+)"', page)
        assert blocked == [
            ("done", "publish"), ("done", "objections"), ("done", "settle"),
            ("done", "close_pools"), ("blocked", "reconcile"), ("next", "approve"),
            ("next", "lock"), ("next", "issue"), ("next", "pay"),
        ]  # fmt: skip
        assert "Orders and the final run: 5 order lines, 1 differ" in page
        assert "is a line of its own in 2024-07, the month that adjusts" in page

    def test_speaks_chinese(self, months: Months) -> None:
        prepared(settled(months), months.world, DIFFER)
        page = self.page(months.world, language="zh-hans")
        assert "有一步被阻塞" in page
        assert "订单与终审运行" in page

    def test_before_any_month_says_what_will_stand_here(self, world: World) -> None:
        assert "There is no month yet" in self.page(world)

    def test_is_for_whom_may_see_money(self, world: World) -> None:
        Membership.objects.filter(account=world.fay).update(role="viewer")
        client = Client()
        client.force_login(world.fay)
        assert client.get("/staff/close/").status_code == 403

    def test_asks_the_same_for_few_and_many_objections(self, months: Months) -> None:
        months.publish()
        months.object()
        self.page(months.world)
        with CaptureQueriesContext(connection) as few:
            self.page(months.world)
        for number in range(20):
            Objection.objects.create(
                period=Period.objects.get(name=JUNE),
                pool_id=f"p{number}",
                payee_id=months.payee.pk,
                creator=months.world.creator,
                text="Again.",
                raised_by=months.world.ada,
                raised_at=PUBLISH,
                answer_due_at=CLOSE,
            )
        with CaptureQueriesContext(connection) as more:
            page = self.page(months.world)
        assert "21 objections wait" in page
        assert len(few) == len(more)
