"""Lines: there within seconds, then as the run says, with the sentence that explains them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow.compute as pc
import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from domains.credits.test_credits_runs import draft
from wavepool.domains.credits import operations, queries
from wavepool.domains.credits.models import EstimatedLine, EstimateMark
from wavepool.domains.credits.operations import sources
from wavepool.domains.people.models import ChannelAccount, Creator, Shop
from wavepool.engine.columns import CONTRACTS
from wavepool.engine.policy import default_policy
from wavepool.plumbing import jobs
from wavepool.plumbing.actor import MACHINE
from worlds.fair import BUYERS, DAY, NIGHT, START, Fair, two_months, work
from worlds.shelf import make_item

_FIGURES = (
    "line_id",
    "creator_id",
    "payee_id",
    "period",
    "outcome",
    "scene_id",
    "commission_minor",
    "direct_minor",
    "agency_minor",
    "kept_minor",
    "fee_minor",
    "pool_minor",
    "settle_at",
)


def figures() -> list[tuple[Any, ...]]:
    return list(EstimatedLine.objects.order_by("line_id", "creator").values_list(*_FIGURES))


def estimate(at: Any) -> None:
    """A tick of the estimates."""
    jobs.enqueue("credits.estimate", key=f"tests:{at}", actor=MACHINE, at=at)
    work(at)


class TestAnEstimate:
    def test_stands_seconds_after_the_payment(self, fair: Fair) -> None:
        at = START + 3 * DAY
        fair.touch(BUYERS, 11, at - timedelta(hours=3), dwell_ms=42_000, is_clicked=True)
        fair.order(BUYERS, at)
        estimate(at + timedelta(seconds=1))
        line = EstimatedLine.objects.get()
        # ¥100 at 20 %: ¥20 commission, of it a fifth direct, a tenth fee; the agency has a fifth.
        assert (line.commission_minor, line.direct_minor, line.fee_minor, line.pool_minor) == (
            2_000,
            400,
            200,
            1_400,
        )
        assert (line.agency_minor, line.kept_minor, line.state, line.scene_id) == (
            80,
            320,
            "estimated",
            "headlines",
        )
        assert queries.sentence_of(line) == (
            "You were the last creator this buyer really watched (42 s, 3 h before paying) for "
            "this item, so you earn the ¥3.20 commission, after 20 % for your agency."
        )
        with translation.override("zh-hans"):
            assert queries.sentence_of(line).startswith(
                "您是最后一位让该买家真正看过该商品的创作者"
            )
        assert [
            (step.piece_id, step.seconds, step.is_winner) for step in queries.path_of(line)
        ] == [(11, 42, True)]
        assert queries.state_of_line(line).tone == "warning"

    def test_is_what_the_nightly_run_says(self, fair: Fair) -> None:
        two_months(fair)
        operations.estimate_since(START - DAY, as_of=NIGHT)
        estimated = figures()
        assert (len(estimated), {row.state for row in EstimatedLine.objects.all()}) == (
            13,
            {"estimated"},
        )
        draft()
        assert figures() == estimated
        assert set(EstimatedLine.objects.values_list("state", flat=True)) == {"drafted"}

    def test_reads_what_its_lines_refer_to_however_many_others_there_are(
        self, fair: Fair, django_assert_num_queries: Any
    ) -> None:
        two_months(fair)
        policy = default_policy()
        lines = fair.lines_since(START + 20 * DAY)
        viewers = lines.column("buyer_id").to_pylist()
        touches = fair.touches_of(viewers, START).filter(pc.field("piece_id") == 11)
        before = sources.ground_of(lines, touches, policy)
        for number in range(30):
            stranger = Creator.objects.create(handle=f"c{number}", name="A stranger")
            ChannelAccount.objects.create(
                creator=stranger, channel="feed", external_id=stranger.handle, since_at=START
            )
            shop = Shop.objects.create(slug=f"s{number}", name="A strange shop")
            make_item(shop, "S", "Something", "tea", price_minor=1)
        with django_assert_num_queries(11):
            found = sources.ground_of(lines, touches, policy)
        assert found == before
        rows = {name: table.num_rows for name, table in found.items() if table.num_rows}
        # Ada, her agency, Bao's shop and what they are paid by; Xin's piece is not among these.
        assert rows == {
            "scenes": 7,
            "channels": 2,
            "pieces": 1,
            "accounts": 1,
            "creators": 1,
            "creator_payees": 1,
            "contracts": 3,
            "agencies": 1,
            "shops": 1,
            "items": 1,
            "plans": 1,
            "payees": 3,
        }
        assert set(found) == set(CONTRACTS)

    def test_moves_to_another_creator_with_a_late_touch(self, fair: Fair) -> None:
        at = START + 3 * DAY
        fair.touch(BUYERS, 11, at - timedelta(hours=3))
        fair.order(BUYERS, at)
        operations.estimate_since(at - DAY, as_of=at)
        assert [row[1] for row in figures()] == [fair.world.creator.pk]
        fair.touch(BUYERS, 12, at - timedelta(hours=1))
        operations.estimate_since(at - DAY, as_of=at)
        assert [row[1] for row in figures()] == [fair.xin.pk]

    def test_goes_when_the_run_credits_nobody(self, fair: Fair) -> None:
        two_months(fair)
        operations.estimate_since(START - DAY, as_of=NIGHT - DAY)
        fair.facts["touches"] = [row for row in fair.facts["touches"] if row["viewer_id"] != BUYERS]
        fair.write_lake()
        draft()
        assert not EstimatedLine.objects.filter(line_id=1).exists()
        assert EstimatedLine.objects.count() == 12

    def test_of_a_payment_after_the_run_began_stays(self, fair: Fair) -> None:
        two_months(fair)
        fair.touch(BUYERS + 50, 11, NIGHT - timedelta(hours=1))
        line = fair.order(BUYERS + 50, NIGHT + timedelta(seconds=5))
        operations.estimate_since(NIGHT, as_of=NIGHT + timedelta(seconds=6))
        fair.facts["order_lines"].remove(line)  # the season is read a moment before
        draft()
        assert EstimatedLine.objects.get(line_id=line["line_id"]).state == "estimated"

    def test_changes_no_final_line(self, fair: Fair) -> None:
        two_months(fair)
        operations.request_run(kind="final", period="2026-09", as_of=NIGHT, actor=MACHINE)
        work(NIGHT)
        settled = figures()
        fair.touch(BUYERS, 12, START + 2 * DAY + timedelta(hours=4))
        operations.estimate_since(START - DAY, as_of=NIGHT)
        assert [row for row in figures() if row[3] == "2026-09"] == settled

    def test_looks_back_to_the_last_tick(self, fair: Fair) -> None:
        at = START + 3 * DAY
        estimate(at)
        fair.touch(BUYERS, 11, at)
        fair.order(BUYERS, at + timedelta(minutes=1))
        estimate(at + timedelta(hours=2))
        assert EstimatedLine.objects.count() == 1
        assert EstimateMark.objects.get().estimated_to == at + timedelta(hours=2)

    def test_of_a_batch_at_a_time_is_the_same(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two_months(fair)
        operations.estimate_since(START - DAY, as_of=NIGHT)
        whole = figures()
        EstimatedLine.objects.all().delete()
        monkeypatch.setattr(operations.estimating, "BATCH", 3)
        operations.estimate_since(START - DAY, as_of=NIGHT)
        assert figures() == whole


class TestConfirming:
    def test_goes_on_after_its_last_chunk(
        self, fair: Fair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two_months(fair)
        monkeypatch.setattr(operations.estimating, "_CHUNK", 3)
        monkeypatch.setattr(operations.estimating, "_READ", 6)
        write, done, again = operations.estimating._write, list[int](), list[int]()

        def stopping(rows: Any, *, of: Any, **more: Any) -> None:
            if len(done) == 9:
                raise KeyboardInterrupt
            done.extend(of)
            write(rows, of=of, **more)

        def telling(rows: Any, *, of: Any, **more: Any) -> None:
            again.extend(of)
            write(rows, of=of, **more)

        with monkeypatch.context() as patch:
            patch.setattr(operations.estimating, "_write", stopping)
            with pytest.raises(KeyboardInterrupt):
                draft()
        drafted = EstimatedLine.objects.filter(state="drafted")
        assert sorted(drafted.values_list("line_id", flat=True)) == sorted(done)
        monkeypatch.setattr(operations.estimating, "_write", telling)
        work(NIGHT + timedelta(minutes=10))
        assert drafted.count() == 13
        assert sorted(drafted.values_list("line_id", flat=True)) == sorted(done + again)


class TestTheStore:
    @pytest.mark.parametrize(
        "values", [{"kept_minor": 1}, {"state": "drafted"}, {"state": "final", "run": None}]
    )
    def test_refuses_a_line_that_cannot_be(self, fair: Fair, values: dict[str, Any]) -> None:
        at = START + 3 * DAY
        fair.touch(BUYERS, 11, at)
        fair.order(BUYERS, at)
        operations.estimate_since(at - DAY, as_of=at)
        with pytest.raises(IntegrityError), transaction.atomic():
            EstimatedLine.objects.update(**values)

    def test_has_a_line_once_for_each_creator(self, fair: Fair) -> None:
        two_months(fair)
        operations.estimate_since(START - DAY, as_of=NIGHT)
        line = EstimatedLine.objects.first()
        assert line is not None
        line.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)
