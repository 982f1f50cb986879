"""Bad input on its way to money: said by row, rule and value; nothing of anybody's is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from wavepool.domains.credits import operations as credits
from wavepool.domains.credits import queries as runs
from wavepool.domains.credits.models import Run
from wavepool.domains.credits.operations import running
from wavepool.domains.ledger import queries as books
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.pools import operations as pools
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Line, Statement, Take
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.jobs import Worker
from wavepool.plumbing.models import Job
from worlds.fair import BUYERS, DAY, START, ms
from worlds.month_end import (
    HOUR,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    MonthEnd,
    end_of,
    settled_at,
)

pytestmark = pytest.mark.django_db
#: What September brings where every row is good.
WHOLE = {"ada": 9_870, "xin": 5_061, "agency": 3_910}


def nets(months: MonthEnd, month: str) -> dict[str, int]:
    """What everybody gets for a month."""
    return {who: months.statement(who, month).net_minor for who in WHOLE}


def run_jobs(at: datetime) -> None:
    """Do every job that waits, however it ends."""
    Worker(clock=lambda: at, sleep=lambda _s: None, beat_s=None).run_until_idle()


def draft(at: datetime) -> Run:
    """A draft, however it ends."""
    asked = credits.request_run(kind="draft", as_of=at, actor=MACHINE)
    run_jobs(at)
    return Run.objects.get(pk=asked.pk)


def ask_final(month: str) -> Run:
    """Drafted, published, the final run asked for and done, however it ends."""
    end = end_of(month)
    draft(end + DAY)
    pools.publish_period(period=month, actor=MACHINE, as_of=end + 3 * DAY + HOUR)
    return ask_again(month)


def ask_again(month: str) -> Run:
    """The final run of a month that was published."""
    at = settled_at(month)
    assert pools.ask_final_run(period=month, actor=MACHINE, as_of=at)
    run_jobs(at)
    return Run.objects.filter(kind="final", period=month).latest("pk")


def close_after(months: MonthEnd, run: Run) -> None:
    """The pools' close, the reconciliation, two persons, the books."""
    assert run.state == "done", run.failure
    at = settled_at(run.period)
    pools.close_period(period=run.period, actor=MACHINE, as_of=at)
    months.prepare(run.period)
    months.approve(run.period)
    run_jobs(at + 3 * HOUR)


class TestARowThatCannotBeCounted:
    @pytest.mark.parametrize(
        ("change", "rule", "value"),
        [
            ({"currency": "USD"}, "mixed currency", "USD"),
            ({"paid_minor": 2**53 + 1}, "huge amount", "9007199254740993"),
            ({"paid_minor": -1}, "negative amount", "-1"),
        ],
        ids=["currency", "beyond", "negative"],
    )
    def test_keeps_its_month_open_until_it_is_put_right_and_is_paid_then(
        self, months: MonthEnd, change: dict[str, Any], rule: str, value: str
    ) -> None:
        good = dict(months.fair.facts["order_lines"][0])
        months.fair.facts["order_lines"][0].update(change)
        run = ask_final(SEPTEMBER)
        assert (run.state, run.failure_kind) == ("failed", "credits.rows_left_out")
        for word in ("order_lines 1", rule, value):
            assert word in run.failure
        (row,) = runs.list_rejects(run)
        assert (row["table_name"], row["row_key"], row["value"]) == ("order_lines", "1", value)
        # No final statement, nothing posted, and no door to a close without the row.
        assert not Take.objects.filter(is_final=True).exists()
        assert Transfer.objects.count() == 0
        with pytest.raises(pools.FinalRunNeeded):
            pools.close_period(period=SEPTEMBER, actor=MACHINE, as_of=settled_at(SEPTEMBER))
        with pytest.raises(operations.MonthNotSettled):
            months.prepare(SEPTEMBER)
        months.fair.facts["order_lines"][0] = good
        close_after(months, ask_again(SEPTEMBER))
        assert nets(months, SEPTEMBER) == WHOLE
        assert books.prove_books().reconciles

    def test_would_never_be_paid_if_the_month_became_final_without_it(
        self, months: MonthEnd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "_ensure_money_is_whole", lambda _run: None)
        months.fair.facts["order_lines"][0]["currency"] = "USD"
        months.close(SEPTEMBER)
        months.fair.facts["order_lines"][0]["currency"] = "CNY"
        months.close(OCTOBER)
        assert nets(months, SEPTEMBER) != WHOLE
        assert not Line.objects.filter(order_line_id=1).exists()

    def test_is_left_out_and_told_where_it_is_evidence(self, months: MonthEnd) -> None:
        months.fair.touch(BUYERS, 11, START + 3 * DAY, dwell_ms=-1)
        months.fair.write_lake()
        months.close(SEPTEMBER)
        (row,) = runs.list_rejects(Run.objects.get(kind="final"))
        assert (row["table_name"], row["column_name"], row["value"]) == (
            "touches", "dwell_ms", "-1",
        )  # fmt: skip
        assert nets(months, SEPTEMBER) == WHOLE

    def test_beyond_what_64_bits_hold_in_between_ends_the_run_by_name(
        self, months: MonthEnd
    ) -> None:
        good = dict(months.fair.facts["order_lines"][0])
        months.fair.facts["order_lines"][0]["paid_minor"] = 2**53
        asked = draft(end_of(SEPTEMBER) + HOUR)
        assert (asked.state, asked.failure_kind) == ("failed", "credits.NumberTooLarge")
        assert "does not fit 64 bits" in asked.failure
        assert Job.objects.get(public_id=asked.job).state == "failed"
        assert Statement.objects.count() == 0
        months.fair.facts["order_lines"][0] = good
        close_after(months, ask_final(SEPTEMBER))
        assert nets(months, SEPTEMBER) == WHOLE


class TestAMonth:
    def test_closed_while_open_or_twice_moves_nothing(self, months: MonthEnd) -> None:
        months.draft(end_of(SEPTEMBER) + HOUR)
        with pytest.raises(operations.MonthNotSettled):
            months.prepare(SEPTEMBER)
        assert Transfer.objects.count() == 0
        months.close(SEPTEMBER)
        found = list(Transfer.objects.order_by("pk").values_list("pk", "key", "amount_minor"))
        with pytest.raises(operations.ClosedBefore):
            months.prepare(SEPTEMBER)
        with pytest.raises(pools.PeriodIsClosed):
            pools.close_period(period=SEPTEMBER, actor=MACHINE, as_of=settled_at(SEPTEMBER))
        assert not pools.ask_final_run(
            period=SEPTEMBER, actor=MACHINE, as_of=settled_at(SEPTEMBER) + DAY
        )
        operations.post_month(period=SEPTEMBER, actor=MACHINE, as_of=settled_at(SEPTEMBER) + DAY)
        assert found == list(
            Transfer.objects.order_by("pk").values_list("pk", "key", "amount_minor")
        )
        assert nets(months, SEPTEMBER) == WHOLE


class TestAPoolBelowZero:
    def test_gives_nothing_and_its_deficit_is_a_receivable_until_it_is_earned(
        self, months: MonthEnd
    ) -> None:
        months.close(SEPTEMBER)
        refund_everything(months)
        months.close(OCTOBER)
        october = pool_of(OCTOBER)
        assert (october["legs_minor"], october["reversals_minor"]) == (7_236, 16_214)
        assert (october["distributed_micro"], october["deficit_out_minor"]) == (0, 8_978)
        assert balance("pool:big:receivable:CNY") == -8_978
        assert balance("pool:big:pool:CNY") == 0
        assert not Line.objects.filter(statement__period=OCTOBER, kind="pool").exists()
        # What was refunded after it was paid is owed by whoever had it, and stays in the books.
        assert months.statement("ada", OCTOBER).debt_out_minor == 1_448
        six_more_orders(months)
        months.close(NOVEMBER)
        november = pool_of(NOVEMBER)
        assert november["deficit_in_minor"] == 8_978
        assert november["distributed_micro"] == (50_400 - 8_978) * 10**6
        assert balance("pool:big:receivable:CNY") == 0
        assert months.statement("ada", NOVEMBER).debt_in_minor == 1_448
        assert books.prove_books().reconciles
        for month in (SEPTEMBER, OCTOBER, NOVEMBER):
            assert queries.find_close(month) is not None


def refund_everything(months: MonthEnd) -> None:
    """In October the buyers of all that September counted have their money back."""
    facts, first_of_october = months.fair.facts, ms(START + 25 * DAY)
    back = {each["line_id"]: each["refund_minor"] for each in facts["refunds"]}
    for row in facts["order_lines"]:
        if row["received_at"] < first_of_october:
            facts["refunds"].append(
                {
                    "refund_id": 100 + row["line_id"],
                    "line_id": row["line_id"],
                    "refund_minor": row["paid_minor"] - back.get(row["line_id"], 0),
                    "refunded_at": ms(START + 40 * DAY),
                }
            )


def six_more_orders(months: MonthEnd) -> None:
    """November brings more than the pool lacks."""
    for number in range(6):
        day = START + (62 + 3 * number) * DAY
        months.fair.touch(BUYERS + number, 11, day)
        months.fair.touch(BUYERS + number, 12, day + timedelta(hours=1), dwell_ms=9_000)
        months.fair.order(BUYERS + number, day + timedelta(hours=5), paid_minor=60_000)
    months.fair.write_lake()


def pool_of(month: str) -> dict[str, Any]:
    """The pool's account in a month's final run."""
    run = Run.objects.get(kind="final", period=month, state="done")
    (row,) = runs.read_run(run, "pool_accounts", period=month).to_pylist()
    return dict(row)


def balance(code: str) -> int:
    """What an account of the books holds."""
    return books.get_account(code).balance_minor
