"""The door to each engine, by name."""

from __future__ import annotations

from pathlib import Path

from wavepool.engine.relations.duck import DuckRelations
from wavepool.engine.relations.session import Relations, RelationsError
from wavepool.engine.relations.spark import SparkRelations


def open_relations(
    engine: str = "duckdb", *, scratch: Path, threads: int = 2, memory_mb: int = 4000
) -> Relations:
    """Open an engine by name.

    Args:
        engine: "duckdb", or a Spark master such as "local[2]" or "spark://host:7077".
        scratch: folder for spilled and intermediate rows; created when absent.
        threads: worker threads of DuckDB; Spark takes its own from the master.
        memory_mb: bound on the engine's memory; beyond it rows spill to `scratch`.

    Raises:
        RelationsError: the engine is unknown or its package is not installed.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    if engine == "duckdb":
        return DuckRelations(scratch=scratch, threads=threads, memory_mb=memory_mb)
    if engine.startswith(("local[", "spark://")):
        return SparkRelations(master=engine, scratch=scratch, memory_mb=memory_mb)
    raise RelationsError(f"unknown engine {engine!r}: use duckdb, local[N] or spark://host:port")
