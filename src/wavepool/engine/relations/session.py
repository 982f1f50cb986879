"""The contract that every SQL engine fulfils, and the door to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class RelationsError(Exception):
    """A relation could not be read, made or written."""


class UnknownRelation(RelationsError):
    """No relation of this name is registered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no relation named {name!r} is registered")
        self.name = name


class UnreadableParquet(RelationsError):
    """A file that should be Parquet is truncated, empty or something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: not readable as Parquet: {reason}")
        self.path = path
        self.reason = reason


class NumberTooLarge(RelationsError):
    """A number left the 64 bits that every engine has; nothing wraps."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"a number does not fit 64 bits: {reason}")
        self.reason = reason


class DiskFull(RelationsError):
    """The disk has no room for what is being written."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the disk has no room: {reason}")
        self.reason = reason


class Relations(Protocol):
    """Named relations on one SQL engine.

    A relation is a view or a materialised table; later SQL refers to it by
    name. Results do not depend on the engine: steps use int64 and text only.

    Any method that runs SQL raises NumberTooLarge where a number leaves 64 bits,
    and DiskFull where there is no room to write.
    """

    dialect: str
    scratch: Path

    def scan(self, name: str, paths: Sequence[Path]) -> None:
        """Register Parquet files of one schema as a view. Raises UnreadableParquet."""

    def put(self, name: str, table: pa.Table) -> None:
        """Register a small in-memory table."""

    def view(self, name: str, sql: str) -> None:
        """Register a query; it runs each time it is read."""

    def table(self, name: str, sql: str) -> None:
        """Run a query once and keep its rows, on disk where memory is short."""

    def fetch(self, sql: str) -> pa.Table:
        """Bring a small result to Python as columns."""

    def save(self, name: str, path: Path, *, order_by: str = "") -> int:
        """Write a relation as one Parquet file by atomic rename; returns its rows."""

    def drop(self, name: str) -> None:
        """Forget a relation and free what it holds."""

    def columns(self, name: str) -> dict[str, str]:
        """Column names and portable types: bigint, text, boolean or the engine's own."""

    def close(self) -> None:
        """Release files, memory and processes."""
