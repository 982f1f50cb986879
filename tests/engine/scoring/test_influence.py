"""Influence: what one viewer's attention is worth, at most one whole viewer per scene and month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.meddling import meddle
from engine.scoring.small_evidence import PPM, Look, Market, run, weigh
from wavepool.engine import scoring
from wavepool.engine.relations import Relations, content_digest
from wavepool.engine.scoring import CellKey, Evidence

looks = st.builds(
    Look,
    viewer=st.integers(1, 4),
    piece=st.sampled_from([101, 102, 201, 301]),
    dwell=st.one_of(st.integers(0, 120_000), st.sampled_from([0, 9_999, 10_000, 10**9])),
    is_clicked=st.booleans(),
    is_saved=st.booleans(),
    is_shared=st.booleans(),
    is_followed=st.booleans(),
    is_disliked=st.booleans(),
    slot=st.sampled_from([None, "top", "end"]),
    channel=st.sampled_from([1, 1, 1, 2]),
    hour=st.integers(0, 719),
)
viewers = st.dictionaries(
    st.integers(1, 4), st.tuples(st.integers(0, PPM), st.sampled_from(["all", "gold"]))
)


def touch_influences(rel: Relations, market: Market) -> list[int]:
    """The influence of each look in turn: one piece each, so that its sum is its own."""
    each = [replace(look, piece=101 + number) for number, look in enumerate(market.looks)]
    weigh(rel, replace(market, looks=each))
    rows = rel.fetch("select piece_id, viewers_micro from piece_sums").to_pylist()
    found = {row["piece_id"]: row["viewers_micro"] for row in rows}
    return [found[101 + number] for number in range(len(each))]


def no_viewer_counts_twice(rel: Relations, market: Market) -> None:
    """Check that the looks of each viewer in each scene add up to the viewer's trust at most."""
    total: dict[tuple[int, int], int] = defaultdict(int)
    for look, influence in zip(market.looks, touch_influences(rel, market), strict=True):
        total[look.viewer, look.channel] += influence
    for (viewer, _), influence in total.items():
        assert 0 <= influence <= market.viewers.get(viewer, (PPM, "all"))[0]


class TestInfluence:
    def test_is_trust_by_the_part_of_the_viewers_time(self, rel: Relations) -> None:
        market = Market(
            looks=[
                Look(1, 101, dwell=30_000),
                Look(1, 201, dwell=60_000),  # viewer 1: 90 s, past the saturation of 60 s
                Look(2, 101, dwell=3_000, is_clicked=True),  # 5 s for the click
                Look(2, 201, dwell=9_000, is_clicked=True),  # 9 s; 14 s of 60 s
                Look(3, 201, dwell=0),
                Look(4, 101, dwell=60_000),  # exactly the saturation
                Look(5, 101, dwell=60_000),  # nobody is trusted by nothing
            ],
            viewers={2: (500_000, "all"), 5: (0, "all")},
        )
        expected = [333_333, 666_666, 41_666, 75_000, 0, 1_000_000, 0]
        assert touch_influences(rel, market) == expected
        assert [market.influence(number) for number in range(1, 8)] == expected

    def test_is_counted_apart_in_each_scene_and_month(self, rel: Relations) -> None:
        market = Market(
            looks=[
                Look(1, 101, dwell=60_000),
                Look(1, 101, dwell=60_000, channel=2),
                Look(1, 101, dwell=60_000, month=1),
            ]
        )
        months = run(rel, market, months=2)
        assert [month.payees[1000, "headlines"].n for month in months] == [PPM, PPM]
        assert months[0].payees[1000, "open"].n == PPM
        assert (1000, "open") not in months[1].payees

    @settings(max_examples=6)
    @given(st.lists(looks, min_size=1, max_size=30), viewers)
    def test_of_one_viewer_is_one_viewer_at_most(
        self, rel: Relations, rows: list[Look], known: dict[int, tuple[int, str]]
    ) -> None:
        no_viewer_counts_twice(rel, Market(looks=rows, viewers=known, saturation_ms=30_000))

    def test_of_one_viewer_is_more_without_the_cap(
        self, rel: Relations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        market = Market(looks=[Look(1, 101, dwell=60_000), Look(1, 201, dwell=60_000)])
        no_viewer_counts_twice(rel, market)
        right = "greatest(g.load_ms, s.saturation_ms)"
        meddle(monkeypatch, "loads", right=right, wrong="s.saturation_ms")
        with pytest.raises(AssertionError):
            no_viewer_counts_twice(rel, market)

    def test_of_a_viewer_is_more_when_loads_are_split_between_parts(self, rel: Relations) -> None:
        # Why all touches of a viewer must be in one part: here the part does not go by viewer.
        market = Market(looks=[Look(1, 101, dwell=60_000), Look(3, 101, dwell=60_000)])
        assert run(rel, market, parts=2)[0].payees[1000, "headlines"].n == 2 * PPM
        one = Market(looks=[Look(1, 101, dwell=60_000), Look(1, 101, dwell=60_000)])
        assert run(rel, one, parts=2)[0].payees[1000, "headlines"].n == PPM


class TestASignal:
    def test_weighs_what_the_policy_says(self, rel: Relations) -> None:
        minute = Look(1, 101, dwell=60_000)
        cases = (
            (minute, 400_000),
            (replace(minute, is_saved=True), 600_000),
            (replace(minute, is_shared=True), 600_000),
            (replace(minute, is_followed=True), 600_000),
            (replace(minute, is_saved=True, is_shared=True, is_followed=True), 1_000_000),
            (replace(minute, is_clicked=True), 400_000),
            (replace(minute, is_disliked=True), 400_000),
            (replace(minute, dwell=9_999, is_saved=True), 33_330),  # 166 650 micro by 0.2
            (replace(minute, dwell=10_000), 66_666),  # 166 666 micro by 0.4, floored
        )
        looks = [
            replace(look, viewer=place, piece=100 + place) for place, (look, _) in enumerate(cases)
        ]
        weigh(rel, Market(looks=looks))
        rows = rel.fetch("select signal_micro from piece_sums order by piece_id").to_pylist()
        assert [row["signal_micro"] for row in rows] == [signal for _, signal in cases]

    def test_weighs_less_where_it_is_common(self, rel: Relations) -> None:
        # Last month half of all viewers at the top watched, and a tenth at the end.
        rates = {
            CellKey("headlines", "top", 0, "all"): Evidence(200, 10**9, (500_000_000, 0, 0, 0)),
            CellKey("headlines", "end", 0, "all"): Evidence(200, 10**9, (100_000_000, 0, 0, 0)),
        }
        market = Market(
            looks=[
                Look(1, 101, dwell=60_000, slot="top"),
                Look(2, 102, dwell=60_000, slot="end"),
                Look(3, 103, dwell=60_000, slot="top", hour=6),  # band 1 has no rate: its slot's
            ],
            rates=rates,
        )
        weigh(rel, market)
        rows = rel.fetch(
            "select piece_id, signal_micro from piece_sums order by piece_id"
        ).to_pylist()
        assert [row["signal_micro"] for row in rows] == [80_000, 400_000, 80_000]


class TestTheSums:
    def small(self) -> Market:
        return Market(
            looks=[
                Look(1, 101, dwell=60_000, slot="top", is_saved=True, is_followed=True),
                Look(2, 101, dwell=30_000, slot="top", hour=6, is_disliked=True),
                Look(2, 201, dwell=30_000, slot="end", hour=30, is_followed=True),
                Look(3, 201, dwell=1_999, channel=2),
            ],
            viewers={1: (PPM, "gold")},
        )

    def test_of_pieces_keep_scene_and_owner(self, rel: Relations) -> None:
        evidence = run(rel, self.small())[0].evidence
        names = (
            "piece_id",
            "payee_id",
            "scene_no",
            "touches",
            "viewers_micro",
            "signal_micro",
            "liked_micro",
        )
        rows = sorted(tuple(row[name] for name in names) for row in evidence["piece_sums"])
        assert rows == [
            (101, 1000, 0, 2, 1_500_000, 1_000_000, 1_000_000),
            (201, 2000, 0, 1, 500_000, 300_000, 500_000),
            (201, 2000, 1, 1, 33_316, 0, 33_316),
        ]

    def test_of_slots_cells_days_and_loads_are_of_the_same_touches(self, rel: Relations) -> None:
        evidence = run(rel, self.small())[0].evidence
        slots = {
            (row["payee_id"], row["scene_no"], row["slot"]): row for row in evidence["slot_sums"]
        }
        assert {
            key: (row["viewers_micro"], row["quality_micro"]) for key, row in slots.items()
        } == {
            (1000, 0, "top"): (1_500_000, 1_000_000),
            (2000, 0, "end"): (500_000, 300_000),
            (2000, 1, ""): (33_316, 0),
        }
        # Slots "", end, top; tiers all, gold: cell = ((scene·3 + slot)·4 + band)·2 + tier.
        cells = {row.pop("cell_no"): tuple(row.values()) for row in evidence["cell_sums"]}
        assert cells == {
            17: (1, 1_000_000, 1_000_000, 1_000_000, 0, 1_000_000),
            18: (1, 500_000, 500_000, 0, 0, 0),
            10: (1, 500_000, 500_000, 0, 0, 500_000),
            24: (1, 33_316, 0, 0, 0, 0),
        }
        days = {(row["creator_id"], row["day"]): row["fans"] for row in evidence["fan_days"]}
        assert days == {(1, 19_266): 1, (2, 19_267): 1}
        loads = {
            (row["scene_no"], row["load_s"]): tuple(row.values())[2:]
            for row in evidence["load_histogram"]
        }
        assert loads == {(0, 60): (2, 120_000), (1, 1): (1, 1_999)}

    def test_go_to_the_owner_of_the_moment(self, rel: Relations) -> None:
        market = Market(
            looks=[
                Look(1, 101, 60_000, hour=1),
                Look(2, 101, 60_000, hour=2),
                Look(3, 101, 60_000, hour=3),
            ],
            owners=[
                (1, 7, 0, Look(1, 1, hour=2).at),
                (1, 8, Look(1, 1, hour=2).at, Look(1, 1, hour=3).at),
            ],
        )
        payees = run(rel, market)[0].payees
        # The third look finds nobody whom the piece could be paid to.
        assert {payee: sums.n for (payee, _), sums in payees.items()} == {7: PPM, 8: PPM}

    @settings(max_examples=4)
    @given(
        rows=st.lists(looks, min_size=1, max_size=25),
        known=viewers,
        seed=st.integers(0, 99),
        parts=st.integers(1, 3),
    )
    def test_are_the_same_for_any_order_of_rows_and_any_parts(
        self,
        rel: Relations,
        rows: list[Look],
        known: dict[int, tuple[int, str]],
        seed: int,
        parts: int,
    ) -> None:
        market = Market(looks=rows, viewers=known)
        digests = []
        for given_parts, shuffled in ((1, None), (parts, seed)):
            weigh(rel, market, parts=given_parts, shuffled=shuffled)
            digests.append([content_digest(rel, name) for name in scoring.SUMS])
        assert digests[0] == digests[1]
