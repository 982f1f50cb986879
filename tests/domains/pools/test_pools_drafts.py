"""Drafts of pools: what came in goes out, to the micro, or nobody sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from wavepool.domains.pools import operations, queries
from wavepool.domains.pools.models import PeriodDraft, PoolDraft, PoolScene, Share
from wavepool.domains.pools.operations import PoolDoesNotAddUp
from wavepool.domains.scores import queries as scores
from wavepool.domains.scores.queries import RunTables
from wavepool.engine.policy import Policy
from wavepool.plumbing.actor import MACHINE
from worlds.pool_months import DURING, Months
from worlds.settled import JULY, JUNE, settled_market

pytestmark = pytest.mark.django_db
Change = Callable[[str, list[dict[str, Any]]], list[dict[str, Any]]]


@dataclass(frozen=True)
class Forged:
    """A run in which somebody changed rows of a table."""

    source: RunTables
    change: Change

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
        return pa.Table.from_pylist(self.change(table, found.to_pylist()), schema=found.schema)

    def read_opening(self, state: str, *, period: str) -> pa.Table | None:
        return self.source.read_opening(state, period=period)


def more(table: str, column: str, by: int = 1, place: int = 0) -> Change:
    """Add to one column of one row."""

    def change(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if name == table:
            rows[place][column] += by
        return rows

    return change


class TestATakenDraft:
    def test_has_the_pool_as_the_run_shared_it(self, months: Months) -> None:
        draft = months.take()
        pool = PoolDraft.objects.get(draft=draft)
        assert (pool.pool_id, pool.name_zh, pool.currency, pool.payees) == (
            "big",
            "大奖池",
            "CNY",
            2,
        )
        assert (pool.legs_minor, pool.subsidy_minor, pool.reversals_minor) == (8_825, 50_000, 420)
        assert pool.distributable_micro == 58_405_000_000
        assert pool.distributed_micro == 58_404_999_999
        assert pool.residue_out_micro == 1

    def test_has_every_share_with_its_carry_and_the_agencys_part(self, months: Months) -> None:
        draft = months.take()
        own = Share.objects.get(draft=draft, payee_id=months.payee.pk)
        assert (own.value, own.entitlement_micro, own.agency_micro) == (
            4_131_084,
            33_002_418_323,
            0,
        )
        assert (own.carry_in_micro, own.paid_minor, own.carry_out_micro) == (0, 33_002, 418_323)
        dong = Share.objects.get(draft=draft, payee_id=10_000_004)
        assert (dong.entitlement_micro, dong.agency_micro) == (25_402_581_676, 5_080_516_335)
        july = months.take(period=JULY)
        again = Share.objects.get(draft=july, payee_id=months.payee.pk)
        assert (again.carry_in_micro, again.paid_minor, again.carry_out_micro) == (
            418_323,
            17_482,
            478_859,
        )

    def test_says_what_sales_alone_would_have_paid(self, months: Months) -> None:
        draft = months.take()
        rows = Share.objects.filter(draft=draft).order_by("payee_id")
        assert sum(row.sales_only_minor - row.direct_minor for row in rows) == 8_825 - 420
        # Ada won line 2: 1201 commission, of it 240 direct, 120 fee, 841 to the pool; the refund of
        # a third takes 80 and 280 back.
        own = rows.get(payee_id=months.payee.pk)
        assert (own.direct_minor, own.sales_only_minor) == (160, 721)
        (standing,) = queries.find_standings(draft, months.payee.pk)
        assert standing.with_pool_minor == 33_162
        assert standing.against_sales_minor == 32_441
        assert standing.part_ppm == 565_061

    def test_shows_both_levels(self, months: Months) -> None:
        draft = months.take()
        (scoped,) = queries.list_pool_drafts(draft)
        values = {each.scene.scene_id: each.scene.value for each in scoped.scenes}
        assert values["headlines"] + values["good_goods"] == 7_310_857
        assert (values["headlines"], values["good_goods"]) == (4_209_018, 3_101_839)
        assert len(scoped.scenes) == 6
        assert sum(each.scene.legs_minor for each in scoped.scenes) == 8_825
        assert scoped.in_micro == scoped.out_micro == 58_405_000_000

    def test_keeps_the_figure_of_every_day(self, months: Months) -> None:
        months.take("run_1")
        draft = months.take("run_2", at=DURING.replace(day=21))
        history = queries.history_of(
            draft.period, payee_id=months.payee.pk, pool_id="big", upto=draft
        )
        assert [(str(day), micro) for day, micro in history] == [
            ("2024-06-20", 33_002_418_323),
            ("2024-06-21", 33_002_418_323),
        ]


class TestConservation:
    def test_holds_in_both_months(self, months: Months) -> None:
        for period in (JUNE, JULY):
            draft = months.take(period=period)
            pool = PoolDraft.objects.get(draft=draft)
            shares = Share.objects.filter(draft=draft)
            given = sum(each.entitlement_micro for each in shares)
            assert given + pool.residue_out_micro == pool.distributable_micro
            operations.ensure_adds_up(draft)

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            (more("pool_shares", "value"), "values of payees"),
            (more("payee_scenes", "value"), "values of scenes"),
            (more("settling", "pool_minor"), "legs of scenes"),
            (more("settling", "direct_minor"), "sales alone less direct legs"),
        ],
    )
    def test_of_a_forged_run_is_refused_and_nothing_of_it_is_seen(
        self, months: Months, change: Change, what: str
    ) -> None:
        with pytest.raises(PoolDoesNotAddUp) as refused:
            months.take(source=Forged(months.source, change))
        assert refused.value.what == what
        assert queries.find_period_draft(JUNE) is None
        assert Share.objects.count() == 0

    def test_of_shares_is_held_by_the_store_and_by_the_sum(self, months: Months) -> None:
        # One micro more to somebody breaks the row's own bridge.
        with pytest.raises(DatabaseError, match="share_pays_and_carries"), transaction.atomic():
            months.take(source=Forged(months.source, more("pool_shares", "entitlement_micro")))

        def both(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            rows = more("pool_shares", "entitlement_micro")(name, rows)
            return more("micro_lines", "carry_out_micro")(name, rows)

        with pytest.raises(PoolDoesNotAddUp) as refused:
            months.take(source=Forged(months.source, both))
        assert refused.value.what == "shares"

    @pytest.mark.parametrize(
        ("column", "rule"),
        [
            ("legs_minor", "pool_draft_adds_up_what_came_in"),
            ("residue_in_micro", "pool_draft_adds_up_what_came_in"),
            ("distributed_micro", "pool_draft_gives_out_what_came_in"),
        ],
    )
    def test_of_a_pool_is_held_by_the_store(self, months: Months, column: str, rule: str) -> None:
        with pytest.raises(DatabaseError, match=rule), transaction.atomic():
            months.take(source=Forged(months.source, more("pool_accounts", column)))

    def test_check_would_find_nothing_if_it_did_not_look(
        self, months: Months, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sabotage: without the check a forged run is taken in."""
        monkeypatch.setattr(operations.taking, "ensure_adds_up", lambda _draft: None)
        draft = months.take(source=Forged(months.source, more("pool_shares", "value")))
        assert queries.find_period_draft(JUNE) == draft
        with pytest.raises(PoolDoesNotAddUp):
            operations.ensure_adds_up(draft)


class TestTakingIn:
    def test_twice_changes_nothing(self, months: Months) -> None:
        first = months.take()
        assert months.take().pk == first.pk
        assert (PoolDraft.objects.count(), PoolScene.objects.count()) == (1, 6)
        assert Share.objects.count() == 2

    def test_that_is_killed_goes_on_where_it_stopped(
        self, months: Months, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(operations.taking.scores.write_in_chunks.__kwdefaults__, "chunk", 2)
        told: list[int] = []

        def die(rows: int) -> None:
            told.append(rows)
            if rows > 4:
                raise KeyboardInterrupt

        given: dict[str, Any] = {
            "run_id": "run_1",
            "period": JUNE,
            "as_of": DURING,
            "actor": MACHINE,
        }
        with pytest.raises(KeyboardInterrupt):
            operations.take_in_draft(months.source, **given, checkpoint=die)
        assert told == [2, 4, 6]
        assert PeriodDraft.objects.get().taken_rows == 4
        assert queries.find_period_draft(JUNE) is None
        draft = operations.take_in_draft(months.source, **given)
        assert draft.taken_rows == 9
        assert Share.objects.filter(draft=draft).count() == 2
        assert queries.find_period_draft(JUNE) == draft

    def test_rows_never_change(self, months: Months) -> None:
        months.take()
        for rows in (
            Share.objects.all(),
            PoolDraft.objects.all(),
            PoolScene.objects.all(),
        ):
            with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
                rows.update(pool_id="small")
            with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
                rows.delete()
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Share.objects.update(paid_minor=F("paid_minor") + 1)


class TestAPoolWithoutEvidence:
    def test_rolls_forward_and_gives_nobody_anything(self, months: Months) -> None:
        draft = months.take(source=settled_market(without=("touches",)))
        pool = PoolDraft.objects.get(draft=draft)
        assert pool.rolls_forward
        assert (pool.distributed_micro, pool.value_total, pool.payees) == (0, 0, 0)
        assert pool.residue_out_micro == pool.distributable_micro == 50_000_000_000
        assert Share.objects.count() == 0


class TestWhatWouldRaiseAShare:
    def test_is_exact_and_sorted(self, months: Months) -> None:
        draft = months.take()
        (standing,) = queries.find_standings(draft, months.payee.pk)
        found = scores.find_draft(period=JUNE)
        assert found is not None
        rows = queries.improvements_of(
            standing,
            scores.scenes_of_payee(found, months.payee.pk),
            terms=found.terms,
        )
        gains = {(each.scene_id, each.kind): each.gain_micro for each in rows}
        assert [each.gain_micro for each in rows] == sorted(gains.values(), reverse=True)
        assert len(rows) == 8
        # The root of each sum raised, counted by hand with whole numbers of any length.
        assert gains == {
            ("good_goods", "viewer"): 3_062_932_459,
            ("good_goods", "quality"): 17_999_761,
            ("good_goods", "experience"): 13_495_270,
            ("good_goods", "commerce"): 13_495_270,
            ("headlines", "viewer"): 3_111_920_683,
            ("headlines", "quality"): 39_171_641,
            ("headlines", "experience"): 29_375_328,
            ("headlines", "commerce"): 29_375_328,
        }
