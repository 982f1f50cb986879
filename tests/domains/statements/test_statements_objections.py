"""Objections: raised from the line itself, answered with reasons by another person in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.people.models import Creator, Payee
from wavepool.domains.risk.models import Hold
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Correction, Line, Objection
from wavepool.plumbing import clock
from wavepool.plumbing.errors import NotAllowed, NotFound
from wavepool.plumbing.models import AuditRow, Notification
from worlds.whys import make_line, make_run, pay

pytestmark = pytest.mark.django_db
#: A Thursday morning in Shanghai.
NOW = datetime(2026, 10, 15, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WHY = "/studio/ada/statements/2026-09/lines/X.1/why/"


@dataclass
class Stage:
    """Ada's September with one line."""

    world: Any
    payee: Payee
    line: Line

    def object(self, *, who: str = "ada", at: datetime = NOW, **changes: Any) -> Objection:
        given: dict[str, Any] = {
            "party": "creator",
            "party_id": self.world.creator.pk,
            "period": "2026-09",
            "key": "X:1",
            "text": "It was ¥7.00.",
            **changes,
        }
        return operations.raise_objection(actor=self.world.actor(who), as_of=at, **given)

    def answer(
        self, objection: Objection, *, who: str = "eve", at: datetime = NOW + DAY, **changes: Any
    ) -> Objection:
        given = {"outcome": "rejected", "answer": "It was ¥5.00; see the order.", **changes}
        return operations.answer_objection(
            public_id=objection.public_id, actor=self.world.actor(who), as_of=at, **given
        )

    def issue(self, at: datetime) -> None:
        """The month is closed and issued."""
        self.settle()
        statement = self.line.statement
        statement.issued_at = at
        statement.save()

    def settle(self) -> None:
        """The final run of the month is in."""
        take = self.line.statement.take
        take.is_final = True
        take.save()

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(getattr(self.world, name))
        return client


@pytest.fixture
def stage(world: Any, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    payee = pay(world.creator, since=NOW - 300 * DAY)
    return Stage(world, payee, make_line(payee=payee, run=make_run(at=NOW), period="2026-09"))


class TestRaising:
    def test_keeps_what_the_line_said_and_tells_staff_who_handle_money(self, stage: Stage) -> None:
        found = stage.object()
        assert (found.line_key, found.amount_minor, found.is_final) == ("X:1", 500, False)
        assert found.answer_due_at == datetime(2026, 10, 22, 16, tzinfo=UTC)
        told = Notification.objects.filter(kind="statements.objection_raised")
        assert set(told.values_list("account_id", flat=True)) == {
            stage.world.eve.pk,
            stage.world.fay.pk,
        }
        assert AuditRow.objects.filter(kind="statements.objection_raised").count() == 1

    def test_takes_evidence_through_the_gate(
        self, stage: Stage, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        file = SimpleUploadedFile("orders.csv", b"order,paid\n1,7.00\n", "text/csv")
        assert stage.object(evidence=file).file.startswith("file_")
        other = SimpleUploadedFile("run.exe", b"MZ", "application/octet-stream")
        Objection.objects.all().delete()
        page = stage.client("ada").post(f"{WHY}object/", {"text": "Look.", "file": other})
        assert page.status_code == 422
        assert not Objection.objects.exists()

    def test_of_a_foreign_line_finds_nothing(self, stage: Stage) -> None:
        xin = Creator.objects.create(handle="xin", name="Xin")
        pay(xin, since=NOW - 300 * DAY, name="Xin")
        for who, party_id in (("ada", xin.pk), ("dong", stage.world.creator.pk)):
            with pytest.raises(NotFound):
                stage.object(who=who, party_id=party_id)
        with pytest.raises(NotFound):
            stage.object(key="X:2")

    def test_is_taken_until_thirty_days_after_the_issue_and_not_while_it_is_closed(
        self, stage: Stage
    ) -> None:
        stage.settle()
        with pytest.raises(operations.ObjectionTooLate):
            stage.object()
        stage.issue(NOW)
        with pytest.raises(operations.ObjectionTooLate):
            stage.object(at=NOW + 30 * DAY)
        assert stage.object(at=NOW + 30 * DAY - timedelta(seconds=1)).is_final

    def test_twice_is_refused_until_the_first_is_answered(self, stage: Stage) -> None:
        first = stage.object()
        with pytest.raises(operations.ObjectionStands):
            stage.object(text="Again.")
        stage.answer(first)
        stage.object(text="Still wrong.", at=NOW + 2 * DAY)

    def test_says_what_is_wrong(self, stage: Stage) -> None:
        with pytest.raises(operations.ReasonNeeded):
            stage.object(text="  ")


class TestAnswering:
    def test_tells_the_payees_people_and_stands_on_the_line(self, stage: Stage) -> None:
        stage.answer(stage.object())
        told = Notification.objects.get(kind="statements.objection_answered")
        assert (told.account_id, told.href) == (stage.world.ada.pk, WHY)
        page = stage.client("ada").get(WHY).content.decode()
        assert "It was ¥7.00." in page
        assert "It was ¥5.00; see the order." in page
        assert "Eve" not in page

    def test_is_not_for_who_raised_it(self, stage: Stage) -> None:
        found = stage.object()
        Objection.objects.filter(pk=found.pk).update(raised_by=stage.world.eve)
        with pytest.raises(operations.AnotherPersonNeeded):
            stage.answer(found)
        stage.answer(found, who="fay")

    def test_is_not_for_who_confirmed_the_hold_on_the_line(self, stage: Stage) -> None:
        Line.objects.filter(pk=stage.line.pk).update(order_line_id=7, kind="commission")
        Hold.objects.create(
            public_id="hld_1", hold_id="self_purchase:line:7", cause="self_purchase",
            rule="hard_link_to_winner", line_id=7, payee=stage.payee, creator=stage.world.creator,
            currency="CNY", amount_minor=500, evidence=[], opened_period="2026-09",
            opened_at=NOW, expires_at=NOW + 15 * DAY, default_kept_ppm=0,
            run=stage.line.take.run, confirmed_by=stage.world.eve.pk, confirmed_name="Eve",
            confirmed_at=NOW, confirmed_why="Seen.",
        )  # fmt: skip
        found = stage.object()
        with pytest.raises(operations.AnotherPersonNeeded):
            stage.answer(found)
        assert stage.answer(found, who="fay").confirmed_by == stage.world.eve.pk

    def test_gives_reasons_once_and_only_by_staff(self, stage: Stage) -> None:
        found = stage.object()
        with pytest.raises(operations.ReasonNeeded):
            stage.answer(found, answer=" ")
        for who in ("ada", "dong"):
            with pytest.raises((NotFound, NotAllowed)):
                stage.answer(found, who=who)
        stage.answer(found)
        with pytest.raises(operations.ObjectionAnswered):
            stage.answer(found, who="fay")

    def test_of_a_closed_month_names_what_is_to_be_corrected(self, stage: Stage) -> None:
        stage.issue(NOW)
        found = stage.object()
        for amount in (None, 0):
            with pytest.raises(operations.AmountNeeded):
                stage.answer(found, outcome="upheld", correction_minor=amount)
        with pytest.raises(operations.AmountNeeded):
            stage.answer(found, outcome="rejected", correction_minor=200)
        stage.answer(found, outcome="upheld", correction_minor=200)
        found.refresh_from_db()
        asked = Correction.objects.get(public_id=found.correction)
        assert (asked.payee_id, asked.amount_minor, asked.cause, asked.ref, asked.state) == (
            stage.payee.pk,
            200,
            "objection",
            found.public_id,
            "asked",
        )

    def test_to_an_estimate_of_a_month_that_was_settled_since_names_it_too(
        self, stage: Stage
    ) -> None:
        found = stage.object()
        stage.settle()
        with pytest.raises(operations.AmountNeeded):
            stage.answer(found, outcome="upheld")
        assert stage.answer(found, outcome="upheld", correction_minor=200).correction

    def test_is_not_for_who_is_paid_whoever_raised_it(self, stage: Stage) -> None:
        found = stage.object()
        Payee.objects.filter(pk=stage.payee.pk).update(
            kind="company", person=None, licence_hash="l" * 64, holder=stage.world.eve
        )
        with pytest.raises(operations.AnotherPersonNeeded):
            stage.answer(found)
        stage.answer(found, who="fay")

    def test_whose_correction_was_taken_in_shows_its_reason_on_its_own_line(
        self, stage: Stage
    ) -> None:
        stage.issue(NOW)
        stage.answer(stage.object(), outcome="upheld", answer="It was ¥7.00.", correction_minor=200)
        Correction.objects.update(id=77)
        line = Line.objects.get(pk=stage.line.pk)
        line.pk, line.key = None, "X:77"
        line.save(force_insert=True)
        page = stage.client("ada").get(WHY.replace("X.1", "X.77")).content.decode()
        assert "Objection upheld" in page
        assert "Line X:1 of 2026-09" in page


class TestWhatIsDisputed:
    def disputed(self, stage: Stage) -> dict[int, int]:
        return dict(queries.under_objection([stage.payee.pk], "CNY"))

    def test_is_the_line_as_it_was_issued(self, stage: Stage) -> None:
        found = stage.object()
        assert self.disputed(stage) == {}
        Line.objects.filter(pk=stage.line.pk).update(amount_minor=700)
        stage.issue(NOW)
        assert self.disputed(stage) == {stage.payee.pk: 700}
        assert queries.under_objection([stage.payee.pk], "USD") == {}
        assert queries.under_objection([stage.payee.pk + 1], "CNY") == {}
        assert stage.answer(found).amount_minor == 500
        assert self.disputed(stage) == {}

    @pytest.mark.parametrize("changes", [{"is_held": True}, {"amount_minor": -500}])
    def test_is_nothing_of_a_line_that_is_in_no_wallet(
        self, stage: Stage, changes: dict[str, Any]
    ) -> None:
        Line.objects.filter(pk=stage.line.pk).update(**changes)
        stage.issue(NOW)
        assert stage.object().is_final
        assert self.disputed(stage) == {}


class TestTheStore:
    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("line_objection_says_what", {"text": ""}),
            ("line_objection_comes_from_one_side", {"creator": None}),
            (
                "line_objection_is_answered_with_a_reason_by_another",
                {"outcome": "rejected", "answered_at": NOW + DAY, "answer": ""},
            ),
            ("line_objection_corrects_only_what_was_upheld", {"correction_minor": 5}),
        ],
    )
    def test_insists_past_the_operations(
        self, stage: Stage, name: str, changes: dict[str, Any]
    ) -> None:
        found = stage.object()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Objection.objects.filter(pk=found.pk).update(**changes)

    def test_keeps_an_answer_from_who_raised_it_or_confirmed_the_hold(self, stage: Stage) -> None:
        found = stage.object()
        done = {"outcome": "rejected", "answer": "No.", "answered_at": NOW + DAY}
        rows = Objection.objects.filter(pk=found.pk)
        ada, eve = stage.world.ada, stage.world.eve
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(answered_by=ada, **done)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(answered_by=eve, confirmed_by=eve.pk, **done)
        assert rows.update(answered_by=eve, **done) == 1


class TestPages:
    def test_take_an_objection_and_its_answer(self, stage: Stage) -> None:
        ada, eve = stage.client("ada"), stage.client("eve")
        assert "Object to this line" in ada.get(WHY).content.decode()
        assert ada.post(f"{WHY}object/", {"text": ""}).status_code == 422
        assert ada.post(f"{WHY}object/", {"text": "It was more."}).status_code == 302
        page = ada.get(WHY).content.decode()
        assert "Object to this line" not in page
        assert "Waits for an answer" in page
        queue = eve.get("/staff/objections/").content.decode()
        assert "It was more." in queue
        found = Objection.objects.get()
        address = f"/staff/objections/{found.public_id}/"
        refused = eve.post(
            address, {"outcome": "upheld", "answer": "You are right.", "amount": "x"}
        )
        assert refused.status_code == 422
        given = {"outcome": "upheld", "answer": "You are right.", "amount": "--5"}
        assert eve.post(address, given).status_code == 422
        assert eve.post(address, {**given, "amount": ""}).status_code == 302
        assert "Upheld: the month is counted anew" in ada.get(WHY).content.decode()

    def test_mark_what_is_overdue(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        found = stage.object()
        eve = stage.client("eve")
        home = eve.get("/staff/").content.decode()
        assert "objections to answer" in home
        assert "of them overdue" not in home
        assert queries.state_of_objection(found, at=NOW).name == "open"
        monkeypatch.setattr(clock, "now", lambda: NOW + 9 * DAY)
        assert "1 of them overdue" in eve.get("/staff/").content.decode()
        assert queries.state_of_objection(Objection.objects.get(), at=NOW + 9 * DAY).name == (
            "overdue"
        )

    def test_of_the_queue_ask_the_same_number_of_queries_for_any_number(self, stage: Stage) -> None:
        stage.object()
        eve = stage.client("eve")
        before = self._count(eve)
        for number in range(2, 22):
            Line.objects.create(
                **{
                    **{f.attname: getattr(stage.line, f.attname) for f in Line._meta.fields},
                    "id": None,
                    "key": f"X:{number}",
                }
            )
            stage.object(key=f"X:{number}")
        assert self._count(eve) == before
        assert eve.get("/staff/objections.csv").status_code == 200
        assert stage.client("ada").get("/staff/objections/").status_code == 404

    @staticmethod
    def _count(client: Client) -> int:
        client.get("/staff/objections/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/staff/objections/").status_code == 200
        return len(seen)
