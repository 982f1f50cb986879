"""Admission: applied, tried, admitted or refused, warned, left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wavepool.domains.content import operations, queries
from wavepool.domains.content.models import Admission
from wavepool.domains.people.models import Membership, Role
from wavepool.plumbing.errors import NotFound
from worlds.newsroom import HEADLINES, Newsroom
from worlds.shelf import DAY, NOON


def apply(newsroom: Newsroom, scene: str = "headlines", *, at: Any = NOON) -> Admission:
    """Ada applies."""
    return operations.apply_for_scene(
        creator_id=newsroom.creator_id,
        scene_id=scene,
        statement="Tea, since 2016.",
        actor=newsroom.world.actor("ada"),
        as_of=at,
    )


def decide(
    newsroom: Newsroom, admission: Admission, deed: str, *, at: Any = NOON, **said: Any
) -> Admission:
    """Eve decides."""
    change = getattr(operations, deed)
    return change(
        public_id=admission.public_id, actor=newsroom.world.actor("eve"), as_of=at, **said
    )


class TestScenes:
    def test_are_those_of_the_policy_and_six_of_them_share_a_pool(self, newsroom: Newsroom) -> None:
        assert [scene.id for scene in queries.list_pool_scenes(at=NOON)] == [
            "headlines",
            "good_goods",
            "must_buy",
            "love_shopping",
            "short_video",
            "buy_world",
        ]

    @pytest.mark.parametrize(
        ("channel", "format_name", "scene"),
        [("1", "post", "headlines"), ("1", "short_video", "short_video"), ("7", "live", "open")],
    )
    def test_take_a_piece_by_channel_and_format(
        self, newsroom: Newsroom, channel: str, format_name: str, scene: str
    ) -> None:
        found = queries.scene_of(channel_id=channel, format=format_name, at=NOON)
        assert found.id == scene

    def test_have_channels_that_are_put_in_once(self, newsroom: Newsroom) -> None:
        again = operations.install_channels(actor=newsroom.world.actor("eve"), as_of=NOON)
        assert (again, len(queries.list_channels())) == (0, 16)


class TestApplying:
    def test_is_done_once_per_scene(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        assert (admission.state, admission.public_id[:4]) == ("applied", "adm_")
        with pytest.raises(operations.AlreadyApplied):
            apply(newsroom)
        assert apply(newsroom, "good_goods").state == "applied"

    def test_needs_a_scene_with_a_pool(self, newsroom: Newsroom) -> None:
        with pytest.raises(operations.SceneIsOpen):
            apply(newsroom, "open")
        with pytest.raises(NotFound):
            apply(newsroom, "nowhere")

    def test_waits_fourteen_days_after_a_refusal(self, newsroom: Newsroom) -> None:
        decide(newsroom, apply(newsroom), "refuse", why="Too new.")
        with pytest.raises(operations.ApplyLater) as caught:
            apply(newsroom, at=NOON + 13 * DAY)
        assert caught.value.again_at == NOON + 14 * DAY
        assert apply(newsroom, at=NOON + 14 * DAY).state == "applied"

    def test_can_be_taken_back(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        left = operations.leave_scene(
            public_id=admission.public_id,
            creator_id=newsroom.creator_id,
            actor=newsroom.world.actor("ada"),
            as_of=NOON,
        )
        assert (left.state, left.decided_by) == ("left", "Ada")
        assert apply(newsroom).state == "applied"


class TestATrialRun:
    def test_lets_pieces_in_until_it_is_over(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        piece = newsroom.draft(channel=HEADLINES)
        with pytest.raises(operations.NotAdmitted):
            newsroom.submit(piece)
        decide(newsroom, admission, "start_trial", pieces=2, days=10)
        with pytest.raises(operations.NotAdmitted):
            newsroom.submit(piece, at=NOON + 10 * DAY)
        assert newsroom.submit(piece, at=NOON + 9 * DAY).state == "submitted"

    def test_is_measured_and_the_measure_is_kept_with_the_decision(
        self, newsroom: Newsroom
    ) -> None:
        admission = apply(newsroom)
        admission = decide(newsroom, admission, "start_trial", pieces=2, days=10)
        assert queries.measure_trial(admission).review_ppm is None
        grades = {"First piece": "a", "Second piece": "c"}
        for title, grade in grades.items():
            piece = newsroom.submit(newsroom.draft(title, channel=HEADLINES))
            operations.publish_piece(
                public_id=piece.public_id,
                grade=grade,
                why="Seen.",
                actor=newsroom.world.actor("eve"),
                as_of=NOON,
            )
        third = newsroom.submit(newsroom.draft("Third piece", channel=HEADLINES))
        operations.return_piece(
            public_id=third.public_id,
            why="Thin.",
            actor=newsroom.world.actor("eve"),
            as_of=NOON,
        )
        result = queries.measure_trial(admission)
        assert (result.published, result.returned, result.review_ppm, result.is_passed) == (
            2,
            1,
            875_000,
            True,
        )
        # A piece that its creator hides was judged all the same.
        operations.hide_piece(
            public_id=piece.public_id,
            creator_id=newsroom.creator_id,
            actor=newsroom.world.actor("ada"),
            as_of=NOON,
        )
        admission = decide(newsroom, admission, "admit", why="Good.", at=NOON + 11 * DAY)
        assert (
            admission.state,
            admission.trial_published,
            admission.trial_returned,
            admission.trial_review_ppm,
        ) == ("admitted", 2, 1, 875_000)

    def test_comes_before_admission(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        with pytest.raises(operations.AdmissionElsewhere):
            decide(newsroom, admission, "admit", why="A friend.")

    def test_is_not_decided_by_the_creators_own_people(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        Membership.objects.create(
            account=newsroom.world.eve, creator=newsroom.world.creator, role=Role.VIEWER
        )
        with pytest.raises(operations.OwnAdmission):
            decide(newsroom, admission, "start_trial")


class TestAWarning:
    def test_leaves_seven_days_before_an_admission_ends(self, newsroom: Newsroom) -> None:
        newsroom.admit()
        admission = Admission.objects.get()
        with pytest.raises(operations.WarningRuns):
            decide(newsroom, admission, "end_admission", why="Too few pieces.")
        decide(newsroom, admission, "warn", why="Three pieces in thirty days.")
        with pytest.raises(operations.WarningRuns) as caught:
            decide(newsroom, admission, "end_admission", why="Too few.", at=NOON + 6 * DAY)
        assert caught.value.until == NOON + 7 * DAY
        ended = decide(newsroom, admission, "end_admission", why="Too few.", at=NOON + 7 * DAY)
        assert (ended.state, ended.again_at) == ("left", NOON + 21 * DAY)
        assert not queries.may_compete(
            creator_id=newsroom.creator_id, scene_id="headlines", at=NOON + 8 * DAY
        )

    def test_that_was_cured_is_gone(self, newsroom: Newsroom) -> None:
        newsroom.admit()
        admission = Admission.objects.get()
        warned = decide(newsroom, admission, "warn", why="Three pieces in thirty days.")
        assert queries.admission_state(warned, at=NOON).name == "warned"
        cured = decide(newsroom, admission, "lift_warning")
        assert (cured.warning, cured.warned_until, cured.state) == ("", None, "admitted")
        with pytest.raises(operations.AdmissionElsewhere):
            decide(newsroom, admission, "lift_warning")


class TestTheStore:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"state": "refused"}, "admission_is_refused_with_a_reason"),
            ({"state": "trial"}, "admission_trial_has_a_span"),
            ({"state": "trial", "trial_pieces": 1}, "admission_trial_has_a_span"),
            ({"warning": "x"}, "admission_warning_has_a_term"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, newsroom: Newsroom, change: dict[str, Any], rule: str
    ) -> None:
        admission = apply(newsroom)
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Admission.objects.filter(pk=admission.pk).update(**change)

    def test_holds_one_open_application_a_scene(self, newsroom: Newsroom) -> None:
        admission = apply(newsroom)
        admission.pk, admission.public_id = None, "adm_2"
        with pytest.raises(IntegrityError), transaction.atomic():
            admission.save()
