"""Pieces: written, handed in, reviewed, hidden, removed, and what of them is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction

from wavepool.domains.catalog import operations as catalog
from wavepool.domains.content import operations, queries
from wavepool.domains.content.models import Piece, PieceVersion, QualityMark
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Creator, Membership, Role
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound, PlatformError
from worlds.newsroom import HEADLINES, LONG_TEXT, Newsroom
from worlds.shelf import DAY, NOON

PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def staff(newsroom: Newsroom, piece: Piece, deed: str, **said: Any) -> Piece:
    """Eve does something with a piece."""
    change = getattr(operations, deed)
    by = {"actor": newsroom.world.actor("eve"), "as_of": NOON}
    return change(public_id=piece.public_id, **said, **by)


def ada(newsroom: Newsroom, piece: Piece, deed: str, **said: Any) -> Piece:
    """Ada does something with a piece."""
    change = getattr(operations, deed)
    by = {"actor": newsroom.world.actor("ada"), "as_of": NOON, "creator_id": newsroom.creator_id}
    return change(public_id=piece.public_id, **said, **by)


class TestADraft:
    def test_keeps_what_was_said_and_its_items_in_order(self, newsroom: Newsroom) -> None:
        cup, kettle = (
            newsroom.on_sale(each) for each in (newsroom.shelf.cup, newsroom.shelf.kettle)
        )
        piece = newsroom.draft(
            "  Two tea cups ", body="a\r\nb", items=(kettle.public_id, cup.public_id)
        )
        assert piece.public_id.startswith("pc_")
        assert (piece.title, piece.body, piece.state, piece.version) == (
            "Two tea cups",
            "a\nb",
            "draft",
            1,
        )
        assert [each.item.code for each in queries.list_items(piece)] == ["KET", "CUP"]
        assert piece.writers == [newsroom.world.ada.pk]

    def test_counts_how_complete_it_is(self, newsroom: Newsroom) -> None:
        cup = newsroom.on_sale(newsroom.shelf.cup)
        piece = newsroom.draft(body=LONG_TEXT, items=(cup.public_id,), language="en")
        assert piece.completeness_ppm == 750_000
        missing = queries.missing_parts(queries.filled_parts_of(piece))
        assert [part.name for part in missing] == ["cover", "cover_alt"]

    @pytest.mark.parametrize(
        ("said", "refusal"),
        [
            ({"title": " "}, "BadText"),
            ({"format": "opera"}, "BadPiece"),
            ({"disclosure": "secret"}, "BadPiece"),
            ({"language": "tlh"}, "BadPiece"),
            ({"ai_share_ppm": 1_000_001}, "BadPiece"),
            ({"account_id": 99_999}, "BadPiece"),
            ({"channel": "none"}, "NotFound"),
            ({"category": "none"}, "NotFound"),
            ({"series": "none"}, "NotFound"),
            ({"items": ("itm_none",)}, "ItemsNotFound"),
            ({"items": tuple(f"itm_{n}" for n in range(31))}, "ItemsNotFound"),
        ],
    )
    def test_refuses_what_does_not_fit(
        self, newsroom: Newsroom, said: dict[str, Any], refusal: str
    ) -> None:
        with pytest.raises(PlatformError) as caught:
            newsroom.draft(**{"title": "Two tea cups", **said})
        assert type(caught.value).__name__ == refusal
        assert Piece.objects.count() == 0

    def test_does_not_show_items_that_are_not_on_sale(self, newsroom: Newsroom) -> None:
        with pytest.raises(operations.ItemsNotFound) as caught:
            newsroom.draft(items=(newsroom.shelf.cup.public_id,))
        assert caught.value.items == (newsroom.shelf.cup.public_id,)

    def test_keeps_an_item_whose_sale_ended(self, newsroom: Newsroom) -> None:
        cup = newsroom.on_sale(newsroom.shelf.cup)
        piece = newsroom.draft(items=(cup.public_id,))
        catalog.take_off_sale(
            public_id=cup.public_id, shop_id=cup.shop_id, actor=MACHINE, as_of=NOON
        )
        facts = newsroom.facts("Two more cups", items=(cup.public_id,))
        edited = ada(newsroom, piece, "edit_piece", facts=facts, version=1)
        assert (edited.title, edited.version, edited.shown.count()) == ("Two more cups", 2, 1)

    def test_is_changed_only_from_the_version_that_was_read(self, newsroom: Newsroom) -> None:
        piece = newsroom.draft()
        ada(newsroom, piece, "edit_piece", facts=newsroom.facts("Second"), version=1)
        with pytest.raises(operations.PieceChanged):
            ada(newsroom, piece, "edit_piece", facts=newsroom.facts("Third"), version=1)
        piece.refresh_from_db()
        assert piece.title == "Second"

    def test_takes_a_cover_through_the_gate(self, newsroom: Newsroom) -> None:
        piece = newsroom.draft()
        file: Any = SimpleUploadedFile("cup.gif", PIXEL, "image/gif")
        piece = ada(newsroom, piece, "set_cover", file=file, alt="A cup")
        assert piece.cover_url == f"/files/{piece.cover}"
        assert (piece.cover_alt, piece.completeness_ppm) == ("A cup", 450_000)

    def test_of_another_creator_looks_missing(self, newsroom: Newsroom) -> None:
        piece = newsroom.draft()
        other = Creator.objects.create(handle="other", name="Other")
        with pytest.raises(NotFound):
            operations.submit_piece(
                public_id=piece.public_id, creator_id=other.pk, actor=MACHINE, as_of=NOON
            )


class TestPublishing:
    def test_in_an_open_scene_is_done_at_once_and_keeps_a_version(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish(disclosure="sample", ai_share_ppm=250_000)
        assert (piece.state, piece.scene, piece.published_at) == ("published", "open", NOON)
        (version,) = queries.list_versions(piece)
        assert (version.number, version.title, version.disclosure, version.ai_share_ppm) == (
            1,
            "Two tea cups",
            "sample",
            250_000,
        )
        (mark,) = queries.list_marks(piece)
        assert (mark.kind, mark.value_ppm) == ("completeness", piece.completeness_ppm)
        assert piece.completeness_ppm == 200_000

    def test_in_a_scene_with_a_pool_asks_for_admission_and_a_review(
        self, newsroom: Newsroom
    ) -> None:
        piece = newsroom.draft(channel=HEADLINES)
        with pytest.raises(operations.NotAdmitted) as caught:
            newsroom.submit(piece)
        assert (caught.value.scene, caught.value.status) == ("headlines", 403)
        newsroom.admit()
        assert newsroom.submit(piece).state == "submitted"
        piece = staff(newsroom, piece, "publish_piece", grade="b", why="Clear, kind.")
        assert (piece.state, piece.review_ppm) == ("published", 900_000)
        kinds = [(each.kind, each.set_by, each.why) for each in queries.list_marks(piece)]
        assert kinds == [
            ("completeness", "wavepool", "Measured from its filled parts."),
            ("review", "Eve", "Clear, kind."),
        ]

    def test_is_refused_to_a_restricted_creator(self, newsroom: Newsroom) -> None:
        people.restrict(
            creator_id=newsroom.creator_id,
            scope="publish",
            reason="Copied.",
            until_at=NOON + 7 * DAY,
            actor=MACHINE,
            as_of=NOON,
        )
        piece = newsroom.draft()
        with pytest.raises(operations.PublishingRestricted):
            newsroom.submit(piece)
        assert newsroom.submit(piece, at=NOON + 7 * DAY).state == "published"

    def test_again_after_an_edit_makes_the_next_version_at_the_old_place(
        self, newsroom: Newsroom
    ) -> None:
        piece = newsroom.publish()
        facts = newsroom.facts("Second")
        with pytest.raises(operations.WrongState):
            ada(newsroom, piece, "edit_piece", facts=facts, version=piece.version)
        piece = ada(newsroom, piece, "hide_piece")
        facts = newsroom.facts("Three tea cups")
        ada(newsroom, piece, "edit_piece", facts=facts, version=piece.version)
        piece = newsroom.submit(piece, at=NOON + DAY)
        assert piece.published_at == NOON
        assert [(each.number, each.title) for each in queries.list_versions(piece)] == [
            (2, "Three tea cups"),
            (1, "Two tea cups"),
        ]

    def test_does_not_take_what_comes_with_a_live_session(self, newsroom: Newsroom) -> None:
        piece = newsroom.draft(format="live", channel="7")
        with pytest.raises(operations.LivePublishesItself):
            newsroom.submit(piece)
        with pytest.raises(operations.BadPiece):
            ada(newsroom, piece, "edit_piece", facts=newsroom.facts(), version=1)

    def test_can_be_taken_back_while_it_waits(self, newsroom: Newsroom) -> None:
        newsroom.admit()
        piece = newsroom.submit(newsroom.draft(channel=HEADLINES))
        assert ada(newsroom, piece, "take_back_piece").state == "draft"
        with pytest.raises(operations.WrongState):
            staff(newsroom, piece, "publish_piece", grade="a", why="Too late.")


class TestReview:
    def test_is_not_done_by_who_had_a_hand_in_it(self, newsroom: Newsroom) -> None:
        newsroom.admit()
        piece = newsroom.submit(newsroom.draft(channel=HEADLINES))
        Membership.objects.create(
            account=newsroom.world.ada, team=newsroom.world.team, role=Role.OPERATOR
        )
        for name in ("ada", "fay"):
            if name == "fay":
                Membership.objects.create(
                    account=newsroom.world.fay, creator=newsroom.world.creator, role=Role.VIEWER
                )
            with pytest.raises(operations.OwnPiece):
                operations.publish_piece(
                    public_id=piece.public_id,
                    grade="a",
                    why="Mine.",
                    actor=newsroom.world.actor(name),
                    as_of=NOON,
                )
        piece.refresh_from_db()
        assert (piece.state, piece.review_ppm) == ("submitted", 1_000_000)

    def test_returns_a_piece_with_what_is_to_be_changed(self, newsroom: Newsroom) -> None:
        newsroom.admit()
        piece = newsroom.submit(newsroom.draft(channel=HEADLINES))
        piece = staff(newsroom, piece, "return_piece", why="Say where the cups come from.")
        shown = queries.piece_state(piece)
        assert (shown.name, shown.why) == ("returned", "Say where the cups come from.")

    def test_is_asked_for_again_after_a_return_even_in_an_open_scene(
        self, newsroom: Newsroom
    ) -> None:
        newsroom.admit()
        piece = newsroom.submit(newsroom.draft(channel=HEADLINES))
        piece = staff(newsroom, piece, "return_piece", why="Thin.")
        ada(newsroom, piece, "edit_piece", facts=newsroom.facts(), version=piece.version)
        assert newsroom.submit(piece).state == "submitted"

    def test_grades_by_known_words_and_says_why(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        for grade, ppm in (("a", 1_000_000), ("c", 750_000), ("d", 500_000)):
            piece = staff(newsroom, piece, "grade_piece", grade=grade, why="Seen again.")
            assert piece.review_ppm == ppm
        with pytest.raises(operations.BadPiece):
            staff(newsroom, piece, "grade_piece", grade="e", why="Seen again.")
        with pytest.raises(Exception, match="empty"):
            staff(newsroom, piece, "grade_piece", grade="a", why=" ")

    def test_marks_a_quality_and_keeps_every_mark(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        said: dict[str, Any] = {"quality": "originality", "why": "Half of it is a brochure."}
        piece = staff(newsroom, piece, "mark_quality", value_ppm=500_000, **said)
        piece = staff(newsroom, piece, "mark_quality", value_ppm=600_000, **said)
        assert piece.originality_ppm == 600_000
        values = [
            each.value_ppm for each in queries.list_marks(piece) if each.kind == "originality"
        ]
        assert values == [600_000, 500_000]
        with pytest.raises(operations.BadPiece):
            staff(newsroom, piece, "mark_quality", value_ppm=1_000_001, **said)


class TestHiding:
    def test_by_its_creator_is_undone_by_its_creator(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        ada(newsroom, piece, "hide_piece")
        assert list(queries.list_public_pieces()) == []
        piece = ada(newsroom, piece, "show_piece")
        assert (piece.state, piece.published_at) == ("published", NOON)
        assert len(queries.list_versions(piece)) == 1

    def test_by_staff_is_undone_by_staff_or_a_new_review(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        piece = staff(newsroom, piece, "hide_for_reason", why="A price that is not so.")
        with pytest.raises(operations.HiddenByStaff):
            ada(newsroom, piece, "show_piece")
        piece = staff(newsroom, piece, "show_again")
        assert (piece.state, piece.state_why) == ("published", "")

    def test_for_good_says_why_at_its_address(self, newsroom: Newsroom) -> None:
        piece = newsroom.publish()
        staff(newsroom, piece, "remove_piece", why="Copied from another.")
        with pytest.raises(queries.PieceRemoved) as caught:
            queries.get_public_piece(piece.public_id)
        assert (caught.value.status, caught.value.why) == (410, "Copied from another.")
        with pytest.raises(operations.WrongState):
            staff(newsroom, piece, "show_again")


class TestTheStore:
    def test_keeps_published_versions_and_marks_unchanged(self, newsroom: Newsroom) -> None:
        newsroom.publish()
        for rows in (PieceVersion.objects.all(), QualityMark.objects.all()):
            assert rows.count() == 1
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                rows.update(**{"title": "x"} if rows.model is PieceVersion else {"why": "x"})
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                rows._raw_delete(rows.db)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"state": "removed"}, "piece_is_removed_with_a_reason"),
            ({"published_at": None}, "piece_that_was_shown_has_its_time"),
            ({"ai_share_ppm": 1_000_001}, "piece_shares_are_shares"),
            ({"originality_ppm": 1_000_001}, "piece_shares_are_shares"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, newsroom: Newsroom, change: dict[str, Any], rule: str
    ) -> None:
        piece = newsroom.publish()
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Piece.objects.filter(pk=piece.pk).update(**change)


class TestSeries:
    def test_tie_pieces_together_and_have_one_title_once(self, newsroom: Newsroom) -> None:
        said: dict[str, Any] = {
            "creator_id": newsroom.creator_id,
            "title": "Cups",
            "about": "",
            "actor": newsroom.world.actor("ada"),
            "as_of": NOON,
        }
        series = operations.add_series(**said)
        with pytest.raises(operations.SeriesTaken):
            operations.add_series(**said)
        first = newsroom.publish(series=series.public_id)
        newsroom.draft("Unborn cups", series=series.public_id)
        second = newsroom.publish("Third tea cups", series=series.public_id)
        assert queries.list_series_pieces(first) == [second]
