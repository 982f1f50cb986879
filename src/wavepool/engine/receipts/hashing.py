"""Many small SHA-256 hashes in one call: leaves and nodes of a Merkle tree."""

from __future__ import annotations

import struct
from hashlib import sha256

_LEAF = struct.Struct("32s")
_NODE = struct.Struct("64s")


def leaf_hashes(leaves: bytes | memoryview) -> bytes:
    """SHA-256(0x00 || leaf) of packed 32-byte leaves, packed in their order."""
    return b"".join([sha256(b"\x00" + leaf).digest() for (leaf,) in _LEAF.iter_unpack(leaves)])


def node_hashes(pairs: bytes | memoryview) -> bytes:
    """SHA-256(0x01 || left || right) of packed pairs of 32-byte hashes."""
    return b"".join([sha256(b"\x01" + pair).digest() for (pair,) in _NODE.iter_unpack(pairs)])
