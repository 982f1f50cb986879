"""A month's estimate: replaced each night, kept once it was put to objection, told from the final."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from wavepool.domains.pools import operations as pools
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Take
from wavepool.domains.statements.tables import MonthTables
from wavepool.plumbing.actor import MACHINE
from worlds.month_end import HOUR, SEPTEMBER, MonthEnd, end_of, settled_at, work

pytestmark = pytest.mark.django_db


class TestAnEstimate:
    def test_is_replaced_by_the_next_and_goes_with_the_final(self, months: MonthEnd) -> None:
        months.draft(end_of(SEPTEMBER) - 3 * HOUR)
        months.draft(end_of(SEPTEMBER) + HOUR)
        assert Take.objects.filter(period=SEPTEMBER).count() == 1
        assert queries.state_of(months.statement("ada", SEPTEMBER), end_of(SEPTEMBER)).name == (
            "estimated"
        )
        months.settle(SEPTEMBER)
        assert Take.objects.get(period=SEPTEMBER).is_final

    def test_that_knew_everything_leaves_nothing_to_explain(self, months: MonthEnd) -> None:
        end = end_of(SEPTEMBER)
        months.draft(end + HOUR)
        # After the estimate half of line 2 is refunded; it was refunded in September.
        months.fair.facts["refunds"].append(
            {"refund_id": 2, "line_id": 2, "refund_minor": 5_018,
             "refunded_at": int((end - HOUR).timestamp()) * 1_000}
        )  # fmt: skip
        months.settle(SEPTEMBER)
        ada = months.statement("ada", SEPTEMBER)
        shifts = {each.reason: each.amount_minor for each in queries.shifts_of(ada)}
        # Settling drafts once more, so the estimate knows of it; nothing is left to explain.
        assert shifts == {}
        assert ada.estimated_minor == ada.net_minor

    def test_of_which_a_line_was_refunded_since_says_so(self, months: MonthEnd) -> None:
        end = end_of(SEPTEMBER)
        months.draft(end + HOUR)
        before = queries.find_estimate(SEPTEMBER)
        assert before is not None
        was = months.statement("ada", SEPTEMBER).net_minor
        months.fair.facts["refunds"].append(
            {"refund_id": 2, "line_id": 2, "refund_minor": 5_018,
             "refunded_at": int((end - HOUR).timestamp()) * 1_000}
        )  # fmt: skip
        publish_and_settle()
        ada = months.statement("ada", SEPTEMBER)
        shifts = {each.reason: each.amount_minor for each in queries.shifts_of(ada)}
        assert shifts["refunded_since"] == -160
        assert ada.estimated_minor == was
        assert sum(shifts.values()) == ada.net_minor - was
        assert "pool_changed" in shifts

    def test_is_what_was_put_to_objection_and_not_a_later_one(self, months: MonthEnd) -> None:
        end = end_of(SEPTEMBER)
        months.draft(end + HOUR)
        was = months.statement("ada", SEPTEMBER).net_minor
        put = queries.find_estimate(SEPTEMBER)
        assert queries.find_put_to_objection(SEPTEMBER) is None
        publish()
        assert queries.find_put_to_objection(SEPTEMBER) == put
        months.fair.facts["refunds"].append(
            {"refund_id": 2, "line_id": 2, "refund_minor": 5_018,
             "refunded_at": int((end - HOUR).timestamp()) * 1_000}
        )  # fmt: skip
        for nights in (4, 5):
            months.draft(end + nights * 24 * HOUR)
        later = months.statement("ada", SEPTEMBER)
        assert later.net_minor != was
        assert queries.find_put_to_objection(SEPTEMBER) == put
        assert set(Take.objects.filter(period=SEPTEMBER)) == {put, later.take}
        settle()
        ada = months.statement("ada", SEPTEMBER)
        shifts = {each.reason: each.amount_minor for each in queries.shifts_of(ada)}
        assert ada.estimated_minor == was
        assert shifts["refunded_since"] == -160
        assert sum(shifts.values()) == ada.net_minor - was
        assert Take.objects.get(period=SEPTEMBER).is_final


def publish_and_settle() -> None:
    """The final run without another draft in between."""
    publish()
    settle()


def publish() -> None:
    """The month's draft is put to objection."""
    at = end_of(SEPTEMBER) + 3 * 24 * HOUR + HOUR
    pools.publish_period(period=SEPTEMBER, actor=MACHINE, as_of=at)


def settle() -> None:
    """The final run, and its statements."""
    at = settled_at(SEPTEMBER)
    pools.ask_final_run(period=SEPTEMBER, actor=MACHINE, as_of=at)
    work(at)


class TestTakingIn:
    def test_a_run_whose_lines_are_not_its_statements_is_not_taken_in(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = months.draft(end_of(SEPTEMBER) + HOUR)
        Take.objects.all().delete()
        lines = MonthTables.lines

        def one_more(month: MonthTables, first: int, count: int) -> pa.Table:
            """Each line a fen above what it is."""
            found = lines(month, first, count)
            place = found.column_names.index("amount_minor")
            more = pc.add(found.column(place), 1)
            return found.set_column(place, found.schema.field(place), more)

        monkeypatch.setattr(MonthTables, "lines", one_more)
        given: dict[str, Any] = {
            "run_id": run.public_id, "period": SEPTEMBER, "actor": MACHINE,
            "as_of": end_of(SEPTEMBER) + 2 * HOUR,
        }  # fmt: skip
        with pytest.raises(operations.StatementDoesNotAddUp):
            operations.take_in(**given)
        assert queries.find_estimate(SEPTEMBER) is None
        assert not queries.list_statements().exists()
        monkeypatch.setattr(MonthTables, "lines", lines)
        Take.objects.all().delete()
        taken = operations.take_in(**given)
        assert taken is not None
        assert queries.find_estimate(SEPTEMBER) == taken
