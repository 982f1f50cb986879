"""What holds of a value over all its months: bounds, monotony, and what a bot can add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.meddling import meddle
from engine.scoring.small_evidence import PPM, Line, Look, Market, Sums, added_up, run
from wavepool.engine.policy import bot_bound_ppm, default_policy
from wavepool.engine.relations import Relations
from wavepool.engine.sharing import root_value

MONTHS = 3
BOT = 99

looks = st.builds(
    Look,
    viewer=st.integers(1, 5),
    piece=st.sampled_from([101, 102, 201, 301]),
    dwell=st.one_of(st.integers(0, 150_000), st.sampled_from([9_999, 10_000, 60_000])),
    is_saved=st.booleans(),
    is_shared=st.booleans(),
    is_followed=st.booleans(),
    is_disliked=st.sampled_from([False, False, True]),
    month=st.integers(0, 1),
)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Looks of two months, lines over them that settle in any of three, complaints."""
    rows = draw(st.lists(looks, min_size=3, max_size=20))
    lines = []
    for line_id in range(1, draw(st.integers(1, 8)) + 1):
        paid = draw(st.integers(0, 1))
        seen = [number for number, look in enumerate(rows, 1) if look.month <= paid]
        if not seen:
            continue
        chosen = draw(st.lists(st.sampled_from(seen), min_size=1, max_size=4, unique=True))
        lines.append(
            Line(
                line_id,
                {touch: draw(st.integers(0, 50_000)) for touch in chosen},
                net_minor=draw(st.integers(0, 3_000)),
                bad_ppm=draw(st.sampled_from([0, 0, 333_333, PPM])),
                paid=paid,
                settles=draw(st.sampled_from([paid, 2, None])) if paid == 0 else 2,
            )
        )
    feedback = draw(
        st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from([101, 201]), st.just(PPM)), max_size=3
        )
    )
    return Market(looks=rows, lines=lines, feedback=feedback)


def stays_within_viewers(sums: Sums, *, events: int) -> None:
    """Check each sum of a payee's months against its viewers and its floor.

    Every rounding is downwards: one unit for the floor of each piece and month.
    """
    for each in (sums.q, sums.x, sums.c):
        assert sums.n // 10 - events <= each <= sums.n


def value(sums: Sums) -> int:
    return root_value(quality_micro=sums.q, experience_micro=sums.x, commerce_micro=sums.c)


def what_a_bot_adds(
    rel: Relations, market: Market, bot: list[Look], lines: Sequence[Line] = (), *, months: int = 1
) -> int:
    """How much one more viewer's looks and lines raise payee 1000, over all months together."""
    before = added_up(run(rel, market, months=months))
    bigger = replace(market, looks=market.looks + bot, lines=[*market.lines, *lines])
    after = added_up(run(rel, bigger, months=months))
    return value(after[1000]) - (value(before[1000]) if 1000 in before else 0)


class TestTheSumsOfAllMonths:
    @settings(max_examples=5)
    @given(markets())
    def test_lie_between_the_floor_and_the_viewers(self, rel: Relations, market: Market) -> None:
        for sums in added_up(run(rel, market, months=MONTHS)).values():
            stays_within_viewers(sums, events=4 * MONTHS)

    def test_are_full_for_the_best_of_all_looks(self, rel: Relations) -> None:
        look = Look(1, 101, 60_000, is_saved=True, is_shared=True, is_followed=True)
        lines = [Line(line, {1: 1}, net_minor=400, settles=line) for line in (1, 2)]
        months = run(rel, Market(looks=[look], lines=lines), months=MONTHS)
        assert [month.pieces[101] for month in months] == [
            Sums(1, PPM, PPM, 100_000, 100_000),
            Sums(0, 0, 0, 900_000, 720_000),
            Sums(0, 0, 0, 0, 180_000),
        ]
        assert added_up(months) == {1000: Sums(1, PPM, PPM, PPM, PPM)}

    @pytest.mark.parametrize(
        ("step", "right", "wrong"),
        [
            (
                "lifts",
                "greatest(max(g.settled_before_minor), coalesce(max(b.settled_minor), 0))",
                "min(0 * g.line_id)",
            ),
            ("lifts", "case when g.is_experience = 1", "case when g.is_experience >= 0"),
            ("lifts", "g.influence * ((1000000 - 100000)", "g.influence * (1000000"),
            (
                "lifts",
                "least(d.before_minor + d.amount_minor, 500)",
                "(d.before_minor + d.amount_minor)",
            ),
            ("piece_values", "coalesce(b.bound_micro, 0) as free_micro", "0 as free_micro"),
        ],
    )
    def test_leave_their_bounds_when_a_guard_is_taken_away(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch, step: str, right: str, wrong: str
    ) -> None:
        lines = [Line(line, {1: 1}, net_minor=600, settles=line) for line in (0, 1)]
        market = Market(looks=[Look(1, 101, 60_000)], lines=lines)
        stays_within_viewers(added_up(run(rel, market, months=2))[1000], events=4)
        meddle(monkeypatch, step, right=right, wrong=wrong)
        with pytest.raises(AssertionError):
            stays_within_viewers(added_up(run(rel, market, months=2))[1000], events=4)


class TestABetterSignal:
    @settings(max_examples=2)
    @given(
        market=markets(),
        place=st.integers(0, 19),
        flag=st.sampled_from(["saved", "shared", "followed"]),
    )
    def test_never_lowers_its_own_sums_nor_moves_anothers(
        self, rel: Relations, market: Market, place: int, flag: str
    ) -> None:
        place %= len(market.looks)
        worse = replace(market.looks[place], **{f"is_{flag}": False})
        better = replace(worse, **{f"is_{flag}": True})
        owner = worse.piece // 100 * 1000
        results = []
        for look in (worse, better):
            rows = [*market.looks[:place], look, *market.looks[place + 1 :]]
            results.append(added_up(run(rel, replace(market, looks=rows), months=MONTHS)))
        before, after = results
        assert {key: sums for key, sums in before.items() if key != owner} == {
            key: sums for key, sums in after.items() if key != owner
        }
        gain = after[owner].q - before[owner].q
        assert 0 <= gain <= market.influence(place + 1) // 5
        assert after[owner]._replace(q=0) == before[owner]._replace(q=0)

    @pytest.mark.parametrize("worse", ["a dislike", "a complaint", "a refund", "a bad line"])
    def test_is_outdone_by_bad_experience(self, rel: Relations, worse: str) -> None:
        good = Market(
            looks=[Look(1, 101, 60_000), Look(2, 101, 60_000)],
            lines=[Line(1, {1: 1}, net_minor=500)],
        )
        bad = {
            "a dislike": replace(
                good, looks=[good.looks[0], replace(good.looks[1], is_disliked=True)]
            ),
            "a complaint": replace(good, feedback=[(0, 101, PPM)]),
            "a refund": replace(good, lines=[replace(good.lines[0], bad_ppm=400_000)]),
            "a bad line": replace(good, lines=[replace(good.lines[0], bad_ppm=PPM)]),
        }[worse]
        whole, less = added_up(run(rel, good))[1000], added_up(run(rel, bad))[1000]
        assert whole == Sums(2, 2 * PPM, 920_000, 2 * PPM, 200_000 + 900_000)
        lost = {
            "a dislike": 900_000,
            "a complaint": 900_000,
            "a refund": 360_000,
            "a bad line": 900_000,
        }
        assert less == whole._replace(x=2 * PPM - lost[worse])


class TestABot:
    BOUND = bot_bound_ppm(default_policy())
    # Floors of the sums move a value by a few millionths of a viewer beyond the exact bound.
    ROUNDING = 100

    def test_has_the_published_bound(self) -> None:
        assert self.BOUND == 4_599_553

    @settings(max_examples=3)
    @given(
        market=markets(),
        rows=st.lists(looks, min_size=1, max_size=6),
        net_minor=st.integers(0, 5_000),
        trust_ppm=st.sampled_from([PPM, PPM, 250_000, 0]),
    )
    def test_adds_at_most_its_bound_over_all_months(
        self, rel: Relations, market: Market, rows: list[Look], net_minor: int, trust_ppm: int
    ) -> None:
        first = len(market.looks) + 1
        bot = [replace(look, viewer=BOT, piece=101, month=0) for look in rows]
        lines = [
            Line(100 + place, {first + place: 1}, net_minor=net_minor, settles=place % MONTHS)
            for place in range(len(bot))
        ]
        known = replace(market, viewers={BOT: (trust_ppm, "all")})
        gain = what_a_bot_adds(rel, known, bot, lines, months=MONTHS)
        assert 0 <= gain <= self.BOUND * trust_ppm // PPM + self.ROUNDING

    def test_stays_below_the_bound_with_the_best_it_has(self, rel: Relations) -> None:
        # Six viewers' worth of an audience that only passes by: one sum full, two at their floors.
        passing = [Look(each, 101, 9_000) for each in range(1, 41)]
        bot = [Look(BOT, 101, 60_000, is_saved=True, is_shared=True, is_followed=True)]
        lines = [Line(1, {41: 1}, net_minor=10**9, settles=1)]
        # From (0.6, 6, 0.6) to (1.6, 7, 1.6) viewers.
        assert what_a_bot_adds(rel, Market(looks=passing), bot, lines, months=2) == 1_294_070

    def test_washes_no_complaint_away_with_empty_looks(self, rel: Relations) -> None:
        market = Market(looks=[Look(1, 101, 60_000)], feedback=[(0, 101, PPM)])
        assert what_a_bot_adds(rel, market, [Look(BOT, 101, 0)] * 40) == 0

    def test_washes_complaints_away_once_they_are_counted_per_touch(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        market = Market(looks=[Look(1, 101, 60_000)], feedback=[(0, 101, PPM)])
        right = "cast(sum(o.free_micro) as bigint), 1)"
        wrong = "1000000 * cast(sum(o.touches) as bigint), 1)"
        meddle(monkeypatch, "piece_values", right=right, wrong=wrong)
        assert what_a_bot_adds(rel, market, [Look(BOT, 101, 0)] * 40) > 100_000

    def test_adds_no_more_by_watching_for_ever(self, rel: Relations) -> None:
        market = Market(looks=[Look(1, 101, 60_000)])
        minute, month = (
            what_a_bot_adds(rel, market, [Look(BOT, 101, dwell)] * 5) for dwell in (12_000, 10**8)
        )
        assert minute == month > 0

    def test_adds_more_than_its_bound_without_the_cap(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        market = Market(looks=[Look(1, 101, 60_000)])
        bot = [Look(BOT, 101, 10**6)] * 5
        assert what_a_bot_adds(rel, market, bot) <= self.BOUND
        right = "greatest(g.load_ms, s.saturation_ms)"
        meddle(monkeypatch, "loads", right=right, wrong="s.saturation_ms")
        assert what_a_bot_adds(rel, market, bot) > self.BOUND
