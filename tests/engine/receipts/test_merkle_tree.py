"""The Merkle tree: its shape against a recursive oracle, its index file, its paths."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavepool.engine.receipts import (
    LeafOutOfRange,
    LeavesUneven,
    MerkleIndexUnreadable,
    inclusion_path,
    index_root,
    merkle_root,
    path_root,
    verify_path,
    write_merkle_index,
)

Hash = Callable[[bytes], bytes]


def _leaves(count: int) -> list[bytes]:
    chance = random.Random(count)
    return [chance.randbytes(32) for _ in range(count)]


def _oracle(leaves: list[bytes], sha256: Hash) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + _oracle(leaves[:split], sha256) + _oracle(leaves[split:], sha256))


class CountingFile(io.BytesIO):
    """A file that counts the bytes read from it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def _indexed(leaves: list[bytes]) -> CountingFile:
    index = CountingFile()
    write_merkle_index(b"".join(leaves), index)
    return index


def _path(index: CountingFile, leaves: list[bytes], leaf_no: int) -> tuple[bytes, ...]:
    return inclusion_path(
        index, leaf_no, lambda first, count: b"".join(leaves[first : first + count])
    )


class TestRoot:
    def test_of_nothing_is_the_hash_of_nothing(self) -> None:
        assert merkle_root(b"").hex() == (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )

    def test_of_three_leaves_never_changes(self) -> None:
        assert (
            merkle_root(bytes(32) + b"\x01" * 32 + b"\x02" * 32).hex()
            == "ba8d94b7fbcecae7b81c4c80574fe24734a6917bf9c1ecd66ff3e0c34ead4620"
        )

    @pytest.mark.parametrize("count", [*range(1, 20), 63, 64, 65, 127, 128, 129, 191, 1_000, 4_097])
    def test_agrees_with_the_recursive_definition(self, count: int, sha256: Hash) -> None:
        leaves = _leaves(count)
        assert merkle_root(b"".join(leaves)) == _oracle(leaves, sha256)
        assert index_root(_indexed(leaves)) == _oracle(leaves, sha256)

    def test_joins_chunks_of_a_large_tree(self, sha256: Hash) -> None:
        leaves = _leaves(65_536 + 65)
        assert merkle_root(b"".join(leaves)) == _oracle(leaves, sha256)

    def test_tells_a_leaf_from_a_node(self, sha256: Hash) -> None:
        leaves = _leaves(2)
        inner = [sha256(b"\x00" + leaf) for leaf in leaves]
        assert sha256(b"\x01" + b"".join(inner)) == merkle_root(b"".join(leaves))
        # Without the prefixes the two children would pass for one longer leaf.
        assert sha256(b"\x00" + b"".join(inner)) != merkle_root(b"".join(leaves))

    def test_refuses_a_torn_buffer(self) -> None:
        with pytest.raises(LeavesUneven, match="33 bytes"):
            merkle_root(bytes(33))


class TestPath:
    @pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 65, 130, 200])
    def test_proves_every_leaf(self, count: int) -> None:
        leaves, root = _leaves(count), merkle_root(b"".join(_leaves(count)))
        index = _indexed(leaves)
        for leaf_no, leaf in enumerate(leaves):
            path = _path(index, leaves, leaf_no)
            assert verify_path(leaf, path, leaf_no=leaf_no, size=count, root=root)

    @given(st.integers(1, 300), st.data())
    def test_proves_no_other_leaf_place_or_path(self, count: int, data: st.DataObject) -> None:
        leaves, root = _leaves(count), merkle_root(b"".join(_leaves(count)))
        leaf_no = data.draw(st.integers(0, count - 1))
        path = _path(_indexed(leaves), leaves, leaf_no)
        other = bytes([leaves[leaf_no][0] ^ 1]) + leaves[leaf_no][1:]
        assert not verify_path(other, path, leaf_no=leaf_no, size=count, root=root)
        for place in {leaf_no ^ 1, (leaf_no + 1) % count} - {leaf_no}:
            assert not verify_path(leaves[leaf_no], path, leaf_no=place, size=count, root=root)
        for torn in (path[1:], (*path, root), path[:-1]):
            if torn != path:
                assert not verify_path(
                    leaves[leaf_no], torn, leaf_no=leaf_no, size=count, root=root
                )

    def test_has_no_root_outside_the_tree(self) -> None:
        assert path_root(bytes(32), [], leaf_no=1, size=1) is None
        assert path_root(bytes(32), [], leaf_no=-1, size=1) is None
        assert path_root(bytes(31), [], leaf_no=0, size=1) is None
        assert path_root(bytes(32), [bytes(31)], leaf_no=0, size=2) is None


class TestIndex:
    def test_reads_a_few_hundred_bytes_for_a_path(self) -> None:
        leaves = _leaves(70_000)
        index = _indexed(leaves)
        fetched = []

        def fetch(first: int, count: int) -> bytes:
            fetched.append((first, count))
            return b"".join(leaves[first : first + count])

        path = inclusion_path(index, 69_999, fetch)
        assert verify_path(
            leaves[69_999], path, leaf_no=69_999, size=70_000, root=merkle_root(b"".join(leaves))
        )
        assert fetched == [(69_952, 48)]
        assert index.count < 600

    def test_is_about_a_byte_a_leaf(self) -> None:
        assert len(_indexed(_leaves(10_000)).getvalue()) == 32 * (
            1 + 157 + 79 + 40 + 20 + 10 + 5 + 3 + 2 + 1
        )

    def test_names_a_leaf_that_is_not_there(self) -> None:
        leaves = _leaves(3)
        with pytest.raises(LeafOutOfRange, match="leaf 3 is not in a tree of 3 leaves"):
            _path(_indexed(leaves), leaves, 3)
        with pytest.raises(LeafOutOfRange):
            _path(_indexed([]), [], 0)

    def test_of_other_leaves_is_refused(self) -> None:
        index = _indexed(_leaves(130))
        with pytest.raises(MerkleIndexUnreadable, match="not the leaf that was indexed"):
            _path(index, _leaves(131), 129)

    def test_refuses_a_torn_block_of_leaves(self) -> None:
        with pytest.raises(LeavesUneven):
            inclusion_path(_indexed(_leaves(70)), 0, lambda first, count: bytes(32))

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            (b"wavepool", "header is cut short"),
            (b"something else entirely, 32 bytes", "header is another one"),
        ],
    )
    def test_refuses_another_file(self, data: bytes, problem: str) -> None:
        with pytest.raises(MerkleIndexUnreadable, match=problem):
            inclusion_path(io.BytesIO(data), 0, lambda first, count: b"")

    def test_refuses_a_file_that_is_cut_short(self) -> None:
        leaves = _leaves(300)
        cut = CountingFile(_indexed(leaves).getvalue()[:-32])
        with pytest.raises(MerkleIndexUnreadable, match="a level is cut short"):
            index_root(cut)
