"""What cannot be used: kept with its reason, mended, replayed, or dropped with a reason."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.events import operations, queries
from wavepool.domains.events.models import EventKey, QuarantinedEvent
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from worlds.capture import AT, AT_MS, PLACES, Log, compact, event, lake_table

BAD: list[tuple[dict[str, Any] | str, str, str]] = [
    ("[1,2]", "not_json", ""),
    ('{"messageId": 7}', "not_json", ""),
    (event("m", filler="x" * 32_768), "too_large", "bytes"),
    ('{"a":' * 40 + "1" + "}" * 40, "too_deep", ""),
    (event(""), "no_message_id", ""),
    (event("m" * 121), "no_message_id", ""),
    ({"type": "dream", "messageId": "m", "userId": "u"}, "unknown_kind", "dream"),
    (event("m", "Cat Petted"), "unknown_event", "Cat Petted"),
    ({"type": "page", "messageId": "m"}, "nobody", ""),
    (event("m", props={}), "missing_property", "piece_id"),
    (event("m", "Product Clicked", props={"piece_id": "pc_1"}), "missing_property", "item_id"),
    (event("m", props={"piece_id": "pc_1", "dwell_ms": -1}), "bad_property", "dwell_ms"),
    (event("m", props={"piece_id": "pc_1", "dwell_ms": "9"}), "bad_property", "dwell_ms"),
    (event("m", props={"piece_id": ["pc_1"]}), "bad_property", "piece_id"),
    (event("m", props={"piece_id": "pc_1", "itemId": 1}), "not_snake_case", "itemId"),
    (event("m", timestamp="yesterday"), "bad_time", "yesterday"),
    (event("m", timestamp="2026-07-01T00:00:00Z"), "too_late", "2026-07-01T00:00:00Z"),
    (event("m", props={"piece_id": "pc_100"}), "unknown_piece", "pc_100"),
    (event("m", props={"piece_id": 1, "item_id": "itm_x"}), "unknown_item", "itm_x"),
]


def put_aside(log: Log, each: dict[str, Any] | str) -> QuarantinedEvent:
    """Send one event and find it put aside."""
    log.send([each])
    assert compact().quarantined == 1
    return QuarantinedEvent.objects.latest("pk")


class TestABadEvent:
    @pytest.mark.parametrize(("each", "reason", "detail"), BAD)
    def test_is_put_aside_as_it_came_and_keeps_nobody_up(
        self, log: Log, each: dict[str, Any] | str, reason: str, detail: str
    ) -> None:
        text = each if isinstance(each, str) else json.dumps(each)
        log.send([event("good 1"), text, event("good 2")])
        done = compact()
        assert (done.events, done.quarantined) == (2, 1)
        row = QuarantinedEvent.objects.get()
        assert (row.reason, row.text, row.state) == (reason, text, "waiting")
        assert detail in row.detail
        assert queries.reason_words(reason) != reason

    def test_is_put_aside_once_however_often_it_comes(self, log: Log) -> None:
        for _ in range(3):
            log.send([event("m", "Cat Petted"), "[]"])
        assert (compact().quarantined, QuarantinedEvent.objects.count()) == (2, 2)

    def test_with_a_zero_in_its_text_is_put_aside(self, log: Log) -> None:
        row = put_aside(log, '"\\u0000 \x7f"')
        assert row.reason == "not_json"


class TestAReplay:
    def test_takes_a_mended_event_in_at_its_own_time(self, log: Log) -> None:
        bad = event("m1", "Content Vieved", timestamp="2026-11-02T08:00:00Z")
        row = put_aside(log, bad)
        mended = json.dumps({**bad, "event": "Content Viewed"})
        later = AT + timedelta(days=2)
        row = operations.replay_event(
            public_id=row.public_id, text=mended, actor=MACHINE, as_of=later, places=PLACES
        )
        assert (row.state, row.decided_by, row.decided_at) == ("replayed", "machine", later)
        (fact,) = lake_table("events").to_pylist()
        assert (fact["message_id"], fact["occurred_at"]) == ("m1", AT_MS - 3_600_000)
        assert lake_table("touches").num_rows == 1

    def test_of_what_still_breaks_its_contract_changes_nothing(self, log: Log) -> None:
        row = put_aside(log, event("m1", "Cat Petted"))
        for text, reason in [
            (row.text, "unknown_event"),
            ("no json", "not_json"),
            (json.dumps(event("m1", props={"piece_id": "pc_777"})), "unknown_piece"),
        ]:
            with pytest.raises(operations.StillUnfit) as refused:
                operations.replay_event(
                    public_id=row.public_id, text=text, actor=MACHINE, as_of=AT, places=PLACES
                )
            assert refused.value.reason == reason
        row.refresh_from_db()
        assert row.state == "waiting"
        assert lake_table("events").num_rows == 0

    def test_of_what_came_right_meanwhile_is_refused(self, log: Log) -> None:
        row = put_aside(log, event("m1", "Cat Petted"))
        log.send([event("m1")])
        assert compact().events == 1
        with pytest.raises(operations.EventKnown):
            operations.replay_event(
                public_id=row.public_id,
                text=json.dumps(event("m1")),
                actor=MACHINE,
                as_of=AT,
                places=PLACES,
            )

    def test_happens_once(self, log: Log) -> None:
        row = put_aside(log, event("m1", "Cat Petted"))
        deed: dict[str, Any] = {
            "public_id": row.public_id,
            "text": json.dumps(event("m1")),
            "actor": MACHINE,
            "as_of": AT,
            "places": PLACES,
        }
        operations.replay_event(**deed)
        with pytest.raises(operations.EventDecided):
            operations.replay_event(**deed)
        with pytest.raises(operations.EventDecided):
            operations.drop_event(public_id=row.public_id, why="again", actor=MACHINE, as_of=AT)
        log.send([event("m1")])
        assert compact().repeated == 1

    def test_takes_in_all_of_a_reason_once_their_piece_is_known(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = [event(f"m{n}", props={"piece_id": "pc_5"}) for n in range(3)]
        log.send([*batch, event("m9", props={"piece_id": "pc_500"})])
        with monkeypatch.context() as patched:
            patched.setattr(type(PLACES), "find_pieces", lambda _self, _keys: {})
            assert compact().quarantined == 4
        found = operations.replay_waiting(
            reason="unknown_piece", actor=MACHINE, as_of=AT, places=PLACES
        )
        assert found == (3, 1)
        assert lake_table("touches").column("piece_id").to_pylist() == [5, 5, 5]


class TestADrop:
    def test_says_why(self, log: Log) -> None:
        row = put_aside(log, event("m1", "Cat Petted"))
        row = operations.drop_event(
            public_id=row.public_id, why="A test of theirs.", actor=MACHINE, as_of=AT
        )
        assert (row.state, row.why) == ("dropped", "A test of theirs.")

    def test_without_a_reason_is_refused_by_the_store(self, log: Log) -> None:
        row = put_aside(log, event("m1", "Cat Petted"))
        with pytest.raises(IntegrityError), transaction.atomic():
            QuarantinedEvent.objects.filter(pk=row.pk).update(state="dropped", decided_at=AT)

    def test_of_nothing_is_refused(self, data: object) -> None:
        with pytest.raises(NotFound):
            operations.drop_event(public_id="qev_none", why="x", actor=MACHINE, as_of=AT)


class TestKeys:
    def test_are_kept_until_a_copy_is_too_late_by_itself(self, log: Log) -> None:
        log.send([event("m1", timestamp="2026-11-02T09:00:00Z")])
        compact()
        days = operations.HORIZON_DAYS + 1
        assert operations.forget_keys(as_of=AT + timedelta(days=days)) == 0
        later = AT + timedelta(days=days + 1)
        assert operations.forget_keys(as_of=later) == 1
        assert not EventKey.objects.exists()
        log.send(
            [event("m1", timestamp="2026-11-02T09:00:00Z")],
            at_ms=AT_MS + (days + 1) * 86_400_000,
        )
        done = compact(as_of=later)
        assert (done.events, done.quarantined) == (0, 1)
        assert QuarantinedEvent.objects.get().reason == "too_late"
