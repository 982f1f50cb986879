"""An image's size, from its header alone: nothing is decoded to know it."""

from __future__ import annotations

import mmap
import struct
from typing import Final

_SIZED: Final = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_ALONE: Final = {0x01, *range(0xD0, 0xD9)}


#: Bytes in memory, or a file seen as such.
Bytes = bytes | mmap.mmap


class NoDimensions(ValueError):
    """The header ends before it says how large the image is."""


def dimensions_of(name: str, content: Bytes) -> tuple[int, int]:
    """Width and height of a PNG, JPEG, GIF or WEBP.

    Raises:
        NoDimensions: the header is cut off or is not one of that type.
    """
    try:
        return {"PNG": _png, "JPEG": _jpeg, "GIF": _gif, "WEBP": _webp}[name](content)
    except (struct.error, IndexError) as error:
        raise NoDimensions(name) from error


def _png(content: Bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        raise NoDimensions("PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _gif(content: Bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


def _jpeg(content: Bytes) -> tuple[int, int]:
    place = 2
    while True:
        while content[place] == 0xFF and content[place + 1] == 0xFF:
            place += 1
        if content[place] != 0xFF:
            raise NoDimensions("JPEG")
        marker = content[place + 1]
        place += 2
        if marker in _ALONE:
            continue
        (length,) = struct.unpack(">H", content[place : place + 2])
        if marker in _SIZED:
            height, width = struct.unpack(">HH", content[place + 3 : place + 7])
            return width, height
        if marker == 0xDA or length < 2:
            raise NoDimensions("JPEG")
        place += length


def _webp(content: Bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L":
        (bits,) = struct.unpack("<I", content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise NoDimensions("WEBP")
