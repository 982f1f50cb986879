"""P8: after issue nothing of a month changes, whatever happens; the store itself refuses to."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from promises.kept_digest import Rows, differences, kept
from wavepool.domains.catalog import operations as catalog
from wavepool.domains.credits.models import Run
from wavepool.domains.ledger.models import Transfer
from wavepool.domains.pools import operations as pools
from wavepool.domains.statements import operations, queries
from wavepool.domains.statements.models import Line
from wavepool.plumbing.actor import MACHINE
from worlds.cast import make_cast
from worlds.fair import BUYERS, DAY, START, ms
from worlds.month_end import (
    HOUR,
    OCTOBER,
    SEPTEMBER,
    MonthEnd,
    end_of,
    make_month_end,
    settled_at,
    work,
)

pytestmark = pytest.mark.django_db
issued_is_kept = import_module("wavepool.domains.statements.migrations.0030_issued_is_kept")
#: Every row of an issued month, and a change of each kind that nobody may make.
CHANGES = (
    "UPDATE statements_statement SET net_minor = net_minor + 1, payable_minor = payable_minor + 1,"
    " commission_minor = commission_minor + 1 WHERE period = '2026-09'",
    "UPDATE statements_statement SET issued_at = NULL WHERE period = '2026-09'",
    "UPDATE statements_line SET amount_minor = amount_minor + 1",
    "UPDATE statements_shift SET amount_minor = amount_minor + 1",
    "UPDATE statements_close SET issued_at = NULL",
    "DELETE FROM statements_shift",
    "DELETE FROM statements_line",
    "DELETE FROM statements_close",
)


@pytest.fixture
def closed(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MonthEnd:
    """September is issued, October open."""
    months = make_month_end(make_cast(), settings, tmp_path, monkeypatch)
    end, at = end_of(SEPTEMBER), settled_at(SEPTEMBER)
    months.draft(end + DAY)
    pools.publish_period(period=SEPTEMBER, actor=MACHINE, as_of=end + 3 * DAY + HOUR)
    # It becomes known after the draft that was published, so the final differs and says why.
    months.fair.facts["refunds"].append(
        {"refund_id": 2, "line_id": 2, "refund_minor": 5_018,
         "refunded_at": ms(START + 20 * DAY)}
    )  # fmt: skip
    pools.ask_final_run(period=SEPTEMBER, actor=MACHINE, as_of=at)
    work(at)
    pools.close_period(period=SEPTEMBER, actor=MACHINE, as_of=at)
    months.prepare(SEPTEMBER)
    months.approve(SEPTEMBER)
    work(at + 3 * HOUR)
    return months


def september() -> dict[str, Rows]:
    """All that was said of September, and all that was posted in it."""
    names = ("key", "debit__code", "credit__code", "amount_minor", "state", "kind", "subject")
    rows = Transfer.objects.filter(period=SEPTEMBER).order_by("pk").values_list(*names)
    return {**kept([SEPTEMBER]), "transfers": list(rows)}


def everything_late(months: MonthEnd) -> None:
    """Facts of September that nobody knew when it was closed: refunds, looks, a complaint."""
    facts, day = months.fair.facts, START + 21 * DAY
    for number, (line, minor) in enumerate(((1, 10_000), (2, 5_019), (4, 3_333)), start=10):
        facts["refunds"].append(
            {"refund_id": number, "line_id": line, "refund_minor": minor, "refunded_at": ms(day)}
        )
    facts["feedback"].append(
        {"feedback_id": 1, "line_id": 5, "piece_id": None, "kind": "complaint",
         "score_ppm": None, "given_at": ms(day)}
    )  # fmt: skip
    for viewer in range(3):
        months.fair.touch(BUYERS + viewer, 12, day)
    months.fair.write_lake()


def refused(statement: str) -> str:
    """What the store says to a change made past every operation; "" where it takes it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0, "there is nothing that it changes"
    except IntegrityError as error:
        return str(error)
    return ""


class TestAnIssuedMonth:
    def test_stays_as_it_was_through_late_facts_new_rules_and_reruns(
        self, closed: MonthEnd
    ) -> None:
        before = september()
        everything_late(closed)
        catalog.open_plan(
            shop_id=closed.fair.world.shop.pk,
            facts=catalog.PlanFacts(kind="category", category="tea", rate_ppm=400_000),
            actor=MACHINE,
            as_of=settled_at(SEPTEMBER) + 4 * HOUR,
        )
        closed.draft(settled_at(SEPTEMBER) + 5 * HOUR)
        assert differences(before, september()) == []
        final = Run.objects.get(kind="final", period=SEPTEMBER)
        again = settled_at(SEPTEMBER) + 6 * HOUR
        operations.take_in(run_id=final.public_id, period=SEPTEMBER, actor=MACHINE, as_of=again)
        operations.post_month(period=SEPTEMBER, actor=MACHINE, as_of=again)
        assert differences(before, september()) == []
        with pytest.raises(operations.ClosedBefore):
            closed.prepare(SEPTEMBER)
        closed.close(OCTOBER)
        assert differences(before, september()) == []

    def test_leaves_what_came_late_to_the_open_one_once(self, closed: MonthEnd) -> None:
        everything_late(closed)
        closed.close(OCTOBER)
        ada = closed.statement("ada", OCTOBER)
        late = {
            each.key: each.amount_minor
            for each in queries.lines_of(ada)
            if each.kind == Line.Kind.REFUND
        }
        assert {key.split(":")[1] for key in late} >= {"1", "2", "4"}
        # Line 1 is refunded whole: all of its 320, less Chen's fifth, goes back.
        kept_minor = {each.kind: 0 for each in queries.lines_of(closed.statement("ada", SEPTEMBER))}
        for month in (SEPTEMBER, OCTOBER):
            for each in queries.lines_of(closed.statement("ada", month)):
                if each.order_line_id == 1:
                    kept_minor[each.kind] += each.amount_minor
        assert sum(kept_minor.values()) == 0

    def test_takes_payments_and_nothing_else(self, closed: MonthEnd) -> None:
        before = september()
        ada = closed.statement("ada", SEPTEMBER)
        paid: dict[str, Any] = {
            "payee_id": ada.payee_id, "currency": "CNY", "payout": "p1", "actor": MACHINE,
            "as_of": settled_at(SEPTEMBER) + DAY,
        }  # fmt: skip
        operations.note_paid(**paid, parts={ada.pk: ada.net_minor})
        operations.note_returned(**paid, amount_minor=ada.net_minor)
        assert differences(before, september()) == []


def execute(statement: str, params: None) -> None:
    """What a migration runs."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


class TestTheStore:
    def test_refuses_what_goes_past_every_operation(self, closed: MonthEnd) -> None:
        before = september()
        assert [each for each in CHANGES if not refused(each).startswith("statements: ")] == []
        assert differences(before, september()) == []

    def test_would_take_it_without_its_triggers_and_the_check_sees_that(
        self, closed: MonthEnd
    ) -> None:
        """Sabotage, and the way back of the migration."""
        before = september()
        editor = SimpleNamespace(connection=connection, execute=execute)
        issued_is_kept.unbuild(None, editor)
        try:
            assert [each for each in CHANGES if refused(each)] == []
            assert {each.split(":")[0] for each in differences(before, september())} == {
                "closes 2026-09", "lines 2026-09", "shifts 2026-09", "statements 2026-09",
            }  # fmt: skip
        finally:
            issued_is_kept.build(None, editor)
