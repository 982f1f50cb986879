"""The limit: DuckDB decodes every input column once and adds it up; nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.child import own_cpu_s


def run(*, season: str, threads: int = 2) -> dict[str, Any]:
    """Scan all input tables of a season from a warm file cache; answers the sums' count."""
    tables = [path for path in sorted(Path(season).iterdir()) if path.name != "truth"]
    sources = [f"{path}/*.parquet" if path.is_dir() else str(path) for path in tables]
    kept = [source for source in sources if source.endswith(".parquet")]
    for path in sorted(Path(season).rglob("*.parquet")):
        path.read_bytes()
    connection = duckdb.connect(":memory:")
    connection.execute(f"set threads = {int(threads)}")
    queries = [_query(connection, source) for source in kept]
    cpu, wall = own_cpu_s(), time.monotonic()
    sums = sum(len(connection.execute(query).fetchall()[0]) for query in queries)
    return {"columns": sums, "cpu_s": own_cpu_s() - cpu, "wall_s": time.monotonic() - wall}


def _query(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    columns = connection.execute(f"describe select * from read_parquet('{source}')").fetchall()
    sums = ", ".join(_sum(str(name), str(kind)) for name, kind, *_ in columns)
    return f"select {sums} from read_parquet('{source}')"


def _sum(name: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"sum(length({name}))"
    return f"sum({name}::int)" if kind == "BOOLEAN" else f"sum({name})"
