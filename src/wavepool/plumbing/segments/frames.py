"""How one record stands in a segment: a head with its length and checksum, then its bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"WPSEG\x001\n"
_HEAD: Final = struct.Struct("<IIQIB")
_META: Final = struct.Struct("<QIB")
#: A length above this is no length but damage.
RECORD_MAX: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record: when it was received (epoch ms), from which source, of what kind, its bytes."""

    received_ms: int
    source: int
    kind: int
    payload: bytes


def pack(record: Record) -> bytes:
    """The bytes of a record in a segment.

    >>> whole = pack(Record(5, 7, 1, b"hello"))
    >>> len(whole), list(unpack(whole))
    (26, [(Record(received_ms=5, source=7, kind=1, payload=b'hello'), 26)])
    """
    assert len(record.payload) <= RECORD_MAX
    meta = _META.pack(record.received_ms, record.source, record.kind)
    check = zlib.crc32(record.payload, zlib.crc32(meta))
    return struct.pack("<II", len(record.payload), check) + meta + record.payload


def unpack(data: bytes) -> Iterator[tuple[Record, int]]:
    """Whole records at the start of some bytes, each with the place where it ends.

    Stops before the first one that is cut off or damaged.
    """
    place = 0
    while place + _HEAD.size <= len(data):
        length, check, received_ms, source, kind = _HEAD.unpack_from(data, place)
        end = place + _HEAD.size + length
        if length > RECORD_MAX or end > len(data):
            return
        if zlib.crc32(data[place + 8 : end]) != check:
            return
        yield Record(received_ms, source, kind, data[place + _HEAD.size : end]), end
        place = end
