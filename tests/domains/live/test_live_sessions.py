"""Live sessions: planned, on air, paused, ended, cut off; what counts of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.content import operations as content_operations
from wavepool.domains.content import queries as content
from wavepool.domains.live import operations, queries
from wavepool.domains.live.models import Session
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Membership, Role
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound, PlatformError
from worlds.newsroom import HOUR, Newsroom
from worlds.shelf import DAY, NOON

NOON_MS = 1_793_534_400_000
MINUTE = timedelta(minutes=1)


def facts(newsroom: Newsroom, title: str = "Tea at noon", **said: Any) -> operations.SessionFacts:
    when = {name: said.pop(name) for name in ("planned_minutes",) if name in said}
    scheduled_at = said.pop("scheduled_at", NOON + DAY)
    piece = newsroom.facts(title, format="live", channel="7", **said)
    return operations.SessionFacts(piece=piece, scheduled_at=scheduled_at, **when)


def plan(newsroom: Newsroom, **said: Any) -> Session:
    return operations.plan_session(
        creator_id=newsroom.creator_id,
        facts=facts(newsroom, **said),
        actor=newsroom.world.actor("ada"),
        as_of=NOON,
    )


def run(newsroom: Newsroom, session: Session, deed: str, at: datetime, **said: Any) -> Any:
    """Ada does something with a session."""
    return getattr(operations, deed)(
        public_id=session.public_id,
        creator_id=newsroom.creator_id,
        actor=newsroom.world.actor("ada"),
        as_of=at,
        **said,
    )


class TestPlanning:
    def test_makes_a_session_and_its_piece(self, newsroom: Newsroom) -> None:
        session = plan(newsroom, disclosure="paid")
        assert (session.state, session.title) == ("scheduled", "Tea at noon")
        assert (session.piece.format, session.piece.state, session.piece.disclosure) == (
            "live",
            "draft",
            "paid",
        )
        assert queries.find_session(session.public_id) == session
        assert queries.find_session_of_piece(session.piece_id) == session

    def test_without_a_time_stays_a_draft_that_nobody_else_sees(self, newsroom: Newsroom) -> None:
        session = plan(newsroom, scheduled_at=None)
        assert session.state == "draft"
        with pytest.raises(NotFound):
            queries.get_public_session(session.public_id)

    def test_refuses_a_time_behind_and_a_length_of_none(self, newsroom: Newsroom) -> None:
        for said in ({"scheduled_at": NOON}, {"planned_minutes": 0}, {"planned_minutes": 1_441}):
            with pytest.raises(operations.BadSchedule):
                plan(newsroom, **said)
        assert Session.objects.count() == 0

    def test_is_changed_only_from_the_version_that_was_read(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        said: dict[str, Any] = {"facts": facts(newsroom, "Tea at one"), "version": 1}
        edited = run(newsroom, session, "edit_session", NOON, **said)
        assert (edited.title, edited.piece.title, edited.version) == ("Tea at one", "Tea at one", 2)
        with pytest.raises(operations.SessionChanged):
            run(newsroom, session, "edit_session", NOON, **said)

    def test_can_be_called_off_before_it_begins(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        cancelled = run(newsroom, session, "cancel_session", NOON, why="Rain.")
        assert (cancelled.state, cancelled.state_why) == ("cancelled", "Rain.")
        with pytest.raises(operations.SessionElsewhere):
            run(newsroom, session, "start_session", NOON)


class TestOnAir:
    def test_publishes_the_piece_and_counts_without_pauses(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        piece = content.get_piece_by_id(session.piece_id)
        assert (piece.state, piece.published_at, piece.scene) == ("published", NOON, "open")
        run(newsroom, session, "pause_session", NOON + 10 * MINUTE)
        run(newsroom, session, "resume_session", NOON + 30 * MINUTE)
        ended = run(newsroom, session, "end_session", NOON + HOUR)
        assert (ended.state, ended.effective_ms) == ("ended", 2_400_000)

    def test_ends_a_pause_with_the_session(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        run(newsroom, session, "pause_session", NOON + 45 * MINUTE)
        ended = run(newsroom, session, "end_session", NOON + HOUR)
        assert ended.effective_ms == 2_700_000
        (pause,) = queries.list_pauses(ended)
        assert pause.until_at == NOON + HOUR

    def test_of_less_than_half_an_hour_does_not_count(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        ended = run(newsroom, session, "end_session", NOON + 29 * MINUTE)
        assert ended.effective_ms == 0
        assert "not an effective session" in str(queries.session_state(ended).why)

    def test_tells_people_when_the_creator_was_first_live(self, newsroom: Newsroom) -> None:
        creator = newsroom.world.creator
        for start in (NOON + DAY, NOON + 2 * DAY):
            session = plan(newsroom, title=f"Tea {start:%d}", scheduled_at=start)
            run(newsroom, session, "start_session", start)
            creator.refresh_from_db()
            assert creator.first_live_at == (None if start == NOON + DAY else NOON + DAY)
            run(newsroom, session, "end_session", start + HOUR)
        creator.refresh_from_db()
        assert creator.first_live_at == NOON + DAY

    def test_is_one_session_a_creator(self, newsroom: Newsroom) -> None:
        first, second = plan(newsroom), plan(newsroom, title="Tea at two")
        run(newsroom, first, "start_session", NOON)
        with pytest.raises(operations.OnAirAlready):
            run(newsroom, second, "start_session", NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(pk=second.pk).update(state="live", started_at=NOON)

    def test_is_refused_to_a_restricted_creator(self, newsroom: Newsroom) -> None:
        people.restrict(
            creator_id=newsroom.creator_id,
            scope="live",
            reason="A replay shown as live.",
            until_at=None,
            actor=MACHINE,
            as_of=NOON,
        )
        session = plan(newsroom)
        with pytest.raises(operations.LiveRestricted):
            run(newsroom, session, "start_session", NOON)

    @pytest.mark.parametrize("deed", ["pause_session", "resume_session", "end_session"])
    def test_comes_before_everything_else(self, newsroom: Newsroom, deed: str) -> None:
        session = plan(newsroom)
        with pytest.raises(operations.SessionElsewhere):
            run(newsroom, session, deed, NOON)


class TestItems:
    def test_are_shown_from_and_until(self, newsroom: Newsroom) -> None:
        cup = newsroom.on_sale(newsroom.shelf.cup)
        session = plan(newsroom, items=(cup.public_id,))
        said: dict[str, Any] = {"item": cup.public_id}
        with pytest.raises(operations.SessionElsewhere):
            run(newsroom, session, "show_item", NOON, **said)
        run(newsroom, session, "start_session", NOON)
        run(newsroom, session, "show_item", NOON + MINUTE, **said)
        with pytest.raises(operations.ItemShownAlready):
            run(newsroom, session, "show_item", NOON + MINUTE, **said)
        run(newsroom, session, "take_item_down", NOON + 2 * MINUTE, **said)
        run(newsroom, session, "show_item", NOON + 3 * MINUTE, **said)
        run(newsroom, session, "end_session", NOON + HOUR)
        shown = [(each.from_at - NOON, each.until_at) for each in queries.list_shown(session)]
        assert shown == [(MINUTE, NOON + 2 * MINUTE), (3 * MINUTE, NOON + HOUR)]

    def test_that_are_not_on_sale_are_not_shown(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        for item in (newsroom.shelf.cup.public_id, "itm_none"):
            with pytest.raises(NotFound):
                run(newsroom, session, "show_item", NOON, item=item)
        with pytest.raises(NotFound):
            run(newsroom, session, "take_item_down", NOON, item="itm_none")


class TestCuttingOff:
    def test_is_done_by_staff_with_a_reason(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        eve: dict[str, Any] = {"actor": newsroom.world.actor("eve"), "as_of": NOON + HOUR}
        with pytest.raises(PlatformError):
            operations.cut_session(public_id=session.public_id, why=" ", **eve)
        cut = operations.cut_session(public_id=session.public_id, why="A replay.", **eve)
        assert (cut.state, cut.state_why, cut.effective_ms) == ("cut", "A replay.", 3_600_000)

    def test_is_not_done_by_the_creators_own_people(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        Membership.objects.create(
            account=newsroom.world.eve, creator=newsroom.world.creator, role=Role.VIEWER
        )
        with pytest.raises(operations.OwnSession):
            operations.cut_session(
                public_id=session.public_id,
                why="x",
                actor=newsroom.world.actor("eve"),
                as_of=NOON,
            )


class TestTheStore:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"state": "ended", "started_at": None}, "session_that_was_on_air_has_its_times"),
            ({"ended_at": NOON - MINUTE}, "session_that_was_on_air_has_its_times"),
            ({"state": "scheduled", "scheduled_at": None}, "session_is_scheduled_for_a_time"),
            ({"state": "cut"}, "session_is_cut_with_a_reason"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, newsroom: Newsroom, change: dict[str, Any], rule: str
    ) -> None:
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        run(newsroom, session, "end_session", NOON + HOUR)
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(**change)

    def test_gives_a_piece_one_session(self, newsroom: Newsroom) -> None:
        session = plan(newsroom)
        session.pk, session.public_id = None, "ses_2"
        with pytest.raises(IntegrityError), transaction.atomic():
            session.save()


def past(newsroom: Newsroom, **said: Any) -> pa.Table:
    """Two sessions of Ada's past, their pieces taken over before."""
    pieces = pa.table(
        {
            "piece_id": [500, 501, 502],
            "account_id": [newsroom.account.pk] * 3,
            "channel_id": [7, 7, 8],
            "format": ["live", "live", "post"],
            "category": ["cups"] * 3,
            "published_at": [NOON_MS - 86_400_000, NOON_MS, NOON_MS],
            "items": [[newsroom.shelf.cup.pk], [], []],
        }
    )
    content_operations.take_over_pieces(pieces, actor=MACHINE, as_of=NOON)
    columns: dict[str, Any] = {
        "session_id": [70, 71],
        "piece_id": [500, 501],
        "started_at": [NOON_MS - 86_400_000, NOON_MS],
        "ended_at": [NOON_MS - 82_800_000, NOON_MS + 3_600_000],
        "effective_ms": [3_000_000, 0],
        **said,
    }
    return pa.table(columns)


class TestAPast:
    def test_is_taken_over_with_its_numbers_once(self, newsroom: Newsroom) -> None:
        table = past(newsroom)
        by: dict[str, Any] = {"actor": MACHINE, "as_of": NOON + DAY}
        assert operations.take_over_sessions(table, **by) == 2
        assert operations.take_over_sessions(table, **by) == 0
        assert queries.sessions_table().equals(table.cast(queries.sessions_table().schema))
        newsroom.world.creator.refresh_from_db()
        assert newsroom.world.creator.first_live_at == NOON - DAY
        (shown,) = queries.list_shown(Session.objects.get(pk=70))
        assert (shown.item.code, shown.from_at, shown.until_at) == (
            "CUP",
            NOON - DAY,
            NOON - DAY + HOUR,
        )
        assert plan(newsroom).pk == 72

    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            ({"piece_id": [500, 999]}, "unknown piece_id"),
            ({"piece_id": [500, 502]}, "piece is not live"),
            ({"piece_id": [500, 500]}, "two rows share a piece_id"),
            ({"session_id": [70, 70]}, "two rows share a session_id"),
            ({"ended_at": [NOON_MS, NOON_MS - 1]}, "ended before started"),
            ({"effective_ms": [0, 3_600_001]}, "longer than the session"),
            ({"effective_ms": [0, -1]}, "negative"),
        ],
    )
    def test_with_a_wrong_row_is_refused_whole(
        self, newsroom: Newsroom, said: dict[str, Any], rule: str
    ) -> None:
        with pytest.raises(operations.PastSessionsRefused) as caught:
            operations.take_over_sessions(past(newsroom, **said), actor=MACHINE, as_of=NOON)
        assert (caught.value.row, caught.value.rule) == (1, rule)
        assert Session.objects.count() == 0


class TestTheSessionsTable:
    def test_holds_what_was_on_air_and_is_over(self, newsroom: Newsroom) -> None:
        plan(newsroom, title="Tomorrow")
        session = plan(newsroom)
        run(newsroom, session, "start_session", NOON)
        assert len(queries.sessions_table()) == 0
        run(newsroom, session, "end_session", NOON + HOUR)
        assert queries.sessions_table().to_pylist() == [
            {
                "session_id": session.pk,
                "piece_id": session.piece_id,
                "started_at": NOON_MS,
                "ended_at": NOON_MS + 3_600_000,
                "effective_ms": 3_600_000,
            }
        ]
