"""The database in which a world is drawn, and the way from there to Parquet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import duckdb

from wavepool.engine.relations import hide_progress

_PARAMETER = re.compile(r"\$([a-z_0-9]+)")
_MARK = "|"
_STATEMENT_END = re.compile(r";\s*(?:\n|$)")


class WorldParameterMissing(KeyError):
    """A statement names a parameter that nobody gave."""

    def __init__(self, name: str, *, sql: str) -> None:
        super().__init__(f"${name} is not set, but named in: {sql[:80]}")
        self.name = name
        self.sql = sql


class WorldStore:
    """One in-process database with the drawing macros of a seed.

    Draws are pure functions of (seed, stream, id); threads and the order of rows play no part.
    """

    def __init__(
        self, scratch: Path, *, seed: int, memory_mb: int, threads: int, params: Mapping[str, int]
    ) -> None:
        self.params = dict(params)
        self._db = duckdb.connect(
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads,
                "temp_directory": str(scratch),
                "preserve_insertion_order": True,
            }
        )
        hide_progress(self._db)
        for macro in _macros(seed):
            self._db.execute(macro).fetchall()

    def close(self) -> None:
        """Drop the database; what was written stays."""
        self._db.close()

    def run(self, file: str) -> None:
        """Run the statements of one packaged SQL file, in order."""
        for statement in _STATEMENT_END.split(self.text(file)):
            if statement.strip():
                self._db.execute(statement).fetchall()

    def text(self, file: str, **more: int) -> str:
        """Read a packaged SQL file with its parameters filled in; see `fill`."""
        folder = files("wavepool.engine.worlds").joinpath("sql")
        return self.fill(folder.joinpath(f"{file}.sql").read_text(encoding="utf-8"), **more)

    def fill(self, sql: str, **more: int) -> str:
        """Put the parameters into a text.

        Raises:
            WorldParameterMissing: the text names a parameter without a value.
        """
        known = {**self.params, **more}

        def value(found: re.Match[str]) -> str:
            if found.group(1) not in known:
                raise WorldParameterMissing(found.group(1), sql=sql)
            return str(int(known[found.group(1)]))

        return _PARAMETER.sub(value, sql)

    def put(self, name: str, columns: Mapping[str, Sequence[int] | Sequence[str]]) -> None:
        """Store a small table given by columns."""
        parts = []
        for key, values in columns.items():
            kind = "varchar" if isinstance(values[0], str) else "bigint"
            text = _MARK.join(str(value) for value in values)
            parts.append(f"cast(unnest(string_split('{text}', '{_MARK}')) as {kind}) as {key}")
        self._db.execute(f"create table {name} as select {', '.join(parts)}").fetchall()

    def number(self, sql: str) -> int:
        """One integer from a query; null counts as zero."""
        rows = self._db.execute(self.fill(sql)).fetchall()
        return int(rows[0][0] or 0)

    def execute(self, sql: str) -> None:
        """Run one statement."""
        self._db.execute(sql).fetchall()

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a query, in its order, as one Parquet file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        target = str(path).replace("'", "''")
        self._db.execute(
            f"copy ({self.fill(sql)}) to '{target}' (format parquet, parquet_version v2, "
            # Dictionaries of near-unique ids cost more time and space than they save.
            "compression snappy, dictionary_size_limit 1000)"
        ).fetchall()


def _macros(seed: int) -> tuple[str, ...]:
    # One argument, because hash(a, b) of two is hash(a) xor hash(b) up to constants: streams
    # of one id would follow from each other. Ids stay below 2^40, streams below 2^12.
    salt = int.from_bytes(sha256(f"world {seed}".encode()).digest()[:8]) >> 2
    return (
        # 63 pseudo-random bits for an id in a stream of its own.
        (
            "create macro draw(stream, id) as "
            f"cast(hash(xor(cast(id as bigint) * 4096 + stream, {salt})) >> 1 as bigint)"
        ),
        "create macro part(h, shift, bits) as ((h >> shift) & ((cast(1 as bigint) << bits) - 1))",
        "create macro pick(h, shift, n) as ((((h >> shift) & 1048575) * (n)) >> 20)",
        # Powers of a 20-bit fraction, as 20 bits: small values become likelier.
        "create macro squared(u) as (((u) * (u)) >> 20)",
        "create macro eighth(u) as squared(squared(squared(u)))",
        "create macro each(n) as unnest(range(n))",
        # Watching time: 10 s to 70 s with a heavy tail, or a glance below the valid watch.
        "create macro long_dwell(u) as (10000 + 6000000 // (100 + (u)))",
        "create macro short_dwell(u) as (300 + (((u) * (u)) >> 10) * 9)",
    )
