"""From a run to issued statements: taken in, bridged, reconciled, approved, posted, locked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from wavepool.domains.ledger import operations as ledger
from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.people.models import Account
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Close, Line, Shift, Statement
from wavepool.plumbing import approvals
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import AuditRow, Notification
from worlds.month_end import (
    HOUR,
    OCTOBER,
    SEPTEMBER,
    MonthEnd,
    end_of,
    settled_at,
    work,
)

pytestmark = pytest.mark.django_db
MICRO = 1_000_000


def steps(statement: Statement) -> dict[str, int]:
    """The bridge of a statement in micro-units, by step."""
    return {each.name: each.micro for each in queries.bridge_of(statement)}


class TestAClosedMonth:
    def test_says_what_everybody_gets_and_how_it_came_to_that(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        assert steps(months.statement("ada", SEPTEMBER)) == {
            "commission": 4_420 * MICRO,
            "pool": 11_559_561_946,
            "refund": -159 * MICRO,
            "agency_split": -4_349_868_583,
            "held": -1_600 * MICRO,
            "carry_out": -693_363,
            "payable": 9_870 * MICRO,
        }
        assert steps(months.statement("xin", SEPTEMBER)) == {
            "commission": 407 * MICRO,
            "pool": 4_654_438_053,
            "carry_out": -438_053,
            "payable": 5_061 * MICRO,
        }
        assert steps(months.statement("agency", SEPTEMBER)) == {
            "agency_income": 4_310_868_583,
            "held": -400 * MICRO,
            "carry_out": -868_583,
            "payable": 3_910 * MICRO,
        }

    def test_carries_fractions_into_the_next(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        months.close(OCTOBER)
        october = months.statement("ada", OCTOBER)
        assert (october.carry_in_micro, october.carry_out_micro) == (693_363, 321_413)
        assert october.net_minor == 1_991

    def test_moves_every_wallet_by_its_statement_and_proves_the_books(
        self, months: MonthEnd
    ) -> None:
        for month in (SEPTEMBER, OCTOBER):
            months.close(month)
        wallets = {
            each.owner_id: each.balance_minor
            for each in books.list_accounts().filter(owner_kind="payee", purpose="wallet")
        }
        payees = months.fair.payees
        assert wallets == {
            str(payees["ada"].pk): 9_870 + 1_991,
            str(payees["xin"].pk): 5_061 + 8_516,
            str(payees["agency"].pk): 3_910 + 794,
        }
        assert books.prove_books().reconciles
        assert books.is_closed(SEPTEMBER)

    def test_totals_are_the_sums_of_visible_lines(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        ada = months.statement("ada", SEPTEMBER)
        lines = list(queries.lines_of(ada))
        assert sum(each.amount_minor for each in lines if not each.is_held) == 9_870
        groups = queries.groups_of(ada, {})
        assert sum(each.amount_minor for each in groups) == 9_870
        assert {(each.kind, each.source): each.held_minor for each in groups} == {
            ("commission", "headlines"): 1_600,
            ("pool", "big"): 0,
            ("refund", "headlines"): 0,
        }
        assert len({each.key for each in lines}) == len(lines) == ada.line_count == 9

    def test_is_told_to_those_who_may_see_money(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        told = Notification.objects.filter(kind="statements.issued")
        accounts = Account.objects.filter(pk__in=told.values("account_id"))
        assert sorted(accounts.values_list("name", flat=True)) == ["Ada", "Chen", "Xin"]

    def test_stays_as_it_is_whatever_run_comes_after(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        before = list(Statement.objects.filter(period=SEPTEMBER).order_by("pk").values())
        months.draft(settled_at(SEPTEMBER) + 5 * HOUR)
        assert list(Statement.objects.filter(period=SEPTEMBER).order_by("pk").values()) == before
        assert queries.find_estimate(SEPTEMBER) is None

    def test_takes_no_transfer_any_more(self, months: MonthEnd) -> None:
        months.close(SEPTEMBER)
        wallet = f"payee:{months.fair.payees['ada'].pk}:wallet:CNY"
        with pytest.raises(ledger.PeriodClosed):
            ledger.post(
                key="late",
                transfers=[
                    ledger.NewTransfer(
                        key="late", debit=wallet, credit="platform:fee:CNY", currency="CNY",
                        amount_minor=1, kind="correction", subject="late",
                    )
                ],
                period=SEPTEMBER, actor=MACHINE, as_of=settled_at(OCTOBER),
            )  # fmt: skip


class TestTheClose:
    def test_waits_for_the_pools(self, months: MonthEnd) -> None:
        months.draft(end_of(SEPTEMBER) + HOUR)
        with pytest.raises(operations.MonthNotSettled):
            months.prepare(SEPTEMBER)

    def test_takes_months_in_their_order(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        months.settle(OCTOBER)
        with pytest.raises(operations.EarlierMonthOpen) as caught:
            months.prepare(OCTOBER)
        assert caught.value.period == SEPTEMBER

    def test_needs_another_person(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        months.prepare(SEPTEMBER)
        with pytest.raises(approvals.SecondPersonNeeded):
            months.approve(SEPTEMBER, by="eve")
        assert Transfer.objects.count() == 0

    def test_needs_a_fresh_second_factor(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        close = months.prepare(SEPTEMBER)
        with pytest.raises(approvals.SecondFactorNeeded):
            operations.approve_close(
                period=SEPTEMBER,
                seen_digest=close.digest,
                actor=months.fair.world.actor("fay"),
                as_of=settled_at(SEPTEMBER),
            )

    def test_approves_what_was_seen_and_nothing_else(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        months.prepare(SEPTEMBER)
        at = settled_at(SEPTEMBER) + HOUR
        with pytest.raises(approvals.ContentChanged):
            operations.approve_close(
                period=SEPTEMBER, seen_digest="0" * 64, actor=months.actor("fay", at=at), as_of=at
            )

    def test_cannot_be_prepared_or_approved_again(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        months.prepare(SEPTEMBER)
        months.approve(SEPTEMBER)
        with pytest.raises(operations.ClosedBefore):
            months.prepare(SEPTEMBER)
        with pytest.raises(operations.ClosedBefore):
            months.approve(SEPTEMBER)

    def test_that_does_not_reconcile_is_kept_with_its_findings_and_nobody_is_asked(
        self, months: MonthEnd
    ) -> None:
        months.settle(SEPTEMBER)
        months.fair.facts["order_lines"][0]["paid_minor"] += 1
        with pytest.raises(operations.DoesNotReconcile) as caught:
            months.prepare(SEPTEMBER)
        assert caught.value.check == "orders_equal_run"
        close = queries.find_close(SEPTEMBER)
        assert close is not None
        assert queries.state_of_close(close).name == "blocked"
        assert [each.state for each in queries.close_steps(SEPTEMBER)] == [
            "blocked", "next", "next", "next", "next",
        ]  # fmt: skip
        assert approvals.find_approval(subject=operations.subject_of(SEPTEMBER)) is None
        with pytest.raises(operations.NothingPrepared):
            months.approve(SEPTEMBER)

    @pytest.mark.parametrize(
        ("changes", "check"),
        [
            # Both bridges of the statement hold; the run says less.
            (
                {"commission_minor": 1, "payable_minor": 1, "net_minor": 1},
                "statements_equal_run",
            ),
            # The statement says a fen more than any transfer moves.
            ({"correction_minor": 1, "net_minor": 1}, "transfers_equal_statements"),
        ],
    )
    def test_fails_its_check_and_nobody_is_asked(
        self, months: MonthEnd, changes: dict[str, int], check: str
    ) -> None:
        months.settle(SEPTEMBER)
        xin = months.statement("xin", SEPTEMBER)
        moved = {name: F(name) + minor for name, minor in changes.items()}
        Statement.objects.filter(pk=xin.pk).update(**moved)
        with pytest.raises(operations.DoesNotReconcile) as caught:
            months.prepare(SEPTEMBER)
        assert caught.value.check == check
        assert approvals.find_approval(subject=operations.subject_of(SEPTEMBER)) is None

    def test_refused_with_a_reason_can_be_prepared_again(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        close = months.prepare(SEPTEMBER)
        at = settled_at(SEPTEMBER) + HOUR
        operations.reject_close(
            period=SEPTEMBER, seen_digest=close.digest, reason="A bank line is missing.",
            actor=months.actor("fay", at=at), as_of=at,
        )  # fmt: skip
        months.prepare(SEPTEMBER)
        months.approve(SEPTEMBER)
        work(settled_at(SEPTEMBER) + 3 * HOUR)
        assert queries.state_of_close(queries.find_close(SEPTEMBER)).name == "issued"

    def test_posted_in_chunks_and_interrupted_goes_on_where_it_was(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        months.prepare(SEPTEMBER)
        months.approve(SEPTEMBER)
        calls = 0

        def stop_at_the_third() -> None:
            nonlocal calls
            calls += 1
            if calls == 3:
                raise _Killed

        more: dict[str, Any] = {
            "period": SEPTEMBER, "actor": MACHINE, "as_of": settled_at(SEPTEMBER), "chunk": 7,
        }  # fmt: skip
        with pytest.raises(_Killed):
            operations.post_month(**more, checkpoint=stop_at_the_third)
        assert queries.is_posting()
        assert Close.objects.get().posted_chunks == 1
        operations.post_month(**more)
        assert not queries.is_posting()
        chunks = Close.objects.get().posted_chunks
        assert chunks > 1
        noted = json.loads(AuditRow.objects.get(kind="statements.posted").data)
        assert noted["chunks"] == chunks
        assert books.prove_books().reconciles
        wallet = books.get_account(f"payee:{months.fair.payees['ada'].pk}:wallet:CNY")
        assert wallet.balance_minor == 9_870


class _Killed(Exception):
    """Stands for a kill."""


class TestWhatTheStoreRefuses:
    def test_a_statement_that_does_not_add_up_or_is_paid_too_much(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        ada = months.statement("ada", SEPTEMBER)
        rows = Statement.objects.filter(pk=ada.pk)
        before = rows.values().get()
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("statement_bridge_ends_in_payable", {"commission_minor": 4_421}),
            ("statement_bridge_ends_in_payable", {"pool_micro": ada.pool_micro + 1}),
            ("statement_net_follows_from_payable", {"tax_minor": 1}),
            ("statement_is_paid_after_it_is_issued", {"paid_minor": 1}),
            (
                "statement_pays_no_more_than_its_net",
                {"issued_at": settled_at(SEPTEMBER), "paid_minor": 9_871},
            ),
        ]
        for constraint, values in wrong:
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                rows.update(**values)
        assert rows.values().get() == before
        assert rows.update(issued_at=settled_at(SEPTEMBER), paid_minor=9_870) == 1

    def test_an_approval_by_who_prepared_it(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        close = months.prepare(SEPTEMBER)
        with (
            pytest.raises(IntegrityError, match="close_is_approved_by_another"),
            transaction.atomic(),
        ):
            Close.objects.filter(pk=close.pk).update(approved_by=close.prepared_by)

    def test_a_statement_that_lost_all_its_lines_is_found_too(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        xin = months.statement("xin", SEPTEMBER)
        Line.objects.filter(statement=xin).delete()
        with pytest.raises(operations.StatementDoesNotAddUp) as caught:
            operations.ensure_adds_up(xin.take)
        assert caught.value.statement == xin.public_id

    def test_a_line_that_was_edited_is_found_before_it_is_shown(self, months: MonthEnd) -> None:
        months.settle(SEPTEMBER)
        take = queries.find_final_take(SEPTEMBER)
        assert take is not None
        line = Line.objects.filter(take=take, kind="pool").first()
        assert line is not None
        Line.objects.filter(pk=line.pk).update(amount_minor=line.amount_minor + 1)
        with pytest.raises(operations.StatementDoesNotAddUp):
            operations.ensure_adds_up(take)
        assert Shift.objects.count() == 0
