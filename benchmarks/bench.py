"""What every section knows: the report, the sizes asked for, and the folder of worlds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stores import PostgresMissing, start_postgres

from benchmarks.measuring import measure
from benchmarks.report import Report, count

THREADS = 2
MEMORY_MB = 4_000
START = "2022-10"


@dataclass(frozen=True)
class Bench:
    """One run of the benchmarks."""

    report: Report
    data: Path
    sizes: tuple[int, ...]
    is_quick: bool

    @property
    def largest(self) -> int:
        """The largest size asked for."""
        return max(self.sizes)

    def world(self, touches: int, *, name: str = "world", **knobs: Any) -> Path:
        """The season folder of a seeded world; built once and kept in the data folder."""
        folder = self.data / f"{name}-{touches}"
        done = folder / ".complete"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            print(f"  building {folder.name} ({count(touches)} touches)", flush=True)
            measure("world", folder=str(folder), touches=touches, start=START, **knobs)
            done.touch()
        return folder

    def settled(self, touches: int, *, name: str = "settled") -> Path:
        """Where the settlement of a world is written."""
        return self.data / f"{name}-{touches}"

    def stores(self, settings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """SQLite, then PostgreSQL with settings, each with its address; one that lacks is noted.

        A server starts when its turn has come: one that is not measured takes nothing from the
        store that is.
        """
        yield "SQLite", ""
        try:
            address = start_postgres(settings=settings)
        except PostgresMissing as error:
            self.report.note(f"PostgreSQL: {error}")
            return
        yield "PostgreSQL", address
