"""Relations on Apache Spark, for seasons beyond one machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wavepool.engine.relations.session import (
    NumberTooLarge,
    RelationsError,
    UnknownRelation,
    UnreadableParquet,
)

_TYPES = {"bigint": "bigint", "string": "text", "boolean": "boolean"}


class SparkRelations:
    """Relations as Spark temporary views; materialised rows are Parquet in the scratch folder."""

    dialect = "spark"

    def __init__(self, *, master: str, scratch: Path, memory_mb: int) -> None:
        self.scratch = scratch
        self._made: set[str] = set()
        self._serial = 0
        shutil.rmtree(scratch / "spark", ignore_errors=True)
        self.session = _open_session(master, scratch, memory_mb)

    def scan(self, name: str, paths: Sequence[Path]) -> None:
        for path in paths:
            try:
                pq.read_metadata(path)
            except (pa.ArrowInvalid, OSError) as error:
                raise UnreadableParquet(path, str(error).splitlines()[0]) from error
        self._register(name, self._read(paths))

    def put(self, name: str, table: pa.Table) -> None:
        # Through a file: a local relation would be planned into every later query as literals.
        path = self._next_path(name)
        path.mkdir(parents=True)
        pq.write_table(table, path / "rows.parquet")
        self._register(name, self._read([path]))

    def view(self, name: str, sql: str) -> None:
        self._register(name, self.session.sql(sql))

    def table(self, name: str, sql: str) -> None:
        path = self._next_path(name)
        with _named_faults():
            self.session.sql(sql).write.parquet(str(path))
        self._register(name, self._read([path]))

    def fetch(self, sql: str) -> pa.Table:
        with _named_faults():
            table: pa.Table = self.session.sql(sql).toArrow()
        return table

    def save(self, name: str, path: Path, *, order_by: str = "") -> int:
        if name not in self._made:
            raise UnknownRelation(name)
        order = f" order by {order_by}" if order_by else ""
        table = self.fetch(f"select * from {name}{order}")
        partial = path.with_name(path.name + ".part")
        pq.write_table(table, partial, compression="zstd")
        partial.replace(path)
        return int(table.num_rows)

    def drop(self, name: str) -> None:
        self._made.discard(name)
        self.session.catalog.dropTempView(name)

    def columns(self, name: str) -> dict[str, str]:
        fields = self.session.table(name).dtypes
        return {column: _TYPES.get(kind, kind) for column, kind in fields}

    def close(self) -> None:
        self.session.stop()
        shutil.rmtree(self.scratch / "spark", ignore_errors=True)

    def _register(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(name)
        self._made.add(name)

    def _read(self, paths: Sequence[Path]) -> Any:
        return self.session.read.parquet(*[_without_wildcards(path) for path in paths])

    def _next_path(self, name: str) -> Path:
        self._serial += 1
        return self.scratch / "spark" / f"{self._serial:05d}-{name}"


@contextmanager
def _named_faults() -> Iterator[None]:
    """Give a name to what Spark raises for numbers beyond 64 bits."""
    try:
        yield
    except import_module("pyspark.errors").PySparkException as error:
        if "OVERFLOW" in str(error):
            raise NumberTooLarge(str(error).splitlines()[0]) from error
        raise


def _without_wildcards(path: Path) -> str:
    # A folder may be called "[1]": read as a pattern it would match folder 1 beside it.
    return re.sub(r"[*?\[\]{}\\]", r"\\\g<0>", str(path))


def _open_session(master: str, scratch: Path, memory_mb: int) -> Any:
    try:
        spark_sql = import_module("pyspark.sql")
    except ModuleNotFoundError as error:
        raise RelationsError("engine needs Apache Spark: install wavepool[spark]") from error
    builder = (
        spark_sql.SparkSession.builder.master(master)
        .appName("wavepool")
        .config("spark.driver.memory", f"{int(memory_mb)}m")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.local.dir", str(scratch / "spark-local"))
        .config("spark.sql.warehouse.dir", str(scratch / "spark-warehouse"))
    )
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
