"""Corrections: asked by one, agreed to by another, taken in once by the next month that closes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from wavepool.domains.people.models import Membership
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Correction
from wavepool.plumbing import approvals
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotAllowed, NotFound
from wavepool.plumbing.models import AuditRow
from worlds.rules_desk import DAY, NOW, RulesDesk, make_desk


@pytest.fixture
def desk(world: Any) -> RulesDesk:
    """The defaults in force, Ada paid, Eve and Fay of finance."""
    return make_desk(world)


def ask(desk: RulesDesk, **changes: Any) -> Correction:
    """Eve asks to give Ada 12.50."""
    given = {
        "payee_id": desk.ada.pk,
        "currency": "CNY",
        "amount_minor": 1_250,
        "reason": "The order was counted with another rate.",
        "cause": "objection",
        "ref": "lob_1",
        "actor": desk.staff("eve"),
        "as_of": NOW,
    }
    return operations.ask_correction(**{**given, **changes})


def approve(desk: RulesDesk, correction: Correction, **changes: Any) -> Correction:
    """Fay agrees."""
    given = {"public_id": correction.public_id, "actor": desk.staff("fay"), "as_of": NOW}
    return operations.approve_correction(**{**given, **changes})


def apply(period: str, *corrections: Correction) -> int:
    """A close takes some in."""
    ids = [each.pk for each in corrections]
    return operations.mark_applied(period=period, ids=ids, actor=MACHINE, as_of=NOW)


class TestAsking:
    def test_changes_nothing_yet(self, desk: RulesDesk) -> None:
        made = ask(desk)
        assert (made.state, made.amount_minor, made.asked_name) == ("asked", 1_250, "Eve")
        assert queries.corrections_for("2026-11").num_rows == 0
        assert queries.count_corrections_waiting() == 1

    def test_for_the_same_thing_again_gives_the_same_one(self, desk: RulesDesk) -> None:
        assert ask(desk).pk == ask(desk, actor=desk.staff("fay"), reason="Again.").pk
        with pytest.raises(operations.CorrectionDiffers):
            ask(desk, amount_minor=1_251)

    def test_is_possible_again_once_it_was_rejected(self, desk: RulesDesk) -> None:
        first = ask(desk)
        operations.reject_correction(
            public_id=first.public_id, why="Too much.", actor=desk.staff("fay"), as_of=NOW
        )
        assert ask(desk, amount_minor=1_000).pk != first.pk

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"amount_minor": 0}, "/amount"),
            ({"amount_minor": 2**63}, "/amount"),
            ({"currency": "XXX"}, "/currency"),
            ({"cause": "whim"}, "/cause"),
            ({"reason": "  "}, "/reason"),
        ],
    )
    def test_names_what_is_missing(
        self, desk: RulesDesk, changes: dict[str, Any], pointer: str
    ) -> None:
        with pytest.raises(operations.CorrectionEmpty) as refused:
            ask(desk, **changes)
        assert (refused.value.pointer, Correction.objects.count()) == (pointer, 0)

    def test_is_for_somebody(self, desk: RulesDesk) -> None:
        with pytest.raises(NotFound):
            ask(desk, payee_id=999_999)

    def test_is_for_people_of_finance(self, desk: RulesDesk) -> None:
        Membership.objects.filter(account=desk.world.eve).update(role="operator")
        with pytest.raises(NotAllowed):
            ask(desk)
        with pytest.raises(NotFound):
            ask(desk, actor=desk.world.actor("ada"))

    def test_is_not_for_who_is_paid(self, desk: RulesDesk) -> None:
        creator = desk.world.creator
        Membership.objects.create(account=desk.world.eve, creator=creator, role="viewer")
        with pytest.raises(operations.OwnMoney):
            ask(desk)


class TestTheSecondPerson:
    def test_agrees_and_the_next_close_takes_it_in(self, desk: RulesDesk) -> None:
        made = approve(desk, ask(desk))
        assert (made.state, made.decided_name) == ("approved", "Fay")
        assert queries.corrections_for("2026-11").to_pylist() == [
            {
                "payee_id": desk.ada.pk,
                "currency": "CNY",
                "key": f"X:{made.pk}",
                "amount_minor": 1_250,
                "reason": "The order was counted with another rate.",
            }
        ]

    def test_is_not_who_asked(self, desk: RulesDesk) -> None:
        made = ask(desk)
        with pytest.raises(approvals.SecondPersonNeeded):
            approve(desk, made, actor=desk.staff("eve"))
        assert queries.corrections_for("2026-11").num_rows == 0

    def test_shows_a_second_factor(self, desk: RulesDesk) -> None:
        made = ask(desk)
        with pytest.raises(approvals.SecondFactorNeeded):
            approve(desk, made, actor=replace(desk.staff("fay"), mfa_at=None))

    def test_is_a_person(self, desk: RulesDesk) -> None:
        key = replace(desk.staff("fay"), scopes=frozenset({"money"}))
        with pytest.raises(approvals.SecondPersonNeeded):
            approve(desk, ask(desk), actor=key)

    def test_has_no_seat_where_the_money_goes(self, desk: RulesDesk) -> None:
        made = ask(desk)
        creator = desk.world.creator
        Membership.objects.create(account=desk.world.fay, creator=creator, role="viewer")
        with pytest.raises(operations.OwnMoney):
            approve(desk, made)

    def test_agrees_to_exactly_what_was_asked(self, desk: RulesDesk) -> None:
        made = ask(desk)
        Correction.objects.filter(pk=made.pk).update(amount_minor=999_999)
        with pytest.raises(approvals.ContentChanged):
            approve(desk, made)

    def test_decides_once(self, desk: RulesDesk) -> None:
        made = ask(desk)
        approve(desk, made)
        with pytest.raises(operations.CorrectionDecided):
            approve(desk, made)

    def test_refuses_with_a_reason(self, desk: RulesDesk) -> None:
        made = ask(desk)
        given = {"public_id": made.public_id, "actor": desk.staff("fay"), "as_of": NOW}
        with pytest.raises(approvals.ReasonNeeded):
            operations.reject_correction(why=" ", **given)
        found = operations.reject_correction(why="The rate was right.", **given)
        assert (found.state, found.decided_why) == ("rejected", "The rate was right.")
        assert queries.corrections_for("2026-11").num_rows == 0

    def test_is_asked_for_by_the_store_too(self, desk: RulesDesk) -> None:
        made = ask(desk)
        rows = Correction.objects.filter(pk=made.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="approved", decided_by=made.asked_by, decided_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="approved")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(applied_period="2026-11", applied_at=NOW)

    def test_would_be_the_first_if_the_guard_were_broken(
        self, desk: RulesDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the guard of the operation, the store still refuses one person alone."""
        monkeypatch.setattr(approvals, "is_second_person", lambda _account, *, makers: True)
        made = ask(desk)
        with pytest.raises(IntegrityError), transaction.atomic():
            approve(desk, made, actor=desk.staff("eve"))
        made.refresh_from_db()
        assert made.state == "asked"


class TestTheClose:
    def test_takes_each_in_once(self, desk: RulesDesk) -> None:
        made = approve(desk, ask(desk))
        assert (apply("2026-11", made), apply("2026-11", made)) == (1, 0)
        made.refresh_from_db()
        assert (made.applied_period, made.applied_at) == ("2026-11", NOW)
        assert queries.corrections_for("2026-12").num_rows == 0
        assert queries.corrections_for("2026-11").num_rows == 1
        assert AuditRow.objects.filter(kind="statements.corrections_applied").count() == 1

    def test_takes_nothing_of_another_month_and_nothing_that_waits(self, desk: RulesDesk) -> None:
        done = approve(desk, ask(desk))
        waiting = ask(desk, ref="lob_2")
        apply("2026-10", done)
        for which in (done, waiting):
            with pytest.raises(operations.CorrectionsChanged):
                apply("2026-11", which)

    def test_of_a_locked_month_takes_nothing_more(self, desk: RulesDesk) -> None:
        early, late = approve(desk, ask(desk)), approve(desk, ask(desk, ref="lob_2"))
        apply("2026-10", early)
        desk.close("2026-10", approved_at=NOW, posting_at=NOW, posted_at=NOW, locked_at=NOW)
        assert apply("2026-10", early) == 0
        with pytest.raises(operations.MonthLocked):
            apply("2026-10", early, late)
        keys = queries.corrections_for("2026-10").column("key").to_pylist()
        assert keys == [f"X:{early.pk}"]
        assert queries.corrections_for("2026-11").column("key").to_pylist() == [f"X:{late.pk}"]


def browser(account: Any) -> Client:
    """A signed-in browser with a second factor."""
    client = Client()
    client.force_login(account)
    return client


class TestThePages:
    def test_lead_from_asking_to_agreeing(self, desk: RulesDesk, settings: Any) -> None:
        settings.IS_DEMO = True
        eve, fay = browser(desk.world.eve), browser(desk.world.fay)
        form = {
            "payee_id": desk.ada.pk, "currency": "CNY", "amount": "-12.50", "cause": "mistake",
            "reason": "Paid twice.", "ref": "", "about_period": "2026-09", "about_key": "C:1:2",
        }  # fmt: skip
        answer = eve.post("/staff/corrections/new/", form)
        made = Correction.objects.get()
        here = f"/staff/corrections/{made.public_id}/"
        assert (answer.status_code, answer["location"]) == (302, here)
        assert (made.amount_minor, made.about_key) == (-1_250, "C:1:2")
        assert "You asked for it" in eve.get(here).content.decode()
        assert "Agree to this correction?" not in eve.get(here).content.decode()
        eve.post(f"{here}approve/")
        made.refresh_from_db()
        assert made.state == "asked"
        assert "Agree to this correction?" in fay.get(here).content.decode()
        fay.post(f"{here}approve/")
        made.refresh_from_db()
        assert made.state == "approved"
        assert "Paid twice." in fay.get("/staff/corrections.csv").getvalue().decode()

    @pytest.mark.parametrize("amount", ["much", "--5", "+-5", "−-5"])
    def test_show_what_was_typed_and_what_is_wrong(self, desk: RulesDesk, amount: str) -> None:
        eve = browser(desk.world.eve)
        form = {"payee_id": 0, "currency": "CNY", "amount": amount, "cause": "mistake"}
        answer = eve.post("/staff/corrections/new/", form)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Write the amount as a number like 12.50 or -12.50." in text

    def test_refuse_with_words(self, desk: RulesDesk, settings: Any) -> None:
        settings.IS_DEMO = True
        made = ask(desk)
        fay = browser(desk.world.fay)
        here = f"/staff/corrections/{made.public_id}/"
        assert fay.post(f"{here}reject/", {"why": ""}).status_code == 422
        assert fay.post(f"{here}reject/", {"why": "No."}).status_code == 302
        assert "No." in fay.get(here).content.decode()

    def test_are_for_finance_alone(self, desk: RulesDesk) -> None:
        assert browser(desk.world.ada).get("/staff/corrections/").status_code == 404

    def test_ask_the_same_number_of_queries_for_any_number_of_rows(
        self, desk: RulesDesk, django_assert_max_num_queries: Any
    ) -> None:
        eve = browser(desk.world.eve)
        ask(desk)
        eve.get("/staff/corrections/")
        with django_assert_max_num_queries(40) as seen:
            eve.get("/staff/corrections/")
        few = len(seen)
        for number in range(2, 12):
            ask(desk, ref=f"lob_{number}", as_of=NOW + number * DAY)
        with django_assert_max_num_queries(40) as seen:
            eve.get("/staff/corrections/")
        assert len(seen) == few
