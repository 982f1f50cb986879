"""Uploads cannot hurt: a corpus of hostile files, each refused or made harmless."""

from __future__ import annotations

import dataclasses
import io
import re
import resource
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from PIL import Image

from promises.hostile_files import (
    HOSTILE,
    LARGE,
    PDF,
    SCRIPT,
    UNWANTED,
    animation,
    picture,
    png,
    workbook,
)
from wavepool.plumbing import uploads
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import SafeUpload
from worlds.cast import World, make_cast

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
EVERY_KIND = frozenset({"image", "document", "table"})


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def people(db: None) -> World:
    return make_cast()


def send(name: str, content: bytes, kinds: frozenset[str] = EVERY_KIND) -> SafeUpload:
    file = SimpleUploadedFile("x", content)
    file._name = name  # the gate must not rely on Django having cleaned it
    return uploads.accept(file, kinds=kinds, actor=MACHINE, at=NOW)


class TestAHostileFile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_and_leaves_nothing(self, db: None, folder: Path, name: str) -> None:
        called, make, refusal = HOSTILE[name]
        content = make()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(refusal) as refused:
            send(called, content)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert 400 <= refused.value.status < 500
        assert grown < 50_000, "kilobytes that this process grew by"
        assert not [path for path in folder.rglob("*") if path.is_file()]
        assert SafeUpload.objects.count() == 0

    def test_is_one_of_at_least_forty(self) -> None:
        assert len(HOSTILE) >= 40

    def test_may_lie_about_its_length(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        file = TemporaryUploadedFile("a.csv", "text/csv", size=10, charset=None)
        file.write(b"a,b\n" * 1_000)
        file.seek(0)
        limit = uploads.gate.types.EXTENSIONS["csv"]
        monkeypatch.setitem(
            uploads.gate.types.EXTENSIONS, "csv", dataclasses.replace(limit, bytes_max=3_000)
        )
        with pytest.raises(LARGE):
            uploads.accept(file, kinds=EVERY_KIND, actor=MACHINE, at=NOW)

    def test_is_not_taken_where_another_kind_is_wanted(self, db: None) -> None:
        with pytest.raises(UNWANTED):
            send("a.csv", b"a,b\n1,2\n", frozenset({"image"}))


class TestAnHonestFile:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("a.png", picture(), "image"),
            ("a.JPG", picture("JPEG"), "image"),
            ("a.webp", picture("WEBP"), "image"),
            ("a.gif", animation("GIF", 5), "image"),
            ("茶 叶.png", picture(), "image"),
            ("a.pdf", PDF, "document"),
            ("a.xlsx", workbook(), "table"),
            ("a.csv", "名称,价格\n茶,12\n".encode("gb18030"), "table"),
            ("a.csv", "\ufeffname,price\ntea,12\n".encode(), "table"),
            ("a.ndjson", b'{"a": 1}\n\n{"a": 2}\n', "table"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_comes_in(self, db: None, folder: Path, name: str, content: bytes, kind: str) -> None:
        upload = send(name, content)
        stored = (folder / upload.path).read_bytes()
        assert (upload.kind, upload.size_bytes) == (kind, len(stored))
        assert kind == "image" or stored == content

    def test_of_parquet_comes_in(self, db: None) -> None:
        sink = io.BytesIO()
        pq.write_table(pa.table({"a": [1, 2]}), sink)
        assert send("a.parquet", sink.getvalue()).media_type == "application/vnd.apache.parquet"


class TestAPicture:
    def with_place(self) -> bytes:
        marks = Image.Exif()
        marks[0x010F] = "a canary of a camera"
        marks[0x0112] = 6  # lies on its side
        marks.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 0)})
        return picture("JPEG", (40, 30), exif=marks, comment=b"a canary of a comment")

    def test_loses_where_and_with_what_it_was_taken(self, db: None, folder: Path) -> None:
        sent = self.with_place()
        assert b"canary" in sent
        assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
        stored = (folder / send("a.jpg", sent).path).read_bytes()
        kept = Image.open(io.BytesIO(stored))
        assert b"canary" not in stored
        assert not dict(kept.getexif())
        assert kept.size == (30, 40), "it stands upright all the same"

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
    def test_loses_what_was_hung_on_its_end(self, db: None, folder: Path, form: str) -> None:
        ending = form.lower().replace("jpeg", "jpg")
        stored = (
            folder / send(f"a.{ending}", picture(form) + SCRIPT + workbook()).path
        ).read_bytes()
        assert b"<script" not in stored
        assert b"PK\x03\x04" not in stored

    def test_loses_a_script_in_its_comment(self, db: None, folder: Path) -> None:
        sent = picture("GIF", comment=SCRIPT)
        assert SCRIPT in sent
        assert SCRIPT not in (folder / send("a.gif", sent).path).read_bytes()


class TestAName:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("../../etc/passwd.png", "passwd.png"),
            ("C:\\windows\\a.png", "a.png"),
            ("a\x00.png", "a.png"),
            ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
            ("photo\u202egnp.png", "photognp.png"),
            ("x" * 5_000 + ".png", "x" * 116 + ".png"),
        ],
    )
    def test_is_for_people_only(self, db: None, sent: str, kept: str) -> None:
        upload = send(sent, picture())
        assert upload.name == kept
        assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{38}\.png", upload.path)

    def test_made_of_an_ending_alone_is_refused(self, db: None) -> None:
        with pytest.raises(UNWANTED):
            send("a." + "png" * 2_000, picture())


class TestServing:
    def stored(self, people: World, *, is_public: bool = False) -> SafeUpload:
        return uploads.accept(
            SimpleUploadedFile("a <b>.png", picture()),
            kinds={"image"},
            actor=people.actor("bao"),
            at=NOW,
            party=("shop", people.shop.pk),
            is_public=is_public,
        )

    def test_runs_nothing_in_a_browser(self, people: World) -> None:
        upload = self.stored(people, is_public=True)
        answer = Client().get(f"/files/{upload.public_id}")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")

    def test_shows_it_to_those_whose_it_is(self, people: World) -> None:
        upload = self.stored(people)
        seen = {}
        for name in ("bao", "eve", "ada", "dong"):
            client = Client()
            client.force_login(getattr(people, name))
            answer = client.get(f"/files/{upload.public_id}")
            seen[name] = answer.status_code
            # Read to its end, so that the client closes it; `close` would end the connection too.
            b"".join(getattr(answer, "streaming_content", ()))
        assert seen == {"bao": 200, "eve": 200, "ada": 404, "dong": 404}
        assert Client().get(f"/files/{upload.public_id}").status_code == 404
        assert Client().get("/files/file_missing").status_code == 404


FILES = "https://files.example.net"


def read(answer: Any) -> Any:
    """An answer with its whole content at `read`, so that the client closes its file."""
    streamed = getattr(answer, "streaming_content", None)
    answer.read = answer.content if streamed is None else b"".join(streamed)
    return answer


class TestAnOriginOfTheirOwn:
    @pytest.fixture(autouse=True)
    def apart(self, settings: Any) -> None:
        settings.FILES_ORIGIN = FILES
        settings.ALLOWED_HOSTS = ["testserver", "files.example.net"]

    def stored(self, people: World, *, is_public: bool = False) -> str:
        return TestServing().stored(people, is_public=is_public).public_id

    def fetch(self, address: str) -> Any:
        """Follow a link to the host of files, with the cookies of a session that found its way."""
        client = Client(headers={"host": "files.example.net"})
        client.cookies["session"] = "stolen"
        return read(client.get(address.removeprefix(FILES)))

    def test_gives_what_is_private_by_a_link_of_a_few_minutes(self, people: World) -> None:
        name = self.stored(people)
        bao = Client()
        bao.force_login(people.bao)
        way = bao.get(f"/files/{name}")
        link = way["Location"]
        assert (way.status_code, way["Cache-Control"]) == (302, "no-store")
        assert link.startswith(f"{FILES}/files/{name}?seal=")
        answer = self.fetch(link)
        assert answer.status_code == 200
        assert answer.read.startswith(b"\x89PNG")
        assert answer["Cache-Control"] == "private, no-store"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_refuses_a_link_that_is_old_forged_or_for_another_file(
        self, people: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name, other = self.stored(people), self.stored(people)
        seal = uploads.signed_address(name).partition("?")[2]
        for link in (
            f"/files/{name}",
            f"/files/{name}?{seal}x",
            f"/files/{other}?{seal}",
            f"/files/{name}?seal=",
        ):
            assert self.fetch(link).status_code == 404, link
        assert self.fetch(f"/files/{name}?{seal}").status_code == 200
        monkeypatch.setattr(uploads.origin, "LINK_SECONDS", -1)
        assert self.fetch(f"/files/{name}?{seal}").status_code == 404

    def test_gives_what_is_public_to_everybody(self, people: World) -> None:
        name = self.stored(people, is_public=True)
        assert uploads.public_address(name) == f"{FILES}/files/{name}"
        answer = self.fetch(f"/files/{name}")
        assert (answer.status_code, answer["Cache-Control"][:6]) == (200, "public")

    def test_has_no_page_no_cookie_and_no_session(self, people: World) -> None:
        name = self.stored(people, is_public=True)
        assert self.fetch("/api/v1/creators").status_code == 404
        for path in ("/", "/accounts/login/", "/healthz", "/static/site/mark.svg"):
            answer = self.fetch(path)
            assert (answer.status_code, answer.read) == (404, b""), path
        for answer in (self.fetch(f"/files/{name}"), self.fetch("/")):
            assert not answer.cookies
            assert "sandbox" in answer["Content-Security-Policy"]
        client = Client(headers={"host": "files.example.net"})
        client.force_login(people.bao)
        private = self.stored(people)
        assert client.get(f"/files/{private}").status_code == 404
        assert client.post(f"/files/{name}").status_code == 405

    def test_opens_to_nobody_more_than_before(self, people: World) -> None:
        name = self.stored(people)
        for who in ("ada", "dong"):
            client = Client()
            client.force_login(getattr(people, who))
            assert client.get(f"/files/{name}").status_code == 404
        assert Client().get(f"/files/{name}").status_code == 404

    def test_is_the_pages_own_without_the_setting(self, people: World, settings: Any) -> None:
        settings.FILES_ORIGIN = ""
        name = self.stored(people, is_public=True)
        assert uploads.public_address(name) == f"/files/{name}"
        assert read(Client().get(f"/files/{name}")).status_code == 200


class TestSabotage:
    def test_without_the_seal_a_private_file_opens_to_whoever_knows_its_name(
        self, people: World, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.FILES_ORIGIN, settings.ALLOWED_HOSTS = FILES, ["files.example.net"]
        monkeypatch.setattr(uploads, "is_sealed", lambda _name, _seal: True)
        name = TestServing().stored(people).public_id
        answer = read(Client(headers={"host": "files.example.net"}).get(f"/files/{name}"))
        assert answer.status_code == 200

    def test_without_the_header_check_and_limits_a_bomb_is_decoded(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The switch that removes the guard: then the corpus gets in."""
        monkeypatch.setattr(uploads.gate.types, "PIXELS_MAX", 10**9)
        upload = send("a.png", png(4_001, 10_000, rows=zlib.compress(b"\x00" * 40_020_000)))
        assert upload.width == 4_001

    def test_without_writing_anew_the_place_stays_in_the_picture(
        self, db: None, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def copy(place: Path, written: Path, wanted: object) -> None:
            written.write_bytes(place.read_bytes())

        monkeypatch.setattr(uploads.gate, "_look", copy)
        stored = (folder / send("a.jpg", TestAPicture().with_place()).path).read_bytes()
        assert Image.open(io.BytesIO(stored)).getexif().get_ifd(0x8825)
