"""Pages of the catalog: what each shows, whom it refuses, how many queries it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wavepool.domains.catalog import operations, queries
from wavepool.domains.catalog.models import ImportBatch, Item, Permit, Plan
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from worlds.shelf import DAY, NOON, Shelf, make_item

MERCHANT = "/merchant/bao-tea/"


@pytest.fixture
def enter(world: Any) -> Callable[[str], Client]:
    """A browser in which one of the cast is signed in."""

    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as


def count(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def fill(shelf: Shelf, *, first: int, last: int) -> None:
    """More goods, on sale, each with a plan of its own, and more permits and files."""
    for number in range(first, last):
        item = make_item(
            shelf.world.shop, f"N{number}", f"Cup {number}", "cups", price_minor=number
        )
        shelf.sell(item)
        shelf.open("item", 100_000 + number, item=item)
        shelf.permit(at=NOON + number * DAY)
        operations.stage_file(
            shop_id=shelf.world.shop.pk,
            subject="goods",
            name="a.csv",
            data=b"sku\nCUP-1\n",
            encoding="",
            actor=MACHINE,
            as_of=NOON,
        )


LISTS = {
    f"{MERCHANT}goods/": "bao",
    f"{MERCHANT}goods/?text=cup&category=home&state=on_sale&sort=-price": "bao",
    f"{MERCHANT}plans/": "bao",
    f"{MERCHANT}plans/?standing=now": "bao",
    f"{MERCHANT}permits/": "bao",
    f"{MERCHANT}imports/": "bao",
    "/studio/ada/goods/": "ada",
    "/studio/ada/goods/?category=home&stock=yes": "ada",
    "/categories/home/": "dong",
    "/s/bao-tea/": "dong",
    "/staff/catalog/": "eve",
    "/staff/permits/": "eve",
}


class TestEveryList:
    def test_asks_the_same_number_of_queries_for_any_number_of_rows(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        fill(shelf, first=1, last=3)
        few = {path: count(enter(name), path) for path, name in LISTS.items()}
        fill(shelf, first=3, last=9)
        many = {path: count(enter(name), path) for path, name in LISTS.items()}
        assert many == few

    def test_is_a_file_too(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        fill(shelf, first=1, last=2)
        for path, name in LISTS.items():
            bare = path.partition("?")[0].rstrip("/")
            assert enter(name).get(f"{bare}.csv").status_code == 200
            assert enter(name).get(f"{bare}.parquet").status_code == 200


class TestGoods:
    def test_are_added_priced_stocked_and_sold(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        bao = enter("bao")
        said = {"title": "Pot", "code": "POT", "category": "home", "description": "Iron.\n"}
        answer = bao.post(f"{MERCHANT}goods/new/", said)
        item = Item.objects.get(code="POT")
        page = f"{MERCHANT}goods/{item.public_id}/"
        assert answer["Location"] == page
        variant = {"sku": "P1", "variant": "Red", "price": "99.50", "stock": "3"}
        assert bao.post(f"{page}variants/", variant).status_code == 302
        bao.post(f"{page}price/", {"sku": "P1", "price": "109.50"})
        bao.post(f"{page}stock/", {"sku": "P1", "change": "-2"})
        bao.post(f"{page}on-sale/")
        item.refresh_from_db()
        assert (item.state, item.price_minor, item.stock) == ("on_sale", 10_950, 1)
        shown = bao.get(page).content.decode()
        assert "What each variant cost, change by change" in shown
        assert enter("dong").get(f"/p/{item.public_id}/").status_code == 200

    def test_show_what_was_wrong_and_keep_what_was_typed(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        said = {"title": "Second cup", "code": "CUP", "category": "cups"}
        answer = enter("bao").post(f"{MERCHANT}goods/new/", said)
        assert answer.status_code == 422
        assert "already has an item with the reference CUP" in answer.content.decode()
        assert "Second cup" in answer.content.decode()

    def test_keep_an_edit_from_an_old_page_out(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        said = {"title": "Cup", "code": "CUP", "category": "cups", "version": "1"}
        path = f"{MERCHANT}goods/{shelf.cup.public_id}/edit/"
        answer = enter("bao").post(path, said)
        assert answer.status_code == 422
        assert "Somebody changed this item" in answer.content.decode()
        current = {**said, "version": str(shelf.cup.version)}
        assert enter("bao").post(path, current).status_code == 302

    def test_need_their_permit_before_they_sell(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        page = f"{MERCHANT}goods/{shelf.longjing.public_id}/"
        answer = enter("bao").post(f"{page}on-sale/", follow=True).content.decode()
        assert "need an approved permit that still holds: Food licence" in answer

    def test_tell_which_plan_wins_and_why(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        shelf.open("shop", 100_000, at=NOON)
        shelf.open("exclusive", 200_000, item=shelf.cup, creator="ada", at=NOON)
        path = f"{MERCHANT}goods/{shelf.cup.public_id}/"
        shown = enter("bao").get(f"{path}?creator=ada&link=").content.decode()
        assert "It comes first in the order of plans." in shown
        assert "Exclusive comes before it." in shown
        shown = enter("bao").get(f"{path}?creator=nobody&link=").content.decode()
        assert "There is no creator of that name." in shown


class TestForeignThings:
    def test_look_exactly_as_missing_ones(
        self, shelf: Shelf, world: Any, enter: Callable[[str], Client]
    ) -> None:
        other = type(world.shop).objects.create(slug="other", name="Other")
        foreign = make_item(other, "X", "Foreign", "cups", price_minor=100)
        facts = operations.PlanFacts(kind="shop", rate_ppm=1)
        plan = operations.open_plan(shop_id=other.pk, facts=facts, actor=MACHINE, as_of=NOON)
        batch = operations.stage_file(
            shop_id=other.pk,
            subject="goods",
            name="a.csv",
            data=b"sku\nX-1\n",
            encoding="",
            actor=MACHINE,
            as_of=NOON,
        )
        bao = enter("bao")
        for kind, theirs, verbs in (
            (
                "goods",
                foreign.public_id,
                ("edit", "on-sale", "off-sale", "variants", "price", "stock"),
            ),
            ("plans", plan.plan.public_id, ("rate", "end")),
            ("imports", batch.public_id, ("apply", "discard")),
        ):
            assert bao.get(f"{MERCHANT}{kind}/{theirs}/").status_code == 404
            assert bao.get(f"{MERCHANT}{kind}/none_1/").status_code == 404
            for verb in verbs:
                assert bao.post(f"{MERCHANT}{kind}/{theirs}/{verb}/").status_code == 404
        assert bao.get(f"{MERCHANT}imports/{batch.public_id}/wrong-rows.csv").status_code == 404

    def test_stay_so_for_prices_and_stock_by_number(
        self, shelf: Shelf, world: Any, enter: Callable[[str], Client]
    ) -> None:
        other = type(world.shop).objects.create(slug="other", name="Other")
        make_item(other, "X", "Foreign", "cups", price_minor=100)
        page = f"{MERCHANT}goods/{shelf.cup.public_id}/"
        bao = enter("bao")
        assert bao.post(f"{page}stock/", {"sku": "X-1", "change": "-1"}).status_code == 404
        assert bao.post(f"{page}price/", {"sku": "X-1", "price": "1"}).status_code == 404

    def test_of_a_draft_are_shown_to_nobody_else(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        assert Client().get(f"/p/{shelf.cup.public_id}/").status_code == 404
        assert enter("ada").get(f"/studio/ada/goods/{shelf.cup.public_id}/").status_code == 404


class TestPlans:
    def test_show_what_they_do_before_they_open(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        bao = enter("bao")
        said = {"kind": "item", "rate": "12.5", "item": "CUP"}
        shown = bao.post(f"{MERCHANT}plans/new/", {**said, "step": "preview"})
        assert "What creators will see" in shown.content.decode()
        assert not Plan.objects.exists()
        answer = bao.post(f"{MERCHANT}plans/new/", {**said, "step": "open"})
        plan = Plan.objects.get()
        assert answer["Location"] == f"{MERCHANT}plans/{plan.public_id}/"
        bao.post(f"{MERCHANT}plans/{plan.public_id}/rate/", {"rate": "10"})
        shown = bao.get(f"{MERCHANT}plans/{plan.public_id}/")
        assert "Pays less soon" in shown.content.decode()
        bao.post(f"{MERCHANT}plans/{plan.public_id}/end/")
        assert [each.valid_to is None for each in queries.list_history(plan)] == [False, False]

    def test_say_beside_the_field_what_stands_in_their_way(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        for said, words in (
            ({"kind": "shop", "rate": "80.1"}, "at most 80%"),
            ({"kind": "shop", "rate": "x"}, "Write the rate in per cent"),
            ({"kind": "item", "rate": "5", "item": "GONE"}, "no item with this reference"),
            ({"kind": "exclusive", "rate": "5", "item": "CUP"}, "needs this"),
            ({"kind": "task", "rate": "5", "item": "CUP", "creator": "zz"}, "no creator"),
        ):
            answer = enter("bao").post(f"{MERCHANT}plans/new/", {**said, "step": "open"})
            assert answer.status_code == 422
            assert words in answer.content.decode()


class TestTheStudio:
    def test_shows_the_rate_that_wins_for_this_creator_and_until_when(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        shelf.sell(shelf.cup)
        now = clock.now()
        shelf.open("shop", 100_000, at=now - DAY)
        mine = shelf.open("exclusive", 250_000, item=shelf.cup, creator="ada", at=now - DAY)
        shelf.change(mine.plan, 200_000, at=now - DAY)
        shown = enter("ada").get("/studio/ada/goods/").content.decode()
        assert "25" in shown
        assert "Rate changes" in shown
        page = enter("ada").get(f"/studio/ada/goods/{shelf.cup.public_id}/").content.decode()
        assert "Exclusive" in page
        assert "20%" in page


class TestFiles:
    def test_are_looked_at_then_applied(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        bao = enter("bao")
        text = "sku,title,category,price\nN1,新茶,home,1.00\nN2,,home,1.00\nCUP-1,,,59\n"
        file = SimpleUploadedFile("新.csv", text.encode("gb18030"))
        answer = bao.post(f"{MERCHANT}imports/new/", {"subject": "goods", "file": file})
        batch = ImportBatch.objects.get()
        assert answer["Location"] == f"{MERCHANT}imports/{batch.public_id}/"
        shown = bao.get(answer["Location"]).content.decode()
        assert "CSV, GB18030" in shown
        assert "新茶" in shown
        assert "catalog.bad_text" in shown
        bao.post(f"{answer['Location']}apply/")
        assert Item.objects.get(code="N1").title == "新茶"
        wrong = bao.get(f"{answer['Location']}wrong-rows.csv")
        assert wrong["Content-Disposition"] == 'attachment; filename="bao-tea-wrong-rows.csv"'
        assert bao.get(f"{answer['Location']}wrong-rows.exe").status_code == 404

    def test_that_are_no_table_are_refused_beside_the_field(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        file = SimpleUploadedFile("a.csv", b"\x00\x01")
        answer = enter("bao").post(f"{MERCHANT}imports/new/", {"subject": "goods", "file": file})
        assert answer.status_code == 422
        assert "not what its name says" in answer.content.decode()

    def test_go_out_in_every_format(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        for subject in ("goods", "plans"):
            for each in ("csv", "xlsx", "parquet", "ndjson"):
                answer = enter("bao").get(f"{MERCHANT}{subject}/export/?format={each}")
                assert answer.status_code == 200
        assert enter("bao").get(f"{MERCHANT}goods/export/?format=exe").status_code == 404


class TestStaff:
    def test_review_permits_and_say_why(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        said = {"kind": "food", "number": "JY1", "expires_date": "2030-01-01"}
        assert enter("bao").post(f"{MERCHANT}permits/new/", said).status_code == 302
        permit = Permit.objects.get()
        page = f"/staff/permits/{permit.public_id}/"
        eve = enter("eve")
        assert eve.post(f"{page}refuse/", {"why": ""}).status_code == 422
        eve.post(f"{page}approve/")
        shelf.sell(shelf.longjing)
        eve.post(f"{page}revoke/", {"why": "Forged."})
        shelf.longjing.refresh_from_db()
        assert queries.item_state(shelf.longjing).why == (
            "Your shop has no permit that holds: Food licence."
        )
        assert "Forged." in enter("bao").get(f"{MERCHANT}permits/").content.decode()

    def test_keep_the_tree(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        eve = enter("eve")
        said = {"slug": "teapots", "name": "Teapots", "name_zh": "茶壶", "parent": "home"}
        assert eve.post("/staff/catalog/tree/", said).status_code == 302
        assert eve.post("/staff/catalog/tree/", said).status_code == 422
        eve.post("/staff/catalog/tree/teapots/", {"name": "Pots", "name_zh": "壶"})
        category = queries.get_category("teapots")
        assert (category.name, category.path) == ("Pots", "home/teapots")
        assert eve.get("/staff/catalog/tree/").status_code == 200
        assert enter("dong").get("/staff/catalog/tree/").status_code == 404


class TestBothLanguages:
    def test_show_every_page(self, shelf: Shelf, enter: Callable[[str], Client]) -> None:
        fill(shelf, first=1, last=2)
        plan, batch = Plan.objects.get(), ImportBatch.objects.get()
        pages = {
            **LISTS,
            f"{MERCHANT}goods/new/": "bao",
            f"{MERCHANT}goods/{shelf.cup.public_id}/": "bao",
            f"{MERCHANT}goods/{shelf.cup.public_id}/edit/": "bao",
            f"{MERCHANT}plans/new/?item=CUP": "bao",
            f"{MERCHANT}plans/{plan.public_id}/": "bao",
            f"{MERCHANT}permits/new/": "bao",
            f"{MERCHANT}imports/new/": "bao",
            f"{MERCHANT}imports/{batch.public_id}/": "bao",
            f"/p/{plan.item.public_id}/": "dong",  # type: ignore[union-attr]
            "/categories/": "dong",
            "/staff/catalog/tree/": "eve",
            "/staff/catalog/tree/home/": "eve",
            f"/staff/permits/{Permit.objects.get().public_id}/": "eve",
        }
        for path, name in pages.items():
            for language in ("en", "zh-hans"):
                client = enter(name)
                client.cookies.load({"wavepool_language": language})
                assert client.get(path).status_code == 200, path
