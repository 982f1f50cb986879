"""Search: what is found, by whom, in which language, and in how many queries."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.catalog.models import Item, ItemWord
from wavepool.domains.people import operations as people
from wavepool.domains.people.models import Creator, CreatorWord, ShopWord
from wavepool.plumbing import search, words
from wavepool.plumbing.actor import MACHINE
from wavepool.site import urls
from worlds.people import in_force
from worlds.shelf import NOON, Shelf, make_item, make_shelf

pytestmark = pytest.mark.django_db

assert urls.urlpatterns  # finders are registered where addresses are


@pytest.fixture
def shelf(world: Any) -> Shelf:
    """Bao's shelf; the cup and the kettle are on sale, Longjing is a draft."""
    made = make_shelf(world)
    made.sell(made.cup)
    made.sell(made.kettle)
    write_words_of_everybody()
    return made


def write_words_of_everybody() -> None:
    """Run what the migration runs on a store that has people already."""
    migration = import_module("wavepool.domains.people.migrations.0003_words")
    migration.write_words(apps, SimpleNamespace(connection=connection))


def found(text: str, **options: Any) -> dict[str, list[str]]:
    return {group.name: [hit.title for hit in group.hits] for group in search.find(text, **options)}


def seen(client: Client, path: str, text: str) -> str:
    answer = client.get(path, {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


class TestWords:
    @pytest.mark.parametrize(
        ("text", "is_found"),
        [
            ("龙井茶", True),  # the whole run
            ("井茶", True),  # its middle
            ("茶", True),  # its last character
            ("龙", True),  # its first
            ("茶龙", False),
            ("spring", True),  # a word
            ("spr", True),  # its beginning
            ("pring", False),  # never its inside
            ("ＳＰＲＩＮＧ", True),  # wide letters
            ("龙井 spr", True),
            ("spring 井茶", True),
            ("spr 龙井", False),  # only the last may be a beginning
            ("%", False),
            ("_", False),
            ("spr%", True),  # a sign between words
        ],
    )
    def test_find_by_whole_words_and_the_beginning_of_the_last(
        self, shelf: Shelf, text: str, *, is_found: bool
    ) -> None:
        item = make_item(shelf.world.shop, "LJC", "龙井茶 Spring 2026", "cups", price_minor=100)
        shelf.sell(item)
        titles = [each.title for each in words.with_beginning(Item.objects.all(), text)]
        assert ("龙井茶 Spring 2026" in titles) is is_found

    def test_of_one_character_are_whole_on_lists_too(self, shelf: Shelf) -> None:
        for place, title in enumerate(("龙井茶", "茶杯", "水壶")):
            make_item(shelf.world.shop, f"T{place}", title, "cups", price_minor=100)
        titles = {each.title for each in words.with_words(Item.objects.all(), "茶")}
        assert titles == {"龙井茶", "茶杯"}

    def test_use_an_index_for_a_beginning(self, shelf: Shelf) -> None:
        cup = shelf.cup
        ItemWord.objects.bulk_create(
            ItemWord(item=cup, shop_id=cup.shop_id, word=f"word{number}") for number in range(5_000)
        )
        rows = ItemWord.objects.filter(words.beginning_with("word", "spr")).values("item")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Without figures of the table a planner takes any index.
                cursor.execute("analyze catalog_itemword")
                cursor.execute("set local enable_seqscan = off")
        assert "item_word_of_market" in rows.explain()


class TestTheMigration:
    def test_gives_words_to_who_is_there_already(self, world: Any) -> None:
        assert not CreatorWord.objects.exists()
        write_words_of_everybody()
        said = CreatorWord.objects.order_by("word").values_list("word", flat=True)
        assert list(said) == ["ada", "kitchen", "s"]
        assert set(ShopWord.objects.values_list("word", flat=True)) == {"bao", "tea"}


class TestWhatIsFound:
    def test_by_everybody_is_creators_shops_and_goods_on_sale(self, shelf: Shelf) -> None:
        assert found("kit") == {"creators": ["Ada's kitchen"]}
        assert found("tea") == {"shops": ["Bao Tea"], "goods": ["Tea cup"]}
        assert found("龙井") == {}
        assert found("") == found(" - ") == {}

    def test_follows_a_creator_who_takes_another_name(self, shelf: Shelf) -> None:
        people.change_profile(
            creator_id=shelf.world.creator.pk,
            name="阿达的厨房",
            bio="",
            role="home-cook",
            actor=MACHINE,
            as_of=NOON,
        )
        assert found("kitchen") == {}
        assert found("的厨") == {"creators": ["阿达的厨房"]}

    def test_of_many_is_the_most_followed_and_says_that_there_are_more(self, world: Any) -> None:
        for place in range(9):
            Creator.objects.create(handle=f"cook-{place}", name="Cook", followers=place)
        write_words_of_everybody()
        (group,) = search.find("cook")
        assert [hit.text for hit in group.hits] == [f"@cook-{n}" for n in range(8, 0, -1)]
        assert group.has_more

    def test_asks_once_for_each_kind_whatever_is_found(
        self, shelf: Shelf, django_assert_num_queries: Any
    ) -> None:
        for text in ("tea", "t", "nothing at all", "tea cup k"):
            with django_assert_num_queries(3):
                search.find(text)


class TestAWorkspace:
    def test_finds_its_own_goods_in_any_state_and_no_other_shops(
        self, shelf: Shelf, client: Client
    ) -> None:
        other = type(shelf.world.shop).objects.create(slug="other", name="Other")
        make_item(other, "X", "龙井 foreign", "cups", price_minor=100)
        client.force_login(shelf.world.bao)
        page = seen(client, "/merchant/bao-tea/search/", "龙")
        assert "Your goods" in page
        assert f"/merchant/bao-tea/goods/{shelf.longjing.public_id}/" in page
        assert "foreign" not in page

    def test_of_a_creator_leads_to_its_own_rate(self, shelf: Shelf, client: Client) -> None:
        client.force_login(shelf.world.ada)
        page = seen(client, "/studio/ada/search/", "cup")
        assert f"/studio/ada/goods/{shelf.cup.public_id}/" in page

    def test_of_an_agency_finds_whom_it_has_under_contract(
        self, shelf: Shelf, client: Client
    ) -> None:
        client.force_login(shelf.world.chen)
        assert "Creators under contract</h2>" not in seen(client, "/agency/chen-mcn/search/", "ada")
        in_force(shelf.world, as_of=NOON)
        assert "Creators under contract</h2>" in seen(client, "/agency/chen-mcn/search/", "ad")

    def test_of_staff_finds_accounts_by_their_address(self, shelf: Shelf, client: Client) -> None:
        client.force_login(shelf.world.eve)
        page = seen(client, "/staff/search/", "BAO@ex")
        assert "/staff/people/accounts/?q=bao%40example.com" in page

    def test_shows_accounts_to_nobody_else(self, shelf: Shelf, client: Client) -> None:
        for name, path in (
            ("", "/search/"),
            ("ada", "/search/"),
            ("ada", "/studio/ada/search/"),
            ("bao", "/merchant/bao-tea/search/"),
        ):
            if name:
                client.force_login(getattr(shelf.world, name))
            assert "chen@example.com" not in seen(client, path, "chen@")

    def test_of_another_is_missing(self, shelf: Shelf, client: Client) -> None:
        client.force_login(shelf.world.ada)
        for path in ("/merchant/bao-tea/search/", "/agency/chen-mcn/search/", "/staff/search/"):
            assert client.get(path, {"q": "tea"}).status_code == 404


class TestThePage:
    def test_shows_groups_in_both_languages(self, shelf: Shelf, client: Client) -> None:
        assert "Tea cup" in seen(client, "/search/", "cup")
        client.cookies["wavepool_language"] = "zh-hans"
        assert "没有找到“nothing”" in seen(client, "/search/", "nothing")

    def test_writes_what_was_asked_as_text(self, shelf: Shelf, client: Client) -> None:
        page = seen(client, "/search/", "<script>alert(1)</script>\x00")
        assert "<script>alert(1)" not in page

    def test_asks_the_same_number_of_queries_for_any_number_of_hits(
        self, shelf: Shelf, client: Client
    ) -> None:
        client.force_login(shelf.world.bao)
        counts = []
        for place in range(12):
            if place in {0, 11}:
                with CaptureQueriesContext(connection) as asked:
                    seen(client, "/merchant/bao-tea/search/", "mug")
                counts.append(len(asked))
            item = make_item(shelf.world.shop, f"M{place}", "Mug", "cups", price_minor=100)
            shelf.sell(item)
        assert counts[0] == counts[1]

    def test_stands_in_the_bar_of_every_frame(self, shelf: Shelf, client: Client) -> None:
        client.force_login(shelf.world.bao)
        for path, action in (
            ("/", "/search/"),
            ("/merchant/bao-tea/", "/merchant/bao-tea/search/"),
        ):
            page = client.get(path).content.decode()
            assert f'<form class="bar__search" action="{action}" role="search"' in page
            assert 'data-behavior="search-key"' in page
