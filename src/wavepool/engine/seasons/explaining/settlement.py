"""Read a finished settlement: its manifest, its policy, and rows of its tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wavepool.engine.policy import Policy, load_policy_text
from wavepool.engine.receipts import (
    PolicyRef,
    Proof,
    StatementLine,
    manifest_section,
    merkle_section,
)
from wavepool.engine.relations import hide_progress
from wavepool.engine.seasons.manifest import MERKLE_FILE
from wavepool.engine.seasons.out_folder import MANIFEST_FILE, POLICY_FILE, PROGRAMMES_FILE

_LINE_FIELDS = (
    "period",
    "line_key",
    "payee_id",
    "kind",
    "ref_id",
    "currency",
    "amount_minor",
    "micro",
    "is_held",
)
Row = dict[str, Any]


class NotASettlement(Exception):
    """The folder holds no finished settlement."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no finished settlement: there is no {MANIFEST_FILE}")
        self.folder = folder


class LineNotFound(LookupError):
    """No statement line, or more than one, answers to this name."""

    def __init__(self, line: str, *, found: int) -> None:
        hint = "no statement line" if found == 0 else f"{found} statement lines"
        super().__init__(
            f"{hint} named {line!r}; name one as PERIOD/NUMBER (2022-11/1042), "
            "PERIOD/PAYEE/KEY (2022-11/7/P:big) or by a key that occurs once (C:17:3)"
        )
        self.line = line
        self.found = found


class Settlement:
    """A finished settlement folder, open for reading."""

    def __init__(self, out: Path) -> None:
        manifest = out / MANIFEST_FILE
        if not manifest.exists():
            raise NotASettlement(out)
        self.out = out
        self.manifest_bytes = manifest.read_bytes()
        self.manifest: Row = json.loads(self.manifest_bytes)
        self.policy: Policy = load_policy_text((out / POLICY_FILE).read_text(encoding="utf-8"))
        self.programmes: list[Row] = json.loads((out / PROGRAMMES_FILE).read_text(encoding="utf-8"))
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("set threads = 1")
        hide_progress(self._connection)

    @property
    def periods(self) -> list[str]:
        """Return the settled periods in order of time."""
        return list(self.manifest["periods"])

    @property
    def policy_ref(self) -> PolicyRef:
        """Return the policy as a receipt names it."""
        return PolicyRef(id=self.policy.id, version=self.policy.version, digest=self.policy.digest)

    def has(self, period: str, table: str) -> bool:
        """Tell whether the period has such a table."""
        return self._path(period, table).exists()

    def table(self, period: str, table: str, where: str = "true", *values: Any) -> pa.Table:
        """Rows of one table that answer a condition with `?` for each value."""
        sql = f"select * from read_parquet(?) where {where}"
        given = [str(self._path(period, table)), *values]
        return self._connection.sql(sql, params=given).to_arrow_table()

    def rows(self, period: str, table: str, where: str = "true", *values: Any) -> list[Row]:
        """As `table`, in Python; none where the period has no such table."""
        if not self.has(period, table):
            return []
        rows: list[Row] = self.table(period, table, where, *values).to_pylist()
        return rows

    def sums(self, period: str, table: str, *, by: Sequence[str], of: Sequence[str]) -> list[Row]:
        """Sums of some columns by others, in one pass; none where the period has no such table."""
        if not self.has(period, table):
            return []
        keys = ", ".join(by)
        columns = ", ".join(f"sum({name}) as {name}" for name in of)
        sql = f"select {keys}, {columns} from read_parquet(?) group by {keys}"
        found: list[Row] = (
            self._connection.sql(sql, params=[str(self._path(period, table))])
            .to_arrow_table()
            .to_pylist()
        )
        return found

    def find_line(self, name: str) -> tuple[int, StatementLine]:
        """Find a statement line by PERIOD/NUMBER, PERIOD/PAYEE/KEY or KEY. Raises LineNotFound."""
        parts = name.split("/", 2)
        found: list[Row] = []
        if len(parts) == 2 and parts[0] in self.periods and parts[1].isdigit():
            found = self.rows(parts[0], "statement_lines", "leaf_no = ?", int(parts[1]))
        elif len(parts) == 3 and parts[0] in self.periods:
            where = "cast(payee_id as varchar) = ? and line_key = ?"
            found = self.rows(parts[0], "statement_lines", where, parts[1], parts[2])
        else:
            for period in self.periods:
                found += self.rows(period, "statement_lines", "line_key = ?", name)
        if len(found) != 1:
            raise LineNotFound(name, found=len(found))
        row = found[0]
        return int(row["leaf_no"]), StatementLine(**{field: row[field] for field in _LINE_FIELDS})

    def proof(self, period: str, leaf_no: int) -> Proof:
        """Membership of a line in the period's tree, and the manifest that holds the root."""

        def block(first: int, count: int) -> bytes:
            rows = self.rows(
                period, "statement_lines", "leaf_no >= ? and leaf_no < ?", first, first + count
            )
            ordered = sorted(rows, key=lambda row: int(row["leaf_no"]))
            return b"".join(bytes.fromhex(row["digest"]) for row in ordered)

        with (self.out / period / MERKLE_FILE).open("rb") as index:
            merkle = merkle_section(index, leaf_no, block)
        signature = self.out / "manifest.signature.json"
        signed = json.loads(signature.read_text(encoding="utf-8")) if signature.exists() else None
        return Proof(merkle=merkle, manifest=manifest_section(self.manifest_bytes, signed))

    def key_of(self, text: str, *, like: object) -> int | str:
        """An id from its text, in the type that the season's ids have."""
        return int(text) if isinstance(like, int) else text

    def _path(self, period: str, table: str) -> Path:
        return self.out / period / f"{table}.parquet"
