"""From the log into the lake: once, by day, by our clock, with touches and visits."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.domains.events import operations, queries
from wavepool.domains.events.models import LakePart, LogPlace, QuarantinedEvent, VolumeCell, Watch
from wavepool.domains.events.operations.facts import corrected_ms
from wavepool.domains.events.operations.watching import GAP_MAX_MS
from wavepool.plumbing.segments import list_segments
from worlds.capture import (
    AT,
    AT_MS,
    Log,
    add_source,
    compact,
    event,
    lake_table,
    manifest,
)

VIEWER = queries.viewer_number("shop", "u1")


class TestAnEvent:
    def test_becomes_a_touch_and_a_record(self, log: Log) -> None:
        log.send([event("m1", props={"piece_id": "pc_3", "item_id": "itm_4", "dwell_ms": 900})])
        done = compact()
        assert (done.events, done.touches, done.repeated, done.quarantined) == (1, 1, 0, 0)
        assert lake_table("touches").to_pylist() == [
            {
                "touch_id": queries.touch_number("shop", "m1"),
                "viewer_id": VIEWER,
                "account_id": 1_003,
                "piece_id": 3,
                "channel_id": "feed",
                "session_id": None,
                "item_id": 4,
                "shop_id": 5,
                "link_id": None,
                "slot": None,
                "touched_at": AT_MS,
                "dwell_ms": 900,
                "is_clicked": False,
                "is_saved": False,
                "is_shared": False,
                "is_followed": False,
                "is_disliked": False,
            }
        ]
        (row,) = lake_table("events").to_pylist()
        assert (row["source"], row["kind"], row["name"]) == ("shop", "track", "Content Viewed")
        assert json.loads(row["properties"]) == {
            "dwell_ms": 900,
            "item_id": "itm_4",
            "piece_id": "pc_3",
        }

    @pytest.mark.parametrize(
        ("name", "props", "flag"),
        [
            ("Content Viewed", {}, None),
            ("Content Saved", {}, "is_saved"),
            ("Content Shared", {}, "is_shared"),
            ("Content Disliked", {}, "is_disliked"),
            ("Live Room Joined", {}, None),
            ("Live Product Clicked", {"item_id": 1}, "is_clicked"),
            ("Product Clicked", {"item_id": "itm_1"}, "is_clicked"),
            ("Creator Followed", {"creator": "ada"}, "is_followed"),
        ],
    )
    def test_sets_what_its_name_says(
        self, log: Log, name: str, props: dict[str, Any], flag: str | None
    ) -> None:
        log.send([event("m1", name, props={"piece_id": 2, **props})])
        compact()
        (touch,) = lake_table("touches").to_pylist()
        assert [key for key, value in touch.items() if value is True] == ([flag] if flag else [])

    @pytest.mark.parametrize(
        "record",
        [
            event("m1", "Order Completed", props={"order_id": "o1", "total": 3.5}),
            event("m1", "Product Viewed", props={"item_id": "gone"}),
            event("m1", "Live Product Pinned", props={"piece_id": "pc_1", "item_id": "itm_1"}),
            {"type": "page", "messageId": "m1", "anonymousId": "a", "properties": {"URL": "/"}},
            {"type": "identify", "messageId": "m1", "userId": "u1", "traits": {"Plan": "a"}},
        ],
    )
    def test_that_names_no_piece_is_a_record_alone(self, log: Log, record: dict[str, Any]) -> None:
        log.send([record])
        done = compact()
        assert (done.events, done.touches, done.quarantined) == (1, 0, 0)

    def test_of_a_browser_states_no_dwell(self, data: Path) -> None:
        log = Log(add_source("app", kind="browser").pk)
        log.send([event("m1", props={"piece_id": 1, "dwell_ms": 9_000_000})])
        log.close()
        compact()
        assert lake_table("touches").column("dwell_ms").to_pylist() == [0]

    def test_counts_once_however_often_it_comes(self, log: Log) -> None:
        log.send([event("m1"), event("m1"), event("m2")])
        compact()
        log.send([event("m2"), event("m1"), event("m3")], at_ms=AT_MS + 90_000)
        done = compact()
        assert (done.events, done.repeated) == (1, 2)
        assert lake_table("events").column("message_id").to_pylist() == ["m1", "m2", "m3"]

    def test_of_another_source_is_another(self, log: Log) -> None:
        other = Log(add_source("app").pk)
        log.send([event("m1")])
        other.send([event("m1")])
        other.close()
        assert compact().events == 2


class TestTheClock:
    @pytest.mark.parametrize(
        ("original", "sent", "occurred"),
        [
            # The sender's clock is a day ahead; five seconds passed before it sent.
            ("2026-11-03T09:00:00Z", "2026-11-03T09:00:05Z", AT_MS - 5_000),
            ("2026-11-02T17:00:00+08:00", "2026-11-02T09:00:01.500Z", AT_MS - 1_500),
            ("2026-11-02T08:59:00", "", AT_MS - 60_000),
            ("2026-11-09T09:00:00Z", "", AT_MS),
            ("2026-11-02T09:00:09Z", "2026-11-02T09:00:00Z", AT_MS),
            ("", "2026-11-02T09:00:00Z", AT_MS),
        ],
    )
    def test_of_the_sender_is_corrected_and_kept(
        self, log: Log, original: str, sent: str, occurred: int
    ) -> None:
        extra = {"originalTimestamp": original} if original else {}
        log.send([event("m1", **extra)], sent=sent)
        compact()
        (row,) = lake_table("events").to_pylist()
        assert row["occurred_at"] == occurred
        assert row["received_at"] == AT_MS
        assert (row["original_at"] is None, row["sent_at"] is None) == (not original, not sent)
        assert lake_table("touches").column("touched_at").to_pylist() == [occurred]

    @given(
        happened=st.integers(0, 10**12),
        waited=st.integers(0, 10**9),
        skew=st.integers(-(10**11), 10**11),
    )
    def test_may_be_wrong_by_any_skew(self, happened: int, waited: int, skew: int) -> None:
        found = corrected_ms(
            original=happened + skew, sent=happened + waited + skew, received=happened + waited
        )
        assert found == happened


class TestTheLake:
    def test_is_cut_by_day_and_told_by_a_manifest(self, log: Log, data: Path) -> None:
        yesterday = "2026-11-01T23:59:59Z"
        log.send([event("m1"), event("m2", timestamp=yesterday)])
        compact()
        log.send([event("m3", timestamp=yesterday)])
        compact()
        told = manifest(data)
        assert told["batch"] == 2
        names = [part["path"] for part in told["tables"]["touches"]["parts"]]
        assert names == [
            "touches/day=2026-11-01/part-1.parquet",
            "touches/day=2026-11-01/part-2.parquet",
            "touches/day=2026-11-02/part-1.parquet",
        ]
        files = queries.touch_files(first_day=date(2026, 11, 1), end_day=date(2026, 11, 2))
        assert [str(file.relative_to(data / "lake")) for file in files] == names[:2]

    def test_is_read_by_others(self, log: Log, data: Path) -> None:
        log.send([event("m1"), event("m2")])
        compact()
        sql = f"""SELECT day, count(*), sum(dwell_ms)
            FROM read_parquet('{data}/lake/touches/*/*.parquet', hive_partitioning=true)
            GROUP BY day"""
        assert duckdb.sql(sql).fetchall() == [(date(2026, 11, 2), 2, 8_000)]

    def test_leaves_no_log_behind(self, log: Log, data: Path) -> None:
        log.send([event("m1")])
        log.close()
        compact()
        assert list_segments(data / "segments") == []
        assert not LogPlace.objects.exists()

    def test_is_read_on_from_a_segment_that_grows(self, log: Log) -> None:
        log.send([event("m1")])
        assert compact().events == 1
        assert LogPlace.objects.count() == 1
        assert compact() == operations.Compacted()
        log.send([event("m2")])
        assert compact().events == 1

    def test_merges_many_parts_of_a_day(self, log: Log, data: Path) -> None:
        for number in range(14):
            log.send([event(f"m{number}")])
            compact()
        before = lake_table("touches")
        assert operations.merge_parts(as_of=AT) == 26
        assert lake_table("touches") == before
        assert len(manifest(data)["tables"]["touches"]["parts"]) == 1
        (file,) = queries.touch_files(first_day=date(2026, 11, 2), end_day=date(2026, 11, 3))
        assert file.exists()
        assert operations.sweep_parts(as_of=AT) == 0
        assert operations.sweep_parts(as_of=AT + timedelta(hours=2)) == 28
        assert len(list((data / "lake").glob("*/*/*"))) == 2 == LakePart.objects.count()

    def test_refuses_a_second_worker(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        log.send([event("m1")])
        judge = operations.compacting._judge

        def overtaken(records: Any) -> Any:
            monkeypatch.setattr(operations.compacting, "_judge", judge)
            assert compact().events == 1
            return judge(records)

        monkeypatch.setattr(operations.compacting, "_judge", overtaken)
        with pytest.raises(operations.LakeBusy):
            compact()
        assert lake_table("events").num_rows == 1


class TestAVisit:
    def _beats(self, log: Log, *seconds: float, watch: str = "w1", piece: int = 1) -> None:
        for number, second in enumerate(seconds):
            props = {"piece_id": piece, "watch_id": watch}
            name = f"{watch}-{piece}-{number}-{second}"
            log.send(
                [event(name, "Content Watched", props=props)], at_ms=AT_MS + int(second * 1_000)
            )

    def test_lasts_as_long_as_the_server_saw(self, log: Log) -> None:
        self._beats(log, 0, 10, 20, 31)
        compact(as_of=AT + timedelta(seconds=40))
        assert lake_table("touches").num_rows == 0
        (watch,) = Watch.objects.all()
        assert watch.dwell_ms == 31_000
        compact(as_of=AT + timedelta(seconds=92))
        (touch,) = lake_table("touches").to_pylist()
        assert (touch["touch_id"], touch["dwell_ms"], touch["touched_at"]) == (
            queries.number_of(watch),
            31_000,
            AT_MS,
        )
        assert not Watch.objects.exists()

    def test_does_not_count_what_nobody_saw(self, log: Log) -> None:
        self._beats(log, 0, 10, 10 + GAP_MAX_MS / 1_000 + 1, 41)
        compact(as_of=AT + timedelta(seconds=60))
        assert Watch.objects.get().dwell_ms == 20_000

    def test_grows_by_no_number_of_beats_at_one_moment(self, log: Log) -> None:
        log.send(
            [
                event(f"m{n}", "Content Watched", props={"piece_id": 1, "watch_id": "w"})
                for n in range(500)
            ]
        )
        compact()
        assert Watch.objects.get().dwell_ms == 0

    def test_that_was_silent_for_a_minute_is_another(self, log: Log) -> None:
        self._beats(log, 0, 10, 80, 90)
        compact(as_of=AT + timedelta(hours=1))
        touches = lake_table("touches").sort_by("touched_at").to_pylist()
        assert [(t["touched_at"] - AT_MS, t["dwell_ms"]) for t in touches] == [
            (0, 10_000),
            (80_000, 10_000),
        ]

    def test_is_the_same_whatever_the_batches(self, log: Log) -> None:
        self._beats(log, 0, 10)
        compact(as_of=AT + timedelta(seconds=12))
        self._beats(log, 20)
        self._beats(log, 20, 29, piece=2, watch="w2")
        compact(as_of=AT + timedelta(seconds=30))
        watches = Watch.objects.order_by("piece_id").values_list("piece_id", "dwell_ms")
        assert list(watches) == [(1, 20_000), (2, 9_000)]

    def test_gives_the_goods_that_were_clicked_a_touch_without_dwell(self, log: Log) -> None:
        self._beats(log, 0, 10)
        props = {"piece_id": 1, "item_id": 9, "watch_id": "w1"}
        log.send([event("click", "Live Product Clicked", props=props)], at_ms=AT_MS + 12_000)
        self._beats(log, 20)
        compact(as_of=AT + timedelta(hours=1))
        touches = lake_table("touches").sort_by("dwell_ms").to_pylist()
        assert [(t["item_id"], t["dwell_ms"], t["is_clicked"]) for t in touches] == [
            (9, 0, True),
            (None, 20_000, False),
        ]

    def test_that_goes_on_is_among_the_recent_touches(self, log: Log) -> None:
        log.send([event("m1")])
        self._beats(log, 0, 10)
        compact(as_of=AT + timedelta(seconds=12))
        since = AT - timedelta(days=1)
        recent = queries.recent_touches([VIEWER], since=since)
        assert sorted(recent.column("dwell_ms").to_pylist()) == [4_000, 10_000]
        running = recent.column("touch_id").to_pylist()
        compact(as_of=AT + timedelta(hours=1))
        later = queries.recent_touches([VIEWER], since=since)
        assert later.column("touch_id").to_pylist() == running
        assert queries.recent_touches([VIEWER + 1], since=since).num_rows == 0
        assert queries.recent_touches([VIEWER], since=AT + timedelta(hours=1)).num_rows == 0


class TestVolume:
    def test_is_counted_by_lateness(self, log: Log) -> None:
        times = ["2026-11-02T08:59:30Z", "2026-11-02T08:30:00Z", "2026-11-01T10:00:00Z"]
        times += ["2026-10-29T10:00:00Z", "2026-09-29T10:00:00Z"]
        log.send([event(f"m{number}", timestamp=each) for number, each in enumerate(times)])
        log.send([event("m0"), event("bad", "Nothing")])
        compact()
        cells = VolumeCell.objects.order_by("pk").values_list("lateness", "events")
        assert dict(cells) == {
            "minute": 1,
            "hour": 1,
            "day": 1,
            "week": 1,
            "later": 1,
            "repeated": 1,
            "quarantined": 1,
        }
        row = queries.volume_of_days(until=AT.date())[0]
        assert (row.day, row.total) == (AT.date(), 7)
        assert QuarantinedEvent.objects.count() == 1
