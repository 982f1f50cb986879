"""Holds: taken in from a run, appealed, decided by another person, ended by time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as runs
from wavepool.domains.risk import operations, queries
from wavepool.domains.risk.models import Hold
from wavepool.plumbing import approvals, audit, jobs
from wavepool.plumbing.actor import MACHINE, Actor
from wavepool.plumbing.errors import NotAllowed, NotFound
from wavepool.plumbing.models import AuditRow
from worlds.fair import DAY, NIGHT, START, Fair, work

EARLY = START + 20 * DAY  # in September, when its holds are open
NOW = NIGHT + timedelta(hours=1)


def draft(at: datetime = NIGHT) -> Any:
    """A draft and everything that follows on it."""
    run = credits.request_run(kind="draft", as_of=at, actor=MACHINE)
    work(at)
    return runs.get_run(run.public_id)


def staff(fair: Fair, name: str = "eve", *, at: datetime = NOW) -> Actor:
    """One of the team, with a second factor shown a minute ago."""
    return replace(fair.world.actor(name), mfa_at=at - timedelta(minutes=1))


def appeal(fair: Fair, hold: Hold, **changes: Any) -> Hold:
    """Ada says why it is wrong."""
    given = {
        "public_id": hold.public_id,
        "creator_id": fair.world.creator.pk,
        "text": "It was a present.",
        "actor": fair.world.actor("ada"),
        "as_of": NOW,
    }
    return operations.appeal_hold(**{**given, **changes})


def rule(fair: Fair, hold: Hold, **changes: Any) -> Hold:
    """Eve decides that half of it is kept."""
    given = {
        "public_id": hold.public_id,
        "kept_ppm": 500_000,
        "reason": "The receipt shows two names.",
        "actor": staff(fair),
        "as_of": NOW,
    }
    return operations.rule_hold(**{**given, **changes})


class TestTakingIn:
    def test_finds_the_own_purchase_with_its_evidence(self, fair: Fair) -> None:
        run = draft()
        (hold,) = Hold.objects.all()
        # ¥500 at 20 %: ¥100 commission, a fifth of it direct.
        assert (hold.hold_id, hold.cause, hold.state, hold.amount_minor, hold.currency) == (
            "self_purchase:line:13",
            "self_purchase",
            "open",
            2_000,
            "CNY",
        )
        assert (hold.creator, hold.payee, hold.run, hold.opened_period) == (
            fair.world.creator,
            fair.payees["ada"],
            run,
            "2026-09",
        )
        assert [row[:3] for row in hold.evidence] == [
            [f"buyer:{fair.world.ada.pk}", f"creator:{fair.world.creator.pk}", "self"]
        ]
        told = queries.proofs_of(hold, with_names=False)
        assert [(str(each.text), each.value) for each in told] == [
            ("the same person", "the buyer – the creator")
        ]
        assert hold.expires_at > NOW

    def test_of_the_same_run_twice_changes_nothing(self, fair: Fair) -> None:
        run = draft()
        before = list(Hold.objects.values())
        jobs.enqueue("risk.take_in_holds", key="again", actor=MACHINE, at=NIGHT,
                     payload={"run": run.public_id})  # fmt: skip
        work(NIGHT)
        assert list(Hold.objects.values()) == before

    def test_lifts_what_a_later_run_no_longer_finds_and_opens_it_again(self, fair: Fair) -> None:
        draft()
        line = fair.facts["order_lines"][12]
        line["buyer_id"], buyer = 7, line["buyer_id"]
        draft(NIGHT + DAY)
        hold = Hold.objects.get()
        assert (hold.state, queries.is_healthy(fair.world.creator)) == ("lifted", True)
        line["buyer_id"] = buyer
        line["paid_minor"] += 5_000
        draft(NIGHT + 2 * DAY)
        hold.refresh_from_db()
        assert (hold.state, hold.amount_minor) == ("open", 2_200)

    def test_leaves_a_decided_one_alone(self, fair: Fair) -> None:
        draft()
        rule(fair, Hold.objects.get())
        fair.facts["order_lines"][12]["paid_minor"] += 5_000
        draft(NIGHT + DAY)
        hold = Hold.objects.get()
        assert (hold.state, hold.amount_minor) == ("ruled", 2_000)

    def test_tells_the_exposure_of_every_month(self, fair: Fair) -> None:
        draft()
        rows = queries.list_exposure()
        assert {row.currency for row in rows} == {"CNY"}
        # Nobody bought at two houses, so a ring could hide in all of it.
        assert all(row.is_residual for row in rows)
        assert sum(row.lines for row in rows) == 13
        assert queries.residual_of(rows) == {"CNY": sum(row.amount_minor for row in rows)}


class TestHealth:
    def test_is_never_said_while_money_is_parked(self, fair: Fair) -> None:
        creator = fair.world.creator
        assert queries.is_healthy(creator)
        draft()
        hold = Hold.objects.get()
        assert (queries.is_healthy(creator), queries.is_healthy(fair.xin)) == (False, True)
        assert list(queries.open_holds([fair.payees["ada"].pk])) == [hold]
        appeal(fair, hold)
        assert not queries.is_healthy(creator)
        hold = rule(fair, hold)
        assert (hold.state, queries.is_healthy(creator)) == ("ruled", False)
        state = queries.state_of_hold(hold)
        assert (state.tone, str(state.label)) == ("warning", "Kept in part")

    def test_comes_back_with_the_books_that_move_the_money(self, fair: Fair) -> None:
        draft()
        hold = rule(fair, Hold.objects.get(), as_of=NOW)
        for month, at in (("2026-09", NIGHT), ("2026-10", START + 70 * DAY)):
            credits.request_run(kind="final", period=month, as_of=at, actor=MACHINE)
            work(at)
            hold.refresh_from_db()
            if month == "2026-09":
                assert (hold.applied_period, queries.is_healthy(fair.world.creator)) == ("", False)
        assert hold.applied_period == "2026-10"
        assert queries.is_healthy(fair.world.creator)
        run = runs.find_last_final()
        assert run is not None
        parts = runs.read_run(run, "ruled_parts", period="2026-10").to_pylist()
        # Half of the ¥20, of which the agency has a fifth; the order was not refunded.
        assert {(row["party"], row["amount_minor"], row["kept_minor"]) for row in parts} == {
            ("payee", 1_600, 800),
            ("agency", 400, 200),
        }

    def test_is_nobodys_while_a_common_payee_is_held(self, fair: Fair, held: Hold) -> None:
        assert held.payee != fair.payees["xin"]
        Hold.objects.update(payee=fair.payees["xin"])
        assert not queries.is_healthy(fair.xin)


class TestAnAppeal:
    def test_waits_for_another_person(self, fair: Fair, held: Hold) -> None:
        hold = appeal(fair, held)
        assert (hold.state, hold.appeal, hold.appealed_name) == (
            "appealed",
            "It was a present.",
            "Ada",
        )
        assert queries.count_due() == 1
        with pytest.raises(operations.AppealedBefore):
            appeal(fair, hold)

    def test_is_the_creators_own(self, fair: Fair, held: Hold) -> None:
        hold = held
        with pytest.raises(NotFound):
            appeal(fair, hold, actor=fair.world.actor("dong"))
        with pytest.raises(NotFound):
            appeal(fair, hold, creator_id=fair.xin.pk, actor=MACHINE_LIKE)
        with pytest.raises(NotAllowed):  # the agency's people, who see the studio
            appeal(fair, hold, actor=fair.world.actor("chen"))
        with pytest.raises(operations.AnotherPersonNeeded):
            appeal(fair, hold, actor=MACHINE)
        held.refresh_from_db()
        assert held.state == "open"

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_says_why(self, fair: Fair, held: Hold, text: str) -> None:
        with pytest.raises(operations.WordsNeeded):
            appeal(fair, held, text=text)

    def test_comes_before_the_deadline(self, fair: Fair, held: Hold) -> None:
        hold = held
        with pytest.raises(operations.HoldEnded):
            appeal(fair, hold, as_of=hold.expires_at)


MACHINE_LIKE = Actor(account_id=1, name="a", is_machine=False, staff_roles=frozenset())


class TestARuling:
    def test_goes_to_the_next_run(self, fair: Fair) -> None:
        draft()
        hold = rule(fair, appeal(fair, Hold.objects.get()))
        assert queries.rulings_table().to_pylist() == [
            {
                "hold_id": "self_purchase:line:13",
                "kept_ppm": 500_000,
                "decided_at": round(NOW.timestamp() * 1_000),
            }
        ]
        run = draft(NIGHT + DAY)
        assert run.same_as is None
        parts = runs.read_run(run, "ruled_parts", period="2026-10").to_pylist()
        assert {row["hold_id"] for row in parts} == {hold.hold_id}
        assert AuditRow.objects.filter(kind="risk.ruled", subject=hold.public_id).count() == 1
        assert audit.verify_trail().first_bad is None

    def test_is_not_by_who_confirmed_it(self, fair: Fair, held: Hold) -> None:
        hold = operations.confirm_hold(
            public_id=held.public_id, why="One person.", actor=staff(fair), as_of=NOW
        )
        with pytest.raises(operations.AnotherPersonNeeded):
            rule(fair, hold)
        assert rule(fair, hold, actor=staff(fair, "fay")).decided_name == "Fay"

    def test_is_not_by_the_creators_own_people(self, fair: Fair, held: Hold) -> None:
        ada = replace(fair.world.actor("ada"), staff_roles=frozenset({"owner"}), mfa_at=NOW)
        with pytest.raises(operations.AnotherPersonNeeded):
            rule(fair, held, actor=ada)

    def test_asks_for_a_second_factor(self, fair: Fair, held: Hold) -> None:
        with pytest.raises(approvals.SecondFactorNeeded):
            rule(fair, held, actor=fair.world.actor("eve"))
        held.refresh_from_db()
        assert held.state == "open"

    def test_is_for_staff_who_may(self, fair: Fair, held: Hold) -> None:
        hold = held
        with pytest.raises(NotFound):
            rule(fair, hold, actor=replace(fair.world.actor("dong"), mfa_at=NOW))
        viewer = replace(staff(fair), staff_roles=frozenset({"viewer"}))
        with pytest.raises(NotAllowed):
            rule(fair, hold, actor=viewer)
        with pytest.raises(operations.AnotherPersonNeeded):
            rule(fair, hold, actor=MACHINE)

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"reason": " "}, operations.WordsNeeded),
            ({"kept_ppm": -1}, operations.ShareOutOfRange),
            ({"kept_ppm": 1_000_001}, operations.ShareOutOfRange),
        ],
    )
    def test_has_a_reason_and_a_share(
        self, fair: Fair, held: Hold, changes: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            rule(fair, held, **changes)

    def test_is_one(self, fair: Fair, held: Hold) -> None:
        hold = held
        rule(fair, hold)
        with pytest.raises(operations.HoldEnded):
            rule(fair, hold, actor=staff(fair, "fay"))
        with pytest.raises(operations.HoldEnded):
            operations.confirm_hold(
                public_id=hold.public_id, why="x", actor=staff(fair, "fay"), as_of=NOW
            )

    def test_that_was_overtaken_is_refused(
        self, fair: Fair, held: Hold, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hold = held
        get_hold = queries.get_hold

        def confirmed_meanwhile(public_id: str) -> Hold:
            found = get_hold(public_id)
            Hold.objects.filter(pk=found.pk).update(confirmed_by=fair.world.eve.pk)
            return found

        monkeypatch.setattr(queries, "get_hold", confirmed_meanwhile)
        with pytest.raises(operations.HoldEnded):
            rule(fair, hold)
        held.refresh_from_db()
        assert held.state == "open"


class TestTime:
    def test_ends_what_nobody_decided(self, fair: Fair, held: Hold) -> None:
        hold = appeal(fair, held)
        assert operations.expire_holds(as_of=hold.expires_at - timedelta(seconds=1)) == 0
        assert operations.expire_holds(as_of=hold.expires_at) == 1
        hold.refresh_from_db()
        assert (hold.state, hold.kept_ppm, hold.decided_at) == ("expired", 0, hold.expires_at)
        assert queries.rulings_table().num_rows == 0
        assert not queries.is_healthy(fair.world.creator)


class TestTheStore:
    @pytest.mark.parametrize(
        "values",
        [
            {"state": "ruled"},
            {"state": "appealed"},
            {"confirmed_by": 7, "decided_by": 7},
            {"appealed_by": 7, "decided_by": 7},
            {"kept_ppm": 1_000_001},
            {"amount_minor": -1},
            {"applied_period": "2026-10"},
        ],
    )
    def test_refuses_a_hold_that_cannot_be(
        self, fair: Fair, held: Hold, values: dict[str, Any]
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.update(**values)
