"""Who a viewer is: numbers, consent, stitching, erasure; history of an older platform."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.events import operations, queries
from wavepool.domains.events.models import Consent, QuarantinedEvent, Stitch, Watch
from wavepool.domains.events.tables import TOUCHES
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import Job
from worlds.capture import AT, AT_MS, PLACES, Log, compact, event, lake_table

BROWSER = "a" * 22


def own(message_id: str, *, account: int | None = None, **props: Any) -> operations.OwnEvent:
    """What a page of ours says of a browser."""
    return operations.OwnEvent(
        name="Content Viewed",
        message_id=message_id,
        account_id=account,
        anonymous_id=BROWSER,
        properties={"piece_id": 1, **props},
    )


def numbers() -> list[int]:
    """Viewers of all touches, in order of their messages."""
    return sorted(set(lake_table("touches").column("viewer_id").to_pylist()))


def run_renumber() -> None:
    """Do what the queued job does."""
    for job in Job.objects.filter(name=operations.RENUMBER):
        pairs = {int(left): int(right) for left, right in job.payload["numbers"]}
        operations.renumber(pairs, as_of=AT)


class TestANumber:
    def test_is_the_account_of_who_is_signed_in(self) -> None:
        assert queries.viewer_number("site", "x", account_id=42) == 42

    def test_of_others_follows_from_source_and_id(self) -> None:
        assert queries.viewer_number("shop", "u1") == 2_417_446_278_680_065_029
        assert queries.viewer_number("app", "u1") != queries.viewer_number("shop", "u1")
        assert 2**61 <= queries.viewer_number("a", "b") < 2**62


class TestAVisitor:
    def test_is_recognised_with_consent_alone(self, world: Any, data: Path) -> None:
        anonymous, ada = queries.viewer_number("site", BROWSER), world.ada.pk
        operations.record([own("m1")], as_of=AT)
        operations.record([own("m2", account=ada)], as_of=AT)
        compact()
        assert numbers() == [ada, anonymous]
        operations.give_consent(account_id=ada, actor=world.actor("ada"), as_of=AT)
        operations.record([own("m3", account=ada)], as_of=AT)
        compact()
        operations.record([own("m4")], as_of=AT)
        compact()
        run_renumber()
        assert numbers() == [ada]
        assert queries.count_recognised(ada) == 1
        link = queries.identity_links_table().to_pylist()[0]
        assert (link["left_id"], link["right_id"], link["kind"]) == (
            f"buyer:{anonymous}",
            f"buyer:{ada}",
            "self",
        )

    def test_is_a_stranger_again_once_consent_is_withdrawn(self, world: Any, data: Path) -> None:
        ada = world.ada.pk
        by: dict[str, Any] = {"account_id": ada, "actor": world.actor("ada"), "as_of": AT}
        operations.give_consent(**by)
        operations.record([own("m1", account=ada)], as_of=AT)
        compact()
        assert operations.withdraw_consent(**by)
        assert not operations.withdraw_consent(**by)
        operations.record([own("m2"), own("m3", account=ada)], as_of=AT)
        compact()
        assert numbers() == [ada, queries.viewer_number("site", BROWSER)]
        assert not Stitch.objects.exists()

    def test_of_another_source_is_recognised_when_it_says_who_agreed(self, log: Log) -> None:
        known = {"type": "identify", "messageId": "i1", "userId": "u1", "anonymousId": "a1"}
        log.send([event("m1", userId=None, anonymousId="a1"), known])
        compact()
        assert not Stitch.objects.exists()
        log.send([{**known, "messageId": "i2", "context": {"consent": {"stitch": True}}}])
        compact()
        run_renumber()
        assert numbers() == [queries.viewer_number("shop", "u1")]

    def test_agrees_once_at_a_time(self, world: Any) -> None:
        by: dict[str, Any] = {"account_id": world.ada.pk, "actor": world.actor("ada"), "as_of": AT}
        assert operations.give_consent(**by) == operations.give_consent(**by)
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.create(account=world.ada, given_at=AT)


class TestBeingForgotten:
    def test_leaves_a_stranger_whom_nobody_can_name(self, world: Any, data: Path) -> None:
        ada = world.ada.pk
        by: dict[str, Any] = {"account_id": ada, "actor": world.actor("ada"), "as_of": AT}
        operations.give_consent(**by)
        operations.record([own("m1"), own("m2", account=ada, slot="secret")], as_of=AT)
        operations.record([own("other", account=world.dong.pk)], as_of=AT)
        compact()
        operations.record([own("m3", account=ada, watch_id="w")], as_of=AT)
        bad = operations.OwnEvent(name="Cat Petted", message_id="m4", account_id=ada)
        operations.record([bad], as_of=AT)
        anonymous = queries.viewer_number("site", BROWSER)
        before = lake_table("touches").num_rows
        assert operations.forget_person(**by, places=PLACES) > 0
        run_renumber()
        touches = lake_table("touches")
        assert touches.num_rows == before
        left = set(touches.column("viewer_id").to_pylist())
        assert world.dong.pk in left
        assert ada not in left
        assert anonymous not in left
        (stranger,) = left - {world.dong.pk}
        assert 2**61 <= stranger < 2**62
        assert set(Watch.objects.values_list("viewer_id", flat=True)) == {stranger}
        rows = [row for row in lake_table("events").to_pylist() if row["viewer_id"] == stranger]
        assert {(row["user_id"], row["anonymous_id"], row["properties"]) for row in rows} == {
            (None, None, "")
        }
        assert not QuarantinedEvent.objects.exists()
        assert not Stitch.objects.exists()
        assert not Consent.objects.exists()

    def test_gives_another_number_each_time(self, world: Any, data: Path) -> None:
        found = set()
        for number in range(2):
            operations.record([own(f"m{number}", account=world.ada.pk)], as_of=AT)
            operations.forget_person(
                account_id=world.ada.pk, actor=MACHINE, as_of=AT, places=PLACES
            )
            found = set(numbers())
        assert len(found) == 2

    def test_deletes_the_files_in_which_one_stood(self, world: Any, data: Path) -> None:
        operations.record([own("m1", account=world.ada.pk)], as_of=AT)
        compact()
        old = set((data / "lake").glob("*/*/*"))
        operations.forget_person(account_id=world.ada.pk, actor=MACHINE, as_of=AT, places=PLACES)
        assert not any(file.exists() for file in old)


def history(*ids: int, **columns: list[Any]) -> pa.Table:
    """Touches of an older platform."""
    rows = {
        "touch_id": list(ids),
        "viewer_id": [5] * len(ids),
        "account_id": [6] * len(ids),
        "piece_id": [7] * len(ids),
        "channel_id": ["1"] * len(ids),
        "touched_at": [AT_MS - 86_400_000 * (n % 3) for n in ids],
        "dwell_ms": [1_000] * len(ids),
        **{name: [False] * len(ids) for name in TOUCHES.names if name.startswith("is_")},
    }
    return pa.table({**rows, **columns})


class TestHistory:
    def _take(self, table: pa.Table) -> int:
        return operations.take_over_touches(table, source="old", actor=MACHINE, as_of=AT)

    def test_goes_straight_into_the_lake_once(self, data: Path) -> None:
        assert self._take(history(1, 2, 3, 4)) == 4
        assert self._take(history(3, 4, 5)) == 1
        touches = lake_table("touches")
        assert touches.column("touch_id").to_pylist() == [1, 2, 3, 4, 5]
        assert touches.column("slot").to_pylist() == [None] * 5
        files = queries.touch_files(
            first_day=AT.date() - timedelta(days=2), end_day=AT.date() + timedelta(days=1)
        )
        assert sum(pa.parquet.read_table(file).num_rows for file in files) == 5

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            (history(1).drop_columns(["viewer_id"]), "viewer_id"),
            (history(2**62), "touch_id"),
            (history(-1), "touch_id"),
            (history(1, 1), "touch_id"),
            (history(1, dwell_ms=["long"]), "dwell_ms"),
            (history(1, touched_at=[None]), "touched_at"),
        ],
    )
    def test_that_does_not_fit_is_refused_whole(
        self, data: Path, table: pa.Table, column: str
    ) -> None:
        with pytest.raises(operations.HistoryRefused) as refused:
            self._take(table)
        assert refused.value.column == column
        assert lake_table("touches").num_rows == 0

    def test_of_viewers_and_their_links_is_kept_once(self, data: Path) -> None:
        viewers = pa.table({"viewer_id": [9], "trust_ppm": [500_000], "tier": ["metro"]})
        links = pa.table(
            {"left_id": ["buyer:9"], "right_id": ["payee:1"], "kind": ["device"], "seen_at": [5]}
        )
        for new in (1, 0):
            by: dict[str, Any] = {"actor": MACHINE, "as_of": AT}
            assert operations.take_over_viewers(viewers, **by) == new
            assert operations.take_over_identity_links(links, **by) == new
        assert queries.viewers_table() == viewers
        assert json.dumps(queries.identity_links_table().to_pylist()) == json.dumps(
            links.to_pylist()
        )
