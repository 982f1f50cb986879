"""Files that mean harm, built here and nowhere kept: name, content, refusal."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from PIL import Image

from wavepool.plumbing import uploads

Refusal = type[uploads.UploadRefused]


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
