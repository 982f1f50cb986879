"""Pieces as the engine reads them, and pieces of a past taken over."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wavepool.domains.content import operations, queries
from wavepool.domains.content.models import Piece
from wavepool.domains.people.models import Follow
from wavepool.plumbing.actor import MACHINE
from worlds.newsroom import Newsroom
from worlds.shelf import DAY, NOON

NOON_MS = 1_793_534_400_000


def past(newsroom: Newsroom, count: int, *, first: int = 1_000, **said: Any) -> pa.Table:
    """Pieces of Ada's past, one an hour."""
    columns: dict[str, Any] = {
        "piece_id": [first + n for n in range(count)],
        "account_id": [newsroom.account.pk] * count,
        "channel_id": [1] * count,
        "format": ["post"] * count,
        "category": ["cups"] * count,
        "published_at": [NOON_MS - 3_600_000 * (count - n) for n in range(count)],
        "title": [f"Past {n}" for n in range(count)],
        "review_ppm": [900_000] * count,
        **said,
    }
    return pa.table(columns)


def take_over(newsroom: Newsroom, table: pa.Table) -> int:
    return operations.take_over_pieces(table, actor=MACHINE, as_of=NOON)


class TestThePiecesTable:
    def test_holds_every_piece_that_was_ever_published(self, newsroom: Newsroom) -> None:
        newsroom.draft("Unborn cups")
        piece = newsroom.publish(ai_share_ppm=10)
        hidden = newsroom.publish("Hidden cups", at=NOON + DAY)
        operations.hide_piece(
            public_id=hidden.public_id,
            creator_id=newsroom.creator_id,
            actor=MACHINE,
            as_of=NOON + DAY,
        )
        table = queries.pieces_table()
        assert table.to_pylist()[0] == {
            "piece_id": piece.pk,
            "account_id": newsroom.account.pk,
            "channel_id": "8",
            "format": "post",
            "category": "cups",
            "published_at": NOON_MS,
            "originality_ppm": 1_000_000,
            "completeness_ppm": 200_000,
            "media_quality_ppm": 1_000_000,
            "review_ppm": 1_000_000,
            "ai_share_ppm": 10,
        }
        assert table.column("piece_id").to_pylist() == [piece.pk, hidden.pk]

    def test_comes_with_the_channels(self, newsroom: Newsroom) -> None:
        table = queries.channels_table()
        assert (len(table), table.schema.field("channel_id").type) == (16, pa.string())
        names = dict(zip(*table.to_pydict().values(), strict=True))
        assert (names["1"], names["7"]) == ("Headlines", "Live room")

    def test_asks_one_query(self, newsroom: Newsroom) -> None:
        take_over(newsroom, past(newsroom, 20))
        with CaptureQueriesContext(connection) as caught:
            assert len(queries.pieces_table()) == 20
        assert len(caught) == 1


class TestAPast:
    def test_is_taken_over_with_its_numbers_once(self, newsroom: Newsroom) -> None:
        table = past(newsroom, 3)
        assert (take_over(newsroom, table), take_over(newsroom, table)) == (3, 0)
        piece = queries.get_piece_by_id(1_001)
        assert (piece.title, piece.state, piece.scene, piece.review_ppm) == (
            "Past 1",
            "published",
            "headlines",
            900_000,
        )
        assert piece.creator_id == newsroom.creator_id
        read = queries.pieces_table()
        assert read.column("published_at").to_pylist() == table.column("published_at").to_pylist()

    def test_leaves_the_numbers_above_it_to_new_pieces(self, newsroom: Newsroom) -> None:
        take_over(newsroom, past(newsroom, 3))
        assert newsroom.draft().pk == 1_003

    def test_fills_what_it_does_not_say(self, newsroom: Newsroom) -> None:
        table = past(newsroom, 1).drop_columns(["title", "review_ppm"])
        times = pa.array([NOON_MS], pa.timestamp("ms", tz="UTC"))
        table = table.set_column(table.column_names.index("published_at"), "published_at", times)
        take_over(newsroom, table)
        piece = queries.get_piece_by_id(1_000)
        assert (piece.title, piece.review_ppm, piece.ai_share_ppm, piece.published_at) == (
            "post 1000",
            1_000_000,
            0,
            NOON,
        )

    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            ({"account_id": [1, 99_999]}, "unknown account_id"),
            ({"channel_id": ["1", "none"]}, "unknown channel_id"),
            ({"format": ["post", "opera"]}, "unknown format"),
            ({"category": ["cups", ""]}, "no category"),
            ({"review_ppm": [1, 1_000_001]}, "share outside 0 to a million"),
            ({"piece_id": [1_000, 1_000]}, "two rows share a piece_id"),
            ({"items": [[], [99_999]]}, "unknown item"),
        ],
    )
    def test_with_a_wrong_row_is_refused_whole(
        self, newsroom: Newsroom, said: dict[str, Any], rule: str
    ) -> None:
        if "account_id" in said:
            said = {"account_id": [newsroom.account.pk, 99_999]}
        with pytest.raises(operations.PastRefused) as caught:
            take_over(newsroom, past(newsroom, 2, **said))
        assert (caught.value.row, caught.value.rule) == (1, rule)
        assert Piece.objects.count() == 0

    def test_brings_its_texts_and_goods_in_their_order(self, newsroom: Newsroom) -> None:
        cup, kettle = newsroom.shelf.cup.pk, newsroom.shelf.kettle.pk
        said: dict[str, Any] = {"items": [[kettle, cup]], "body": ["A year of tea."]}
        take_over(newsroom, past(newsroom, 1, **said))
        piece = queries.get_piece_by_id(1_000)
        assert piece.body == "A year of tea."
        assert [each.item.code for each in queries.list_items(piece)] == ["KET", "CUP"]
        with pytest.raises(operations.PastRefused, match="an item twice"):
            take_over(newsroom, past(newsroom, 1, first=2_000, items=[[cup, cup]]))

    def test_brings_channels_of_its_own(self, newsroom: Newsroom) -> None:
        table = pa.table({"channel_id": [1, 106], "name": ["Headlines", "Topics · Feed"]})
        assert operations.take_over_channels(table, actor=MACHINE, as_of=NOON) == 1
        assert queries.get_channel("106").name == "Topics · Feed"


class TestTheFeed:
    def test_is_newest_first_by_creator_and_by_whom_one_follows(self, newsroom: Newsroom) -> None:
        take_over(newsroom, past(newsroom, 3))
        newest = queries.list_public_pieces().order_by("-published_at", "-pk")
        assert [piece.pk for piece in newest] == [1_002, 1_001, 1_000]
        assert queries.list_public_pieces_of(newsroom.creator_id).count() == 3
        dong = newsroom.world.dong
        assert list(queries.list_followed_pieces(dong.pk)) == []
        Follow.objects.create(account=dong, creator=newsroom.world.creator, since_at=NOON)
        assert queries.list_followed_pieces(dong.pk).count() == 3

    def test_is_read_along_its_index(self, newsroom: Newsroom) -> None:
        take_over(newsroom, past(newsroom, 200))
        rows = queries.list_public_pieces().order_by("-published_at", "-pk")[:51]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("set local enable_seqscan = off")
                cursor.execute("set local enable_sort = off")
        plan = rows.explain()
        assert "piece_public" in plan
        assert "SORT" not in plan.upper().replace("SORT KEY", "")
