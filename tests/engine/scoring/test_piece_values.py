"""A piece's month in three sums: quality, experience, commerce, to the micro-viewer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.meddling import meddle
from engine.scoring.small_evidence import PPM, Line, Look, Market, Sums, run
from wavepool.engine.relations import Relations

MINUTE = 60_000


def of_piece(rel: Relations, market: Market, piece: int = 101) -> Sums:
    return run(rel, market)[0].pieces[piece]


def three_looks(**more: Any) -> Market:
    """Two thirds of viewer 1 and a twelfth of half-trusted viewer 2."""
    looks = [
        Look(1, 101, dwell=30_000, is_saved=True),
        Look(1, 201, dwell=MINUTE),
        Look(2, 101, dwell=3_000, is_clicked=True),
    ]
    return Market(looks=looks, viewers={2: (500_000, "all")}, **more)


class TestThreeLooks:
    def test_are_worked_out_to_the_digit(self, rel: Relations) -> None:
        month = run(rel, three_looks())[0]
        assert month.pieces == {
            # n = 333 333 + 41 666; S = 199 999; q = floor(0.1 n) + floor(0.9 S)
            101: Sums(2, 374_999, 37_499 + 179_999, 374_999, 37_499),
            201: Sums(1, 666_666, 66_666 + 239_999, 666_666, 66_666),
        }
        assert month.payees == {
            (1000, "headlines"): month.pieces[101],
            (2000, "headlines"): month.pieces[201],
        }
        assert month.lifts == {}


class TestQuality:
    @pytest.mark.parametrize(
        ("facts", "factor_ppm", "quality_micro"),
        [
            ({}, 1_000_000, 217_498),
            ({"originality_ppm": 500_000}, 500_000, 37_499 + 89_999),
            ({"originality_ppm": 500_000, "review_ppm": 500_000}, 250_000, 37_499 + 44_999),
            ({"completeness_ppm": 333_333, "media_quality_ppm": 333_333}, 111_110, 37_499 + 19_998),
            ({"ai_share_ppm": 1_000_000}, 700_000, 37_499 + 125_999),
            ({"ai_share_ppm": 500_000}, 850_000, 37_499 + 152_999),
            ({"originality_ppm": 0}, 1, 37_499),
        ],
    )
    def test_is_lifted_after_the_factor_of_the_piece(
        self, rel: Relations, facts: dict[str, int], factor_ppm: int, quality_micro: int
    ) -> None:
        month = run(rel, three_looks(pieces={101: facts}))[0]
        sums = {row["piece_id"]: row for row in month.evidence["piece_sums"]}
        assert sums[101]["factor_ppm"] == factor_ppm
        assert month.pieces[101] == Sums(2, 374_999, quality_micro, 374_999, 37_499)

    def test_keeps_the_floor_of_a_worthless_event(self, rel: Relations) -> None:
        assert of_piece(rel, Market(looks=[Look(1, 101, dwell=6_000)])).q == 10_000

    def test_loses_the_floor_when_it_is_meddled_with(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddle(
            monkeypatch,
            "piece_values",
            right="s.viewers_micro // 1000000 * 100000 + s.viewers_micro % 1000000 * 100000 // 1000000\n",
            wrong="0\n",
        )
        assert of_piece(rel, Market(looks=[Look(1, 101, dwell=6_000)])).q == 0

    def test_does_not_change_when_a_piece_is_shown_in_another_scene(self, rel: Relations) -> None:
        looks = [Look(1, 101, MINUTE), Look(1, 101, MINUTE, channel=2)]
        payees = run(rel, Market(looks=looks))[0].payees
        one = Sums(1, PPM, 100_000 + 360_000, PPM, 100_000)
        assert payees == {(1000, "headlines"): one, (1000, "open"): one}


class TestExperience:
    def viewed(self, **more: Any) -> Market:
        """Four full viewers of piece 101, one of piece 102."""
        looks = [Look(viewer, 101, MINUTE) for viewer in (1, 2, 3, 4)]
        return Market(looks=[*looks, Look(5, 102, MINUTE)], **more)

    def test_is_whole_where_nobody_complains(self, rel: Relations) -> None:
        assert of_piece(rel, self.viewed()).x == 4 * PPM

    @pytest.mark.parametrize(
        ("bad_ppm", "experience_micro"),
        [
            ([1_000_000], 4 * 775_000),  # one of four viewers: 0.1 + 0.9 · 0.75
            ([400_000], 4 * 910_000),  # 0.4 of four: 0.1 + 0.9 · 0.9
            ([1_000_000] * 4, 400_000),  # the floor
            ([1_000_000] * 40, 400_000),  # not below it
            ([0, 0], 4 * PPM),  # two good ratings
        ],
    )
    def test_loses_a_viewer_to_each_bad_feedback(
        self, rel: Relations, bad_ppm: list[int], experience_micro: int
    ) -> None:
        market = self.viewed(feedback=[(0, 101, each) for each in bad_ppm])
        month = run(rel, market)[0]
        assert month.pieces[101] == Sums(4, 4 * PPM, 400_000 + 1_440_000, experience_micro, 400_000)
        assert month.pieces[102].x == PPM

    def test_of_a_later_month_bears_later_feedback(self, rel: Relations) -> None:
        market = self.viewed(feedback=[(1, 101, PPM)])
        market.looks.append(Look(6, 101, MINUTE, month=1))
        first, second = run(rel, market, months=2)
        assert (first.pieces[101].x, second.pieces[101].x) == (4 * PPM, 100_000)

    def test_of_a_disliked_look_is_the_floor(self, rel: Relations) -> None:
        market = self.viewed()
        market.looks[0] = replace(market.looks[0], is_disliked=True)
        assert of_piece(rel, market).x == 3 * PPM + 100_000

    def test_of_a_look_bound_to_a_line_waits_for_the_line(self, rel: Relations) -> None:
        market = self.viewed(lines=[Line(1, {1: 1, 2: 1}, settles=None)])
        assert of_piece(rel, market).x == 2 * PPM + 200_000

    @pytest.mark.parametrize(
        ("bad_ppm", "lift"), [(0, 900_000), (250_000, 675_000), (1_000_000, 0), (333_333, 600_000)]
    )
    def test_of_a_bound_look_is_lifted_by_what_was_not_refunded(
        self, rel: Relations, bad_ppm: int, lift: int
    ) -> None:
        market = self.viewed(lines=[Line(1, {1: 1}, bad_ppm=bad_ppm, settles=1)])
        first, second = run(rel, market, months=2)
        assert first.pieces[101].x == 3 * PPM + 100_000
        assert second.lifts == {1: (lift, 0)}
        assert second.pieces == {101: Sums(0, 0, 0, lift, 0)}

    def test_is_not_moved_by_complaints_where_its_touches_are_bound(self, rel: Relations) -> None:
        market = self.viewed(lines=[Line(1, {1: 1}, settles=0)], feedback=[(0, 101, PPM)])
        # The bound one has its own verdict: the line went well. A complaint takes one of the free three.
        assert of_piece(rel, market).x == 2 * PPM + 100_000 + PPM

    def test_is_lifted_once_though_two_lines_share_a_look(self, rel: Relations) -> None:
        lines = [Line(1, {1: 1}, bad_ppm=PPM), Line(2, {1: 1})]
        month = run(rel, self.viewed(lines=lines))[0]
        assert month.lifts == {1: (0, 0)}
        lines = [Line(1, {1: 1}), Line(2, {1: 1}, bad_ppm=PPM)]
        month = run(rel, self.viewed(lines=lines))[0]
        assert month.lifts == {1: (900_000, 0)}

    def test_of_a_disliked_look_is_not_lifted_by_a_line(self, rel: Relations) -> None:
        market = self.viewed(lines=[Line(1, {1: 1})])
        market.looks[0] = replace(market.looks[0], is_disliked=True)
        month = run(rel, market)[0]
        assert month.lifts == {1: (0, 0)}
        assert month.pieces[101].x == 3 * PPM + 100_000

    def test_of_a_look_paid_for_in_a_later_month_was_free_and_is_not_lifted(
        self, rel: Relations
    ) -> None:
        market = self.viewed(lines=[Line(1, {1: 1}, net_minor=500, paid=1, settles=1)])
        first, second = run(rel, market, months=2)
        assert first.pieces[101].x == 4 * PPM
        assert second.lifts == {1: (0, 900_000)}

    def test_counts_a_look_twice_once_bound_looks_are_not_taken_out(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        market = self.viewed(lines=[Line(1, {1: 1, 2: 1})])
        assert of_piece(rel, market).x == 4 * PPM
        meddle(
            monkeypatch,
            "piece_values",
            right="s.liked_micro - coalesce(b.bound_micro, 0) as free_micro",
            wrong="s.liked_micro as free_micro",
        )
        assert of_piece(rel, market).x > 4 * PPM


class TestCommerce:
    def test_spreads_the_commission_by_decayed_weight(self, rel: Relations) -> None:
        looks = [Look(1, 100 * each + 1, MINUTE) for each in (1, 2, 3)]
        looks = [replace(look, viewer=each) for each, look in enumerate(looks, 1)]
        month = run(rel, Market(looks=looks, lines=[Line(1, {1: 1, 2: 2, 3: 4}, net_minor=100)]))[0]
        # 100 · 1/7, 2/7, 4/7 = 14, 28, 57; the one that is left goes to the lowest id of the latest.
        assert {touch: lift for touch, (_, lift) in month.lifts.items()} == {
            1: 15 * 1_800,
            2: 28 * 1_800,
            3: 57 * 1_800,
        }

    def test_gives_the_remainder_to_the_latest(self, rel: Relations) -> None:
        looks = [Look(each, 101, MINUTE, hour=each) for each in (1, 3, 2)]
        month = run(rel, Market(looks=looks, lines=[Line(1, {1: 1, 2: 1, 3: 1}, net_minor=101)]))[0]
        lifts = {touch: lift // 1_800 for touch, (_, lift) in month.lifts.items()}
        assert lifts == {1: 33, 2: 35, 3: 33}

    def test_is_spread_evenly_where_no_look_has_any_weight(self, rel: Relations) -> None:
        looks = [Look(each, 101, MINUTE, hour=each) for each in (1, 2, 3)]
        month = run(rel, Market(looks=looks, lines=[Line(1, {1: 0, 2: 0, 3: 0}, net_minor=100)]))[0]
        lifts = {touch: lift // 1_800 for touch, (_, lift) in month.lifts.items()}
        assert lifts == {1: 33, 2: 33, 3: 34}

    def test_is_full_at_the_cap(self, rel: Relations) -> None:
        full = {0: 0, 1: 1_800, 250: 450_000, 500: 900_000, 501: 900_000, 10**12: 900_000}
        looks = [Look(each, 100 + each, MINUTE) for each in range(1, 7)]
        lines = [Line(each, {each: 1}, net_minor=net) for each, net in enumerate(full, 1)]
        month = run(rel, Market(looks=looks, lines=lines))[0]
        for touch, lift in enumerate(full.values(), 1):
            assert month.lifts[touch] == (900_000, lift)
            assert month.pieces[100 + touch] == Sums(1, PPM, 460_000, PPM, 100_000 + lift)

    def test_of_one_look_is_capped_over_the_lines_of_a_month(self, rel: Relations) -> None:
        lines = [Line(line, {1: 1}, net_minor=300) for line in (1, 2, 3)]
        month = run(rel, Market(looks=[Look(1, 101, MINUTE)], lines=lines))[0]
        assert month.lifts == {1: (900_000, 900_000)}

    def test_of_one_look_is_capped_over_its_lines_of_all_months(self, rel: Relations) -> None:
        lines = [Line(line, {1: 1}, net_minor=200, settles=line) for line in (1, 2, 3, 4)]
        months = run(rel, Market(looks=[Look(1, 101, MINUTE)], lines=lines), months=5)
        assert [month.lifts for month in months] == [
            {},
            {1: (900_000, 360_000)},
            {1: (0, 360_000)},
            {1: (0, 180_000)},
            {1: (0, 0)},
        ]

    def test_of_one_look_is_capped_though_its_first_line_settled_before_the_second_was_paid(
        self, rel: Relations
    ) -> None:
        lines = [Line(line, {1: 1}, net_minor=400, paid=line, settles=line) for line in (0, 1)]
        months = run(rel, Market(looks=[Look(1, 101, MINUTE)], lines=lines), months=2)
        assert [month.lifts for month in months] == [{1: (900_000, 720_000)}, {1: (0, 180_000)}]

    def test_of_one_look_passes_the_cap_when_earlier_months_are_forgotten(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = [Line(line, {1: 1}, net_minor=500, settles=line) for line in (1, 2)]
        market = Market(looks=[Look(1, 101, MINUTE)], lines=lines)
        assert [month.lifts.get(1, (0, 0))[1] for month in run(rel, market, months=3)] == [
            0,
            900_000,
            0,
        ]
        meddle(
            monkeypatch,
            "lifts",
            right="greatest(max(g.settled_before_minor), coalesce(max(b.settled_minor), 0))",
            wrong="min(0 * g.line_id)",
        )
        assert run(rel, market, months=3)[2].lifts[1][1] == 900_000


class TestTheOwner:
    @settings(max_examples=3)
    @given(accounts=st.lists(st.sampled_from([10, 11, 12]), min_size=4, max_size=4))
    def test_has_the_same_sums_however_pieces_lie_on_accounts_and_creators(
        self, rel: Relations, accounts: list[int]
    ) -> None:
        pieces = (101, 102, 103, 104)
        looks = [
            Look(
                viewer,
                piece,
                17_000 + viewer * piece,
                is_saved=viewer == 2,
                is_disliked=viewer == 3,
            )
            for viewer in (1, 2, 3)
            for piece in pieces
        ]
        market = Market(
            looks=looks,
            lines=[Line(1, {1: 3, 2: 5, 6: 7}, net_minor=777, bad_ppm=100_001)],
            feedback=[(0, 102, PPM)],
            pieces={103: {"originality_ppm": 654_321}},
            owners=[(1, 5, 0, None), (2, 5, 0, None)],
        )
        together = replace(market, creator_of={1: 1})
        apart = replace(
            market,
            account_of=dict(zip(pieces, accounts, strict=True)),
            creator_of={10: 1, 11: 1, 12: 2},
        )
        whole, parts = run(rel, together)[0], run(rel, apart)[0]
        assert whole.payees == parts.payees
        assert whole.payees == {
            (5, "headlines"): Sums(12, 2_999_994, 1_451_094, 2_032_496, 649_626)
        }
        assert whole.pieces == parts.pieces
