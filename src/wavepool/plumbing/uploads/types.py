"""The list of types: extension, first bytes, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["image", "document", "table"]
MEBIBYTE: Final = 1 << 20
#: An image's surface: what a camera of today takes, and no more.
PIXELS_MAX: Final = 40_000_000
SIDE_MAX: Final = 20_000
FRAMES_MAX: Final = 200
FRAME_PIXELS_MAX: Final = 80_000_000
#: A workbook unpacks to at most so many bytes, and to at most so many times its size.
UNPACKED_MAX: Final = 256 * MEBIBYTE
RATIO_MAX: Final = 100
MEMBERS_MAX: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """One type that may come in.

    Attributes:
        name: as Pillow or we call it.
        kind: image, document or table.
        extensions: the endings that it may bear, the first is kept.
        media_type: how it is served.
        bytes_max: its limit.
        begins: whether the first bytes are of this type.
    """

    name: str
    kind: Kind
    extensions: tuple[str, ...]
    media_type: str
    bytes_max: int
    begins: Callable[[bytes], bool]


def _png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _jpeg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff")


def _gif(head: bytes) -> bool:
    return head.startswith((b"GIF87a", b"GIF89a"))


def _webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _pdf(head: bytes) -> bool:
    return head.startswith(b"%PDF-")


def _zip(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def _parquet(head: bytes) -> bool:
    return head.startswith(b"PAR1")


def _text(head: bytes) -> bool:
    """Text has no control characters but those of lines, and begins like no other type."""
    if b"\x00" in head or any(byte < 9 or 13 < byte < 32 for byte in head if byte != 27):
        return False
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not beginning.startswith((b"<", b"%pdf", b"#!", b"{\\rtf", b"mz", b"%!ps"))


TYPES: Final = (
    FileType(
        name="PNG", kind="image", extensions=("png",), media_type="image/png",
        bytes_max=20 * MEBIBYTE, begins=_png,
    ),
    FileType(
        name="JPEG", kind="image", extensions=("jpg", "jpeg"), media_type="image/jpeg",
        bytes_max=20 * MEBIBYTE, begins=_jpeg,
    ),
    FileType(
        name="GIF", kind="image", extensions=("gif",), media_type="image/gif",
        bytes_max=10 * MEBIBYTE, begins=_gif,
    ),
    FileType(
        name="WEBP", kind="image", extensions=("webp",), media_type="image/webp",
        bytes_max=20 * MEBIBYTE, begins=_webp,
    ),
    FileType(
        name="PDF", kind="document", extensions=("pdf",), media_type="application/pdf",
        bytes_max=20 * MEBIBYTE, begins=_pdf,
    ),
    FileType(
        name="XLSX", kind="table", extensions=("xlsx",),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        bytes_max=50 * MEBIBYTE, begins=_zip,
    ),
    FileType(
        name="PARQUET", kind="table", extensions=("parquet",),
        media_type="application/vnd.apache.parquet",
        bytes_max=200 * MEBIBYTE, begins=_parquet,
    ),
    FileType(
        name="CSV", kind="table", extensions=("csv",), media_type="text/csv",
        bytes_max=200 * MEBIBYTE, begins=_text,
    ),
    FileType(
        name="NDJSON", kind="table", extensions=("ndjson", "jsonl"),
        media_type="application/x-ndjson", bytes_max=200 * MEBIBYTE, begins=_text,
    ),
)  # fmt: skip
EXTENSIONS: Final = {ending: each for each in TYPES for ending in each.extensions}
