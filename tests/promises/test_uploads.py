"""Uploads cannot hurt: a corpus of hostile files, each refused or made harmless."""

from __future__ import annotations

import dataclasses
import io
import random
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from openpyxl import Workbook
from PIL import Image

from wavepool.plumbing import uploads
from wavepool.plumbing.actor import MACHINE
from wavepool.plumbing.models import SafeUpload

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
EVERY_KIND = frozenset({"image", "document", "table"})
Refusal = type[uploads.UploadRefused]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


def send(name: str, content: bytes, kinds: frozenset[str] = EVERY_KIND) -> SafeUpload:
    file = SimpleUploadedFile("x", content)
    file._name = name  # the gate must not rely on Django having cleaned it
    return uploads.accept(file, kinds=kinds, actor=MACHINE, at=NOW)


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A small honest picture."""
    sink = io.BytesIO()
    Image.new("RGB", size, (200, 80, 20)).save(sink, form, **options)
    return sink.getvalue()


def animation(form: str, frames: int, size: tuple[int, int] = (8, 8)) -> bytes:
    chance = random.Random(frames)
    pictures = [Image.new("RGB", size, tuple(chance.randbytes(3))) for _ in range(frames)]
    sink = io.BytesIO()
    pictures[0].save(sink, form, save_all=True, append_images=pictures[1:], duration=50)
    return sink.getvalue()


def png(width: int, height: int, *, rows: bytes | None = None) -> bytes:
    """A PNG that says its size and packs rows of nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        total = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", total)

    if rows is None:
        rows = zlib.compress(b"\x00" * min(height * (width + 1), 60_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    honest = picture("JPEG")
    place = honest.index(b"\xff\xc0")
    return honest[: place + 5] + struct.pack(">HH", height, width) + honest[place + 9 :]


def webp_header(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00" * 4 + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_header(width: int, height: int) -> bytes:
    honest = picture("GIF")
    return honest[:6] + struct.pack("<HH", width, height) + honest[10:]


def wide_animation() -> bytes:
    """Five small frames on a screen of 20 megapixels."""
    small = animation("GIF", 5)
    return small[:6] + struct.pack("<HH", 5_000, 4_000) + small[10:]


def workbook(**more: bytes) -> bytes:
    """An honest workbook, with members added or replaced."""
    book = Workbook()
    book.active.append(["sku", "price"])
    book.active.append(["tea", 12])
    honest, sink = io.BytesIO(), io.BytesIO()
    book.save(honest)
    with zipfile.ZipFile(honest) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return sink.getvalue()


def linked_workbook() -> bytes:
    sink = io.BytesIO(workbook())
    with zipfile.ZipFile(sink, "a") as archive:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return sink.getvalue()


def lying_workbook() -> bytes:
    """A member that claims to be small and unpacks to 300 MB."""
    content = bytearray(workbook(**{"xl/media.xml": b" " * 300_000_000}))
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.rfind(b"xl/media.xml")
        begin = content.rfind(sign, 0, place if sign == b"PK\x01\x02" else None)
        begin = content.index(sign) if begin < 0 else begin
        content[begin + offset : begin + offset + 4] = struct.pack("<I", 100)
    return bytes(content)


def archive(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return sink.getvalue()


def text_bomb() -> bytes:
    """A picture with a packed comment of 200 MB."""
    honest = picture()
    data = b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 9)
    total = zlib.crc32(b"zTXt" + data)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", total)
    return honest[:33] + chunk + honest[33:]


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sheet>&c;</sheet>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><sheet>&b;</sheet>'
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
REFUSED = uploads.UploadRefused
HEAVY, BROKEN = uploads.FileTooHeavy, uploads.FileBroken
UNWANTED, LARGE = uploads.FileUnwanted, uploads.FileTooLarge

Case = tuple[str, Callable[[], bytes], Refusal]
HOSTILE: dict[str, Case] = {
    "png of 169 megapixels": ("a.png", lambda: png(13_000, 13_000), HEAVY),
    "png of 40,010,000 pixels": ("a.png", lambda: png(4_001, 10_000), HEAVY),
    "png one pixel high and endless": ("a.png", lambda: png(39_000_000, 1), HEAVY),
    "png of the greatest size there is": ("a.png", lambda: png(2**31 - 1, 2**31 - 1), HEAVY),
    "png of no size": ("a.png", lambda: png(0, 10), BROKEN),
    "png without pixels": ("a.png", lambda: png(10, 10, rows=b""), BROKEN),
    "png cut off in its header": ("a.png", lambda: picture()[:20], BROKEN),
    "png cut off in its pixels": ("a.png", lambda: picture(size=(300, 300))[:-200], BROKEN),
    "png with a bomb of a text": (
        "a.png",
        text_bomb,
        REFUSED,
    ),
    "jpeg of 4 gigapixels": ("a.jpg", lambda: jpeg_header(65_000, 65_000), HEAVY),
    "jpeg without a frame": ("a.jpg", lambda: b"\xff\xd8\xff\xd9" + b"\x00" * 40, BROKEN),
    "jpeg of endless filling": ("a.jpg", lambda: b"\xff\xd8" + b"\xff" * 100_000, BROKEN),
    "jpeg cut off": ("a.jpeg", lambda: picture("JPEG", (300, 300))[:200], BROKEN),
    "webp of 268 terapixels": ("a.webp", lambda: webp_header(2**24, 2**24), HEAVY),
    "webp without a picture": ("a.webp", lambda: webp_header(10, 10), BROKEN),
    "gif of 4 gigapixels": ("a.gif", lambda: gif_header(65_535, 65_535), HEAVY),
    "gif of 300 frames": ("a.gif", lambda: animation("GIF", 300), HEAVY),
    "gif of large frames": ("a.gif", wide_animation, HEAVY),
    "webp of 300 frames": ("a.webp", lambda: animation("WEBP", 300), HEAVY),
    "svg with a script": ("a.svg", lambda: SVG, UNWANTED),
    "svg that says png": ("a.png", lambda: SVG, UNWANTED),
    "page that says jpeg": ("a.jpg", lambda: b"<html>" + SCRIPT, UNWANTED),
    "page that says csv": ("a.csv", lambda: b"\n <!doctype html>" + SCRIPT, UNWANTED),
    "tiff": ("a.tiff", lambda: picture("TIFF"), UNWANTED),
    "tiff that says png": ("a.png", lambda: picture("TIFF"), UNWANTED),
    "bmp that says gif": ("a.gif", lambda: picture("BMP"), UNWANTED),
    "gif that says jpeg": ("a.jpg", lambda: picture("GIF"), UNWANTED),
    "program": ("a.exe", lambda: b"MZ" + b"\x00" * 100, UNWANTED),
    "program that says csv": ("a.csv", lambda: b"MZ\x90\x00" + b"\x00" * 100, UNWANTED),
    "program with two endings": ("a.png.exe", picture, UNWANTED),
    "shell script that says csv": ("a.csv", lambda: b"#!/bin/sh\nrm -rf /\n", UNWANTED),
    "no ending": ("a", picture, UNWANTED),
    "nothing": ("a.png", lambda: b"", BROKEN),
    "pdf that runs a script": ("a.pdf", lambda: PDF.replace(b"/Type", b"/OpenAction 2 0 R/Type"), BROKEN),
    "pdf that hides the name of a script": ("a.pdf", lambda: PDF.replace(b"/Type", b"/J#61vaScript(x)/Type"), BROKEN),
    "pdf that carries a file": ("a.pdf", lambda: PDF.replace(b"/Type", b"/EmbeddedFile/Type"), BROKEN),
    "pdf without an end": ("a.pdf", lambda: PDF[:-10], BROKEN),
    "pdf that is an archive too": ("a.pdf", lambda: PDF + workbook() + b"%%EOF", BROKEN),
    "workbook that is a bomb": ("a.xlsx", lambda: workbook(**{"xl/a.xml": b" " * 300_000_000}), HEAVY),
    "workbook that lies about its sizes": ("a.xlsx", lying_workbook, REFUSED),
    "workbook of ten thousand members": (
        "a.xlsx",
        lambda: workbook(**{f"xl/{number}.xml": b"<a/>" for number in range(10_000)}),
        HEAVY,
    ),
    "workbook that climbs out": ("a.xlsx", lambda: workbook(**{"../../evil.xml": b"<a/>"}), BROKEN),
    "workbook with a rooted name": ("a.xlsx", lambda: workbook(**{"/etc/cron.d/a": b"x"}), BROKEN),
    "workbook with a link": ("a.xlsx", linked_workbook, BROKEN),
    "workbook with macros": ("a.xlsx", lambda: workbook(**{"xl/vbaProject.bin": b"x"}), BROKEN),
    "workbook with a workbook": ("a.xlsx", lambda: workbook(**{"xl/b.xlsx": workbook()}), BROKEN),
    "workbook of a billion laughs": ("a.xlsx", lambda: workbook(**{"xl/a.xml": LAUGHS}), BROKEN),
    "workbook that reads our files": ("a.xlsx", lambda: workbook(**{"xl/a.xml": OUTSIDE}), BROKEN),
    "workbook without a book": ("a.xlsx", lambda: archive({"a.txt": b"a"}), BROKEN),
    "archive cut off": ("a.xlsx", lambda: workbook()[:-300], BROKEN),
    "parquet without a footer": ("a.parquet", lambda: b"PAR1" + b"\x00" * 100, BROKEN),
    "parquet with a footer beyond it": ("a.parquet", lambda: b"PAR1" + b"\xff" * 8 + b"PAR1", BROKEN),
    "table of one endless line": ("a.csv", lambda: b"a" * 9_000_000, HEAVY),
    "table with holes": ("a.csv", lambda: b"a,b\n" + b"x" * 5_000 + b"\x00", BROKEN),
    "table in no encoding": ("a.csv", lambda: b"a,b\n" + b"\xff\xfe\xff" * 50, BROKEN),
    "lines that are no objects": ("a.ndjson", lambda: b"[1]\n[2]\n", BROKEN),
    "lines nested without end": ("a.ndjson", lambda: b"[" * 200_000, REFUSED),
}  # fmt: skip


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
        assert kept[:3] not in upload.path

    def test_made_of_an_ending_alone_is_refused(self, db: None) -> None:
        with pytest.raises(UNWANTED):
            send("a." + "png" * 2_000, picture())


class TestServing:
    def stored(self, world: Any, *, is_public: bool = False) -> SafeUpload:
        return uploads.accept(
            SimpleUploadedFile("a <b>.png", picture()),
            kinds={"image"},
            actor=world.actor("bao"),
            at=NOW,
            party=("shop", world.shop.pk),
            is_public=is_public,
        )

    def test_runs_nothing_in_a_browser(self, world: Any) -> None:
        upload = self.stored(world, is_public=True)
        answer = Client().get(f"/files/{upload.public_id}")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")

    def test_shows_it_to_those_whose_it_is(self, world: Any) -> None:
        upload = self.stored(world)
        seen = {}
        for name in ("bao", "eve", "ada", "dong"):
            client = Client()
            client.force_login(getattr(world, name))
            answer = client.get(f"/files/{upload.public_id}")
            seen[name] = answer.status_code
            answer.close()
        assert seen == {"bao": 200, "eve": 200, "ada": 404, "dong": 404}
        assert Client().get(f"/files/{upload.public_id}").status_code == 404
        assert Client().get("/files/file_missing").status_code == 404


class TestSabotage:
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
