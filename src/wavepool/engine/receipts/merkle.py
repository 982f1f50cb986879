"""A Merkle tree over line digests: its root, its index file, and paths that prove one leaf.

The shape is that of RFC 6962 (Certificate Transparency), section 2.1: a leaf hashes
as SHA-256(0x00 || leaf), a node as SHA-256(0x01 || left || right), and the left part
of n leaves is the largest power of two below n. Level by level this means: pair
neighbours; an odd last hash moves up unchanged.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final

from wavepool.engine.receipts.hashing import leaf_hashes, node_hashes

DIGEST_BYTES: Final = 32
BLOCK_LEVEL: Final = 6
"""The index keeps levels from here up; a block is the 64 leaves below one kept hash."""

_MAGIC: Final = b"wavepool-merkle-1\n"
_HEADER: Final = struct.Struct("<18sQB5x")


class LeavesUneven(Exception):
    """The buffer of leaves is not a whole number of 32-byte digests."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} bytes are not a whole number of {DIGEST_BYTES}-byte digests")
        self.length = length


class LeafOutOfRange(Exception):
    """There is no leaf of this number in the tree."""

    def __init__(self, *, leaf_no: int, size: int) -> None:
        super().__init__(f"leaf {leaf_no} is not in a tree of {size} leaves")
        self.leaf_no = leaf_no
        self.size = size


class MerkleIndexUnreadable(Exception):
    """The file is not a Merkle index, or it is cut short."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"not a readable Merkle index: {problem}")
        self.problem = problem


def merkle_root(leaves: bytes | bytearray | memoryview) -> bytes:
    """Root of the tree over packed 32-byte leaf digests.

    Args:
        leaves: n digests one after another, n >= 0, in the order of `leaf_no`.

    Returns:
        32 bytes; for no leaves SHA-256 of nothing, as RFC 6962 defines it.

    Raises:
        LeavesUneven: the length is not a multiple of 32.

    Source: RFC 6962, section 2.1.

    >>> merkle_root(b"").hex()[:16]
    'e3b0c44298fc1c14'
    """
    size = _size_of(leaves)
    if size == 0:
        return hashlib.sha256(b"").digest()
    return _top(_block_roots(leaves, size))


def write_merkle_index(leaves: bytes | bytearray | memoryview, sink: BinaryIO) -> bytes:
    """Write the tree's upper levels to an open binary file and return the root.

    The file is a 32-byte header (`wavepool-merkle-1`, number of leaves, lowest
    kept level) and the kept levels from the lowest up, 32 bytes a hash. It is
    about one byte a leaf.

    Raises:
        LeavesUneven: the length is not a multiple of 32.
    """
    size = _size_of(leaves)
    sink.write(_HEADER.pack(_MAGIC, size, BLOCK_LEVEL))
    if size == 0:
        return merkle_root(b"")
    level = _block_roots(leaves, size)
    sink.write(level)
    while len(level) > DIGEST_BYTES:
        level = _level_above(level)
        sink.write(level)
    return bytes(level)


def inclusion_path(
    index_file: BinaryIO, leaf_no: int, fetch_leaf_block: Callable[[int, int], bytes]
) -> tuple[bytes, ...]:
    """Path that proves one leaf, from the index and the 64 leaves around it.

    Args:
        index_file: what `write_merkle_index` wrote, open for reading and seekable.
        leaf_no: the leaf, counted from 0.
        fetch_leaf_block: called once with (first leaf, number of leaves); returns
            those leaf digests packed, at most 64 of them.

    Returns:
        Sibling hashes from the leaf up; at most one a level, so 23 for 5 M leaves.

    Raises:
        LeafOutOfRange: no such leaf.
        MerkleIndexUnreadable: not an index, cut short, or made over other leaves.
        LeavesUneven: the fetched block has another length than asked for.
    """
    size = index_size(index_file)
    if not 0 <= leaf_no < size:
        raise LeafOutOfRange(leaf_no=leaf_no, size=size)
    first = leaf_no >> BLOCK_LEVEL << BLOCK_LEVEL
    count = min(1 << BLOCK_LEVEL, size - first)
    block = fetch_leaf_block(first, count)
    if len(block) != count * DIGEST_BYTES:
        raise LeavesUneven(len(block))
    path, block_root = _path_inside(leaf_hashes(block), leaf_no - first)
    if _read_hash(index_file, size, BLOCK_LEVEL, leaf_no >> BLOCK_LEVEL) != block_root:
        raise MerkleIndexUnreadable(f"leaf {leaf_no} is not the leaf that was indexed")
    level = BLOCK_LEVEL
    while _count_at(size, level) > 1:
        sibling = (leaf_no >> level) ^ 1
        if sibling < _count_at(size, level):
            path.append(_read_hash(index_file, size, level, sibling))
        level += 1
    return tuple(path)


def index_size(index_file: BinaryIO) -> int:
    """Number of leaves that an index file was made over. Raises MerkleIndexUnreadable."""
    index_file.seek(0)
    header = index_file.read(_HEADER.size)
    if len(header) != _HEADER.size:
        raise MerkleIndexUnreadable("the header is cut short")
    magic, size, level = _HEADER.unpack(header)
    if magic != _MAGIC or level != BLOCK_LEVEL:
        raise MerkleIndexUnreadable("the header is another one")
    return int(size)


def index_root(index_file: BinaryIO) -> bytes:
    """Root of the tree that an index file was made over. Raises MerkleIndexUnreadable."""
    size = index_size(index_file)
    if size == 0:
        return merkle_root(b"")
    level = BLOCK_LEVEL
    while _count_at(size, level) > 1:
        level += 1
    return _read_hash(index_file, size, level, 0)


def path_root(leaf: bytes, path: Sequence[bytes], *, leaf_no: int, size: int) -> bytes | None:
    """Root that a leaf and its path lead to; None where the path cannot fit the tree.

    Args:
        leaf: the 32-byte line digest (not yet hashed as a leaf).
        path: sibling hashes from the leaf up.
        leaf_no: the leaf, counted from 0.
        size: number of leaves in the tree.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= leaf_no < size or len(leaf) != DIGEST_BYTES:
        return None
    reached = hashlib.sha256(b"\x00" + leaf).digest()
    number, last = leaf_no, size - 1
    siblings = iter(path)
    while last > 0:
        if number % 2 == 1 or number < last:
            sibling = next(siblings, None)
            if sibling is None or len(sibling) != DIGEST_BYTES:
                return None
            left, right = (sibling, reached) if number % 2 == 1 else (reached, sibling)
            reached = hashlib.sha256(b"\x01" + left + right).digest()
        number, last = number >> 1, last >> 1
    return reached if next(siblings, None) is None else None


def verify_path(
    leaf: bytes, path: Sequence[bytes], *, leaf_no: int, size: int, root: bytes
) -> bool:
    """Whether the leaf stands at `leaf_no` in the tree of `size` leaves with this root.

    Guarantee: true for every path that `inclusion_path` gives; a leaf that is not
    there has no path, unless SHA-256 is broken. The root does not commit to
    `size`, so whoever publishes the root publishes the size beside it.
    """
    return path_root(leaf, path, leaf_no=leaf_no, size=size) == root


def _size_of(leaves: bytes | bytearray | memoryview) -> int:
    if len(leaves) % DIGEST_BYTES:
        raise LeavesUneven(len(leaves))
    return len(leaves) // DIGEST_BYTES


def _block_roots(leaves: bytes | bytearray | memoryview, size: int) -> bytes:
    """Hashes of the lowest kept level, chunk by chunk so that memory stays small."""
    view = memoryview(leaves)
    chunk = 1 << (BLOCK_LEVEL + 10)
    roots = []
    for first in range(0, size, chunk):
        level = leaf_hashes(view[first * DIGEST_BYTES : (first + chunk) * DIGEST_BYTES])
        for _ in range(BLOCK_LEVEL):
            level = _level_above(level)
        roots.append(level)
    return b"".join(roots)


def _top(level: bytes) -> bytes:
    while len(level) > DIGEST_BYTES:
        level = _level_above(level)
    return level


def _level_above(level: bytes) -> bytes:
    even = len(level) // (2 * DIGEST_BYTES) * (2 * DIGEST_BYTES)
    return node_hashes(level[:even]) + level[even:]


def _path_inside(level: bytes, number: int) -> tuple[list[bytes], bytes]:
    path = []
    while len(level) > DIGEST_BYTES:
        sibling = level[(number ^ 1) * DIGEST_BYTES : ((number ^ 1) + 1) * DIGEST_BYTES]
        if sibling:
            path.append(sibling)
        level, number = _level_above(level), number >> 1
    return path, level


def _count_at(size: int, level: int) -> int:
    return -(-size >> level) if size else 0


def _read_hash(index_file: BinaryIO, size: int, level: int, place: int) -> bytes:
    before = sum(_count_at(size, lower) for lower in range(BLOCK_LEVEL, level))
    index_file.seek(_HEADER.size + (before + place) * DIGEST_BYTES)
    found = index_file.read(DIGEST_BYTES)
    if len(found) != DIGEST_BYTES:
        raise MerkleIndexUnreadable("a level is cut short")
    return found
