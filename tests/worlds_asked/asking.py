"""A season folder opened for questions in SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb


class World:
    """A season folder opened for questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = duckdb.connect()
        for path in sorted(folder.glob("*.parquet")) + sorted(folder.glob("truth/*.parquet")):
            self._db.execute(f"create view {path.stem} as from '{path}'").fetchall()
        self._db.execute(f"create view touches as from '{folder}/touches/*.parquet'").fetchall()

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return self._db.execute(sql).fetchall()

    def count(self, sql: str) -> int:
        return int(str(self.ask(f"select count(*) from ({sql})")[0][0]))
