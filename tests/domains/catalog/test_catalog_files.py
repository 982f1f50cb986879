"""Pictures of goods and scans of permits: through the gate, to whom they may be shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from promises.hostile_files import PDF, picture
from wavepool.domains.catalog import operations
from wavepool.domains.catalog.models import Item, ItemImage, Permit
from wavepool.plumbing import clock
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.errors import NotFound
from wavepool.plumbing.models import SafeUpload
from worlds.shelf import DAY, NOON, Shelf

MERCHANT = "/merchant/bao-tea/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def enter(world: Any) -> Callable[[str], Client]:
    def enter_as(name: str) -> Client:
        client = Client()
        client.force_login(getattr(world, name))
        return client

    return enter_as


def png(name: str = "cup.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def stored(shelf: Shelf, *words: str) -> list[str]:
    """Pictures of the cup without the gate's work: their files, in order."""
    files = []
    for word in words:
        upload = SafeUpload.objects.create(
            public_id=f"file_{word}", path=word, is_public=True, size_bytes=1, created_at=NOON
        )
        ItemImage.objects.create(
            item=shelf.cup, file=upload.public_id, alt=word, width=4, height=3, position=len(files)
        )
        files.append(upload.public_id)
    Item.objects.filter(pk=shelf.cup.pk).update(cover=files[0], cover_alt=words[0])
    return files


def order(shelf: Shelf) -> list[str]:
    return [each.alt for each in ItemImage.objects.filter(item=shelf.cup)]


def cup(shelf: Shelf) -> dict[str, Any]:
    return {
        "public_id": shelf.cup.public_id,
        "shop_id": shelf.world.shop.pk,
        "actor": MACHINE,
        "as_of": NOON,
    }


def opened(client: Client, path: str) -> tuple[int, str]:
    """Read a file to its end, which lets it go: its status and its type."""
    answer = client.get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code, answer["Content-Type"]


class TestAPicture:
    def test_is_added_and_shown_to_buyers_creators_and_in_lists(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        page = f"{MERCHANT}goods/{shelf.cup.public_id}/"
        said = {"file": png(), "alt": "A  green\ncup"}
        assert enter("bao").post(f"{page}images/", said).status_code == 302
        image = ItemImage.objects.get()
        assert (image.alt, image.width, image.height) == ("A green cup", 40, 30)
        shelf.sell(shelf.cup)
        shown = f'src="/files/{image.file}" alt="A green cup"'
        places = {
            page: "bao",
            f"{MERCHANT}goods/": "bao",
            f"/p/{shelf.cup.public_id}/": "dong",
            "/s/bao-tea/": "dong",
            "/categories/home/": "dong",
            "/studio/ada/goods/": "ada",
            f"/studio/ada/goods/{shelf.cup.public_id}/": "ada",
        }
        for path, name in places.items():
            assert shown in enter(name).get(path).content.decode(), path
        assert opened(Client(), f"/files/{image.file}") == (200, "image/png")

    def test_that_means_harm_comes_back_with_the_reason_and_loses_nothing(
        self, shelf: Shelf, folder: Path, enter: Callable[[str], Client]
    ) -> None:
        stored(shelf, "first")
        page = f"{MERCHANT}goods/{shelf.cup.public_id}/images/"
        hostile = {
            "cup.png": b"<script>alert(1)</script>",
            "cup.svg": b"<svg onload='alert(1)'/>",
            "cut.png": picture()[:40],
        }
        for name, content in hostile.items():
            said = {"file": png(name, content), "alt": "words that stay"}
            answer = enter("bao").post(page, said)
            text = answer.content.decode()
            assert answer.status_code == 422
            assert "words that stay" in text
            assert "aria-invalid" in text
        assert order(shelf) == ["first"]
        assert [path for path in folder.rglob("*") if path.is_file()] == []
        assert enter("bao").post(page, {"alt": "x"}).status_code == 422

    def test_moves_is_described_and_removed(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        first, second, third = stored(shelf, "one", "two", "three")
        page = f"{MERCHANT}goods/{shelf.cup.public_id}/images/"
        bao = enter("bao")
        bao.post(f"{page}{third}/earlier/")
        bao.post(f"{page}{first}/later/")
        assert order(shelf) == ["three", "one", "two"]
        bao.post(f"{page}{third}/", {"alt": "a cup from above"})
        bao.post(f"{page}{second}/remove/")
        assert order(shelf) == ["a cup from above", "one"]
        item = Item.objects.get(pk=shelf.cup.pk)
        assert (item.cover, item.cover_alt) == (third, "a cup from above")
        assert not SafeUpload.objects.filter(public_id=second).exists()
        for each in (first, third):
            bao.post(f"{page}{each}/remove/")
        assert Item.objects.get(pk=shelf.cup.pk).cover == ""

    def test_that_is_removed_leaves_the_store(
        self, shelf: Shelf, folder: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        image = operations.add_image(file=png(), alt="", **cup(shelf))
        (place,) = list(folder.rglob("*.png"))
        with django_capture_on_commit_callbacks(execute=True):
            operations.remove_image(file=image.file, **cup(shelf))
        assert not place.exists()

    def test_is_one_of_twelve_at_most(
        self, shelf: Shelf, folder: Path, enter: Callable[[str], Client]
    ) -> None:
        stored(shelf, *(f"p{n}" for n in range(12)))
        path = f"{MERCHANT}goods/{shelf.cup.public_id}/images/"
        answer = enter("bao").post(path, {"file": png()})
        assert "at most 12 pictures" in answer.content.decode()
        with pytest.raises(operations.TooManyImages):
            operations.add_image(file=png(), alt="", **cup(shelf))
        assert not folder.exists()

    def test_of_another_item_looks_missing(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        (file,) = stored(shelf, "one")
        other = {**cup(shelf), "public_id": shelf.kettle.public_id}
        with pytest.raises(NotFound):
            operations.remove_image(file=file, **other)
        page = f"{MERCHANT}goods/{shelf.kettle.public_id}/images/"
        for verb in ("", "earlier/", "later/", "remove/"):
            assert enter("bao").post(f"{page}{file}/{verb}").status_code == 404
        assert order(shelf) == ["one"]


class TestAScanOfAPermit:
    def hand_in(self, client: Client, file: SimpleUploadedFile | None, number: str = "F-1") -> Any:
        said = {
            "kind": "food",
            "number": number,
            "expires_date": (clock.now() + 90 * DAY).date().isoformat(),
        }
        return client.post(f"{MERCHANT}permits/new/", said | ({"document": file} if file else {}))

    @pytest.mark.parametrize(
        ("name", "content"),
        [("licence.pdf", PDF), ("licence.png", picture())],
        ids=["pdf", "picture"],
    )
    def test_opens_for_the_shop_and_staff_alone(
        self, shelf: Shelf, enter: Callable[[str], Client], name: str, content: bytes
    ) -> None:
        answer = self.hand_in(enter("bao"), SimpleUploadedFile(name, content))
        assert answer.status_code == 302
        permit = Permit.objects.get()
        path = f"/files/{permit.document}"
        seen = {each: opened(enter(each), path)[0] for each in ("bao", "eve", "ada", "dong")}
        assert seen == {"bao": 200, "eve": 200, "ada": 404, "dong": 404}
        assert opened(Client(), path)[0] == 404
        assert path in enter("eve").get(f"/staff/permits/{permit.public_id}/").content.decode()
        assert path in enter("bao").get(f"{MERCHANT}permits/").content.decode()

    def test_that_means_harm_hands_nothing_in(
        self, shelf: Shelf, folder: Path, enter: Callable[[str], Client]
    ) -> None:
        answer = self.hand_in(enter("bao"), SimpleUploadedFile("licence.pdf", b"MZ\x90\x00"))
        assert answer.status_code == 422
        assert "not what its name says" in answer.content.decode()
        assert not Permit.objects.exists()

    def test_of_a_permit_that_is_known_is_not_kept(
        self, shelf: Shelf, enter: Callable[[str], Client]
    ) -> None:
        self.hand_in(enter("bao"), None)
        answer = self.hand_in(enter("bao"), SimpleUploadedFile("licence.pdf", PDF))
        assert answer.status_code == 422
        assert not SafeUpload.objects.exists()
