"""Drafts of scores: taken in whole and once, ranked by what is shown, paid by what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from wavepool.domains.scores import operations, queries
from wavepool.domains.scores.models import (
    BaseRate,
    CreatorScore,
    Draft,
    PayeeScore,
    PieceScore,
    SceneScore,
    SlotScore,
)
from wavepool.domains.scores.operations import MonthNotInRun, write_in_chunks
from wavepool.domains.scores.queries import RunTables
from wavepool.domains.scores.tables import NAMES, draft_parts
from wavepool.engine.policy import Policy
from wavepool.plumbing.actor import MACHINE
from worlds.settled import JULY, JUNE, Renamed, settled_market

pytestmark = pytest.mark.django_db
AT = datetime(2024, 6, 20, 1, tzinfo=UTC)
ALL = (SceneScore, PayeeScore, CreatorScore, PieceScore, SlotScore, BaseRate)


def take(run: str = "run_1", period: str = JUNE, at: datetime = AT, **more: Any) -> Draft:
    """The hand-made season's month as the draft of a run."""
    return operations.take_in_draft(
        settled_market(), run_id=run, period=period, as_of=at, actor=MACHINE, **more
    )


@dataclass(frozen=True)
class Crowd:
    """A run in which some payees with ten viewers each please so many of them, in one slot."""

    source: RunTables
    viewers: tuple[int, ...]

    @property
    def policy(self) -> Policy:
        return self.source.policy

    @property
    def periods(self) -> tuple[str, ...]:
        return self.source.periods

    def read(
        self, table: str, *, period: str, where: str = "true", params: Sequence[Any] = ()
    ) -> pa.Table:
        found = self.source.read(table, period=period, where=where, params=params)
        rows: list[dict[str, Any]] = [
            {
                "payee_id": number,
                "creator_id": number,
                "piece_id": number,
                "scene_id": "open",
                "scene_no": 0,
                "slot": "top",
                "touches": 1,
                "viewers_micro": 10_000_000,
                "quality_micro": pleased * 1_000_000,
                "experience_micro": 10_000_000,
                "commerce_micro": 10_000_000,
                "value": 1,
            }
            for number, pleased in enumerate(self.viewers, start=1)
        ]
        if table not in ("payee_scenes", "piece_values", "slot_sums"):
            return found
        return pa.Table.from_pylist(rows, schema=found.schema)

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        return None


def counts() -> dict[str, int]:
    return {each.__name__: each.objects.count() for each in ALL}


class TestATakenDraft:
    def test_has_each_payee_of_each_scene_as_the_run_valued_it(self) -> None:
        draft = take()
        rows = PayeeScore.objects.filter(draft=draft).order_by("payee_id", "scene_id")
        assert [
            (row.payee_id, row.scene_id, row.viewers_micro, row.quality_micro, row.value)
            for row in rows
        ] == [
            (1, "good_goods", 2_271_225, 1_266_958, 1_300_027),
            (1, "headlines", 5_046_182, 2_674_211, 2_831_057),
            (4, "good_goods", 3_138_504, 1_896_094, 1_801_812),
            (4, "headlines", 2_447_343, 1_261_728, 1_377_961),
            (5, "open", 1_978_598, 910_153, 1_142_488),
        ]

    def test_adds_its_scenes_up(self) -> None:
        found = queries.list_scene_scores(take())
        assert found["headlines"].value_total == 4_209_018
        assert found["headlines"].viewers_micro == 7_493_525
        assert found["good_goods"].value_total == 3_101_839
        assert found["headlines"].payees == 2

    def test_hides_a_median_of_few(self) -> None:
        found = queries.list_scene_scores(take())
        assert {each.quality_median_ppm for each in found.values()} == {None}

    @pytest.mark.parametrize(
        ("viewers", "middle"),
        [
            ((1, 2, 3, 4), None),
            ((5, 1, 4, 2, 3), 300_000),
            # The lower of two: three of ten, pulled by twenty viewers to the mean of four of ten.
            ((9, 1, 5, 2, 4, 3), 366_666),
        ],
    )
    def test_shows_the_lower_middle_of_five_or_more(
        self, viewers: tuple[int, ...], middle: int | None
    ) -> None:
        source = Crowd(settled_market(), viewers)
        draft = operations.take_in_draft(source, run_id="r", period=JUNE, as_of=AT, actor=MACHINE)
        row = SceneScore.objects.get(draft=draft, scene_id="open")
        assert (row.payees, row.quality_median_ppm) == (len(viewers), middle)
        slots = SlotScore.objects.filter(draft=draft, scene_id="headlines", slot="top")
        assert {each.peers_median_ppm for each in slots} == {middle}
        assert {each.peers for each in slots} == {len(viewers)}

    def test_gives_equals_the_better_place(self) -> None:
        source = Crowd(settled_market(), (3, 5, 3, 1))
        draft = operations.take_in_draft(source, run_id="r", period=JUNE, as_of=AT, actor=MACHINE)
        rows = CreatorScore.objects.filter(draft=draft, scene_id="open").order_by("creator_id")
        assert [(row.creator_id, row.rank, row.ranked) for row in rows] == [
            (1, 2, 4),
            (2, 1, 4),
            (3, 2, 4),
            (4, 4, 4),
        ]

    def test_ranks_by_shrunken_rates_and_pays_by_value(self) -> None:
        draft = take()
        rows = CreatorScore.objects.filter(draft=draft, scene_id="headlines").order_by("rank")
        # Dong is worth less in all and shows more per viewer.
        assert [(row.creator_id, row.rank, row.ranked, row.value) for row in rows] == [
            (4, 1, 2, 1_377_961),
            (1, 2, 2, 2_831_057),
        ]
        own = PayeeScore.objects.get(draft=draft, payee_id=4, scene_id="headlines")
        # Twenty viewers at the scene's mean of 525 245 pull 515 550 to here.
        assert own.quality_ppm == 524_188
        assert own.value == 1_377_961

    def test_knows_base_rates_from_the_month_before_only(self) -> None:
        assert BaseRate.objects.filter(draft=take()).count() == 0
        july = take("run_1", JULY, datetime(2024, 7, 20, 1, tzinfo=UTC))
        row = BaseRate.objects.get(draft=july, scene_id="open", slot="top")
        assert (row.touches, row.watch_ppm, row.save_ppm) == (4, 1_000_000, 0)

    def test_says_each_factor_where_the_pieces_are_at_hand(self) -> None:
        pieces = pa.table(
            {"piece_id": [10, 11], "originality_ppm": [900_000, None], "ai_share_ppm": [250_000, 0]}
        )
        draft = take(pieces=lambda _ids: pieces)
        ten, eleven, forty = (
            PieceScore.objects.get(draft=draft, piece_id=number) for number in (10, 11, 40)
        )
        assert (ten.originality_ppm, ten.ai_share_ppm, ten.review_ppm) == (
            900_000,
            250_000,
            1_000_000,
        )
        assert eleven.originality_ppm == 1_000_000
        assert forty.originality_ppm is None
        assert forty.factor_ppm == 1_000_000

    def test_remembers_the_names_of_its_policy(self) -> None:
        draft = take()
        assert queries.scene_names(draft)["headlines"] == "Headlines"
        assert draft.terms["tenths"] == [4, 3, 3]
        assert str(draft.day) == "2024-06-20"


class TestTakingIn:
    def test_twice_changes_nothing(self) -> None:
        first, before = take(), counts()
        assert take().pk == first.pk
        assert counts() == before
        assert before == {
            "SceneScore": 3,
            "PayeeScore": 5,
            "CreatorScore": 5,
            "PieceScore": 6,
            "SlotScore": 6,
            "BaseRate": 0,
        }

    def test_that_is_killed_between_chunks_goes_on_there(self) -> None:
        whole = take()
        before = counts()
        for model in ALL:
            model.objects.filter(draft=whole).delete()
        Draft.objects.filter(pk=whole.pk).update(taken_rows=0, taken_at=None)
        parts = list(
            draft_parts(settled_market(), period=JUNE, names=NAMES.empty_table(), pieces=None)
        )
        told: list[int] = []

        def die(rows: int) -> None:
            told.append(rows)
            if rows > 8:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_in_chunks(
                whole, parts, link={"draft_id": whole.pk}, as_of=AT, checkpoint=die, chunk=4
            )
        assert told == [4, 8, 12]
        whole.refresh_from_db()
        assert (whole.taken_rows, whole.taken_at) == (8, None)
        assert queries.find_draft(period=JUNE) is None
        assert write_in_chunks(whole, parts, link={"draft_id": whole.pk}, as_of=AT, chunk=4)
        assert counts() == before
        assert not write_in_chunks(whole, parts, link={"draft_id": whole.pk}, as_of=AT, chunk=4)

    def test_of_a_month_that_the_run_does_not_have_is_refused(self) -> None:
        with pytest.raises(MonthNotInRun):
            take(period="2024-08")
        assert Draft.objects.count() == 0


class TestYesterday:
    def test_is_the_difference_of_two_days(self) -> None:
        take("run_1", at=AT - timedelta(days=1))
        draft = take("run_2")
        PayeeScore.objects.filter(draft__run_id="run_1", payee_id=1, scene_id="headlines").update(
            value=2_800_000
        )
        rows = queries.scenes_of_payee(draft, 1)
        assert [(row.name, row.gained) for row in rows] == [
            ("Headlines", 31_057),
            ("Good Goods", 0),
        ]
        assert queries.value_since(rows) == 31_057

    def test_is_not_known_on_the_first_day(self) -> None:
        rows = queries.scenes_of_payee(take(), 1)
        assert [row.gained for row in rows] == [None, None]
        assert queries.value_since(rows) is None

    def test_keeps_single_pieces_for_two_days_and_values_for_ever(self) -> None:
        for number in range(3):
            take(f"run_{number}", at=AT + timedelta(days=number))
        kept = PieceScore.objects.values_list("draft__run_id", flat=True)
        assert set(kept) == {"run_1", "run_2"}
        assert PayeeScore.objects.count() == 15

    def test_of_a_piece_is_known_from_the_second_day(self) -> None:
        first = take()
        assert [row.gained for row in queries.list_pieces_of_creator(first, 4)] == [None, None]
        second = take("run_2", at=AT + timedelta(days=1))
        PieceScore.objects.filter(draft=first, piece_id=40).update(value=1_000_000)
        gained = {row.piece_id: row.gained for row in queries.list_pieces_of_creator(second, 4)}
        assert gained == {40: 377_961, 41: 0}


class TestMonthsToTake:
    def test_are_the_running_one_and_two_before(self) -> None:
        months = ("2024-03", "2024-04", "2024-05", "2024-06", "2024-07")
        policy = settled_market().policy
        assert queries.periods_to_take(months, policy=policy, as_of=AT) == months[1:4]
        # Midnight in Shanghai lies eight hours before that of the clock.
        turn = datetime(2024, 6, 30, 16, tzinfo=UTC)
        assert queries.periods_to_take(months, policy=policy, as_of=turn) == months[2:5]


class TestARun:
    def test_may_name_people_of_the_store(self, world: Any) -> None:
        source = Renamed(settled_market(), creators={1: world.creator.pk}, payees={1: 77})
        draft = operations.take_in_draft(source, run_id="r", period=JUNE, as_of=AT, actor=MACHINE)
        row = CreatorScore.objects.filter(draft=draft, creator_id=world.creator.pk).first()
        assert row is not None
        assert (row.handle, row.name, row.tier, row.payee_id) == (
            "ada",
            "Ada's kitchen",
            "newcomer",
            77,
        )
