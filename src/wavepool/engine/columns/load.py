"""Input tables from a season folder or from memory, as typed views of one engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.columns.contract import Column, ColumnsError, Kind, Table
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.convert import Converted, Given, converted, sql_type
from wavepool.engine.columns.files import ROW_NO, find_table, parquet_types, read_csv
from wavepool.engine.columns.frames import arrow_tables
from wavepool.engine.columns.names import ColumnMap, Source, TableMap
from wavepool.engine.columns.wording import literal, quoted
from wavepool.engine.relations import Relations

_WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"


class MissingTable(ColumnsError):
    """A table that the contract demands is not there."""

    def __init__(self, table: str, place: str) -> None:
        super().__init__(
            f"table {table}: not found in {place}; add {table}.parquet, a folder {table}/ of "
            f"Parquet files or {table}.csv, or state under [{table}] of the names map that there "
            "are no such rows: absent = true"
        )
        self.table = table
        self.place = place


class MissingColumn(ColumnsError):
    """A column that the contract demands is not in its table."""

    def __init__(self, table: str, column: str, wanted: str, found: tuple[str, ...]) -> None:
        super().__init__(
            f"table {table}, column {column}: no column {wanted!r} among {', '.join(found)}; add "
            f"it, or name it under [{table}] of the names map, or give default.{column} there"
        )
        self.table = table
        self.column = column
        self.wanted = wanted
        self.found = found


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """How a table was read: from where, which columns may hold unreadable values, what was left.

    `raw_<name>` has the contract's columns, `<column>__bad` (text) for each of
    `unsure`, and `row_no` (int64, from 1) where the rows have an order.
    """

    name: str
    source: str
    unsure: frozenset[str] = frozenset()
    has_row_no: bool = False
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Every table of the contract, registered as `raw_<name>`, and the type of each id family."""

    tables: Mapping[str, LoadedTable]
    id_types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A table as stored, before names and types: registered as `input_<name>` unless absent."""

    types: Mapping[str, pa.DataType]
    source: str
    is_typed: bool
    whole: frozenset[str] = frozenset()
    has_row_no: bool = False


def load_season(rel: Relations, folder: Path, *, columns_map: ColumnMap | None = None) -> Loaded:
    """Register every input table of a season folder as `raw_<name>`; no row is judged yet.

    A table is NAME.parquet, a folder NAME/ of Parquet files, or NAME.csv, under
    its own name or that of the names map. An optional table that is absent, or
    one that the map declares absent, is an empty table of the right types.
    Ids of one family are int64 when every Parquet column of it is, else text.

    Raises:
        MissingTable, MissingColumn, WrongType, UnreadableFile, AmbiguousTable.
    """
    names = columns_map or ColumnMap()
    stored = {name: _stored_file(rel, folder, name, names.of(name)) for name in CONTRACTS}
    return _registered(rel, stored, names, place=folder.name)


def load_frames(
    rel: Relations, frames: Mapping[str, Any], *, columns_map: ColumnMap | None = None
) -> Loaded:
    """Register tables that are in memory, as `load_season` does with files.

    Args:
        frames: by contract name: Arrow tables, pandas or Polars frames, DuckDB
            relations, or anything else with an Arrow stream.

    Raises:
        MissingTable, MissingColumn, WrongType, UnknownFrame; UnknownFrame also
        for a name that is no table of the contract.
    """
    names = columns_map or ColumnMap()
    tables = arrow_tables(frames)
    stored = {
        name: _put(rel, name, tables[name], source="memory", is_typed=True)
        if name in tables and not names.of(name).is_absent
        else None
        for name in CONTRACTS
    }
    return _registered(rel, stored, names, place="the frames given")


def _stored_file(rel: Relations, folder: Path, name: str, names: TableMap) -> _Stored | None:
    if names.is_absent:
        return None
    found = find_table(folder, names.table, table=name)
    if found is None:
        return None
    if found.is_csv:
        rows = read_csv(name, found.paths[0], encoding=names.encoding)
        return _put(rel, name, rows, source=found.paths[0].name, is_typed=False)
    types = parquet_types(name, found.paths)
    rel.scan(f"input_{name}", found.paths)
    label = found.paths[0].name if len(found.paths) == 1 else f"{len(found.paths)} Parquet files"
    return _Stored(types, label, is_typed=True)


def _put(rel: Relations, name: str, rows: pa.Table, *, source: str, is_typed: bool) -> _Stored:
    types = {field.name: field.type for field in rows.schema}
    numbers = pa.array(np.arange(1, rows.num_rows + 1, dtype=np.int64))
    rel.put(f"input_{name}", rows.append_column(ROW_NO, numbers))
    whole = frozenset() if is_typed else frozenset(filter(lambda c: _is_whole(rows, c), types))
    return _Stored(types, source, is_typed, whole, has_row_no=True)


def _is_whole(rows: pa.Table, column: str) -> bool:
    matches = pc.match_substring_regex(rows.column(column), _WHOLE)
    return bool(pc.all(matches, min_count=0).as_py())


def _registered(
    rel: Relations, stored: Mapping[str, _Stored | None], names: ColumnMap, *, place: str
) -> Loaded:
    for name, table in CONTRACTS.items():
        if stored[name] is None and not table.is_optional and not names.of(name).is_absent:
            raise MissingTable(name, place)
    id_types = _id_types(stored, names)
    tables = {}
    for name, table in CONTRACTS.items():
        found = stored[name]
        if found is None:
            rel.put(f"raw_{name}", _empty(table, id_types))
            tables[name] = LoadedTable(name, "absent")
        else:
            tables[name] = _view(rel, table, found, names.of(name), id_types)
    return Loaded(tables, id_types)


def _id_types(stored: Mapping[str, _Stored | None], names: ColumnMap) -> dict[str, str]:
    """Types of id families: stored types decide; where all is CSV, the values do."""
    typed: dict[str, set[bool]] = {}
    written: dict[str, set[bool]] = {}
    for name, table in CONTRACTS.items():
        found, named = stored[name], names.of(name)
        for column in table.columns:
            if column.kind is not Kind.ID:
                continue
            source = named.columns.get(column.name, Source(column.name)).column
            constant = named.constants.get(column.name)
            if constant is not None:
                typed.setdefault(column.family, set()).add(isinstance(constant, str))
            elif found is None or source not in found.types:
                continue
            elif found.is_typed:
                kind = found.types[source]
                if not pa.types.is_null(kind):
                    typed.setdefault(column.family, set()).add(pa.types.is_string(kind))
            else:
                written.setdefault(column.family, set()).add(source not in found.whole)
    families = {c.family for table in CONTRACTS.values() for c in table.columns if c.family}
    return {
        family: "text" if any(typed.get(family, written.get(family, set()))) else "int64"
        for family in sorted(families)
    }


def _empty(table: Table, id_types: Mapping[str, str]) -> pa.Table:
    arrow = {"bigint": pa.int64(), "string": pa.string(), "boolean": pa.bool_()}
    return pa.table(
        {
            column.name: pa.array([], arrow[sql_type(column, id_type=_id_type(column, id_types))])
            for column in table.columns
        }
    )


def _id_type(column: Column, id_types: Mapping[str, str]) -> str:
    return id_types.get(column.family, "")


def _view(
    rel: Relations,
    table: Table,
    stored: _Stored,
    named: TableMap,
    id_types: Mapping[str, str],
) -> LoadedTable:
    fields, unsure, used = [], set(), set()
    for column in table.columns:
        id_type = _id_type(column, id_types)
        source = named.columns.get(column.name, Source(column.name))
        if column.name in named.constants:
            found = _constant(column, named, id_type=id_type)
        elif source.column in stored.types:
            used.add(source.column)
            kind = stored.types[source.column]
            given = Given(table.name, quoted(rel, source.column), kind, source)
            found = converted(rel, column, given, id_type=id_type)
        elif column.may_be_absent and column.name not in named.columns:
            found = Converted(f"cast(null as {sql_type(column, id_type=id_type)})")
        else:
            raise MissingColumn(table.name, column.name, source.column, tuple(stored.types))
        value = found.value
        if column.default is not None:
            value = f"coalesce({value}, {literal(column.default)})"
        fields.append(f"{value} as {column.name}")
        if found.bad:
            unsure.add(column.name)
            fields.append(f"{found.bad} as {column.name}__bad")
    if stored.has_row_no:
        fields.append(f"{ROW_NO} as row_no")
    rel.view(f"raw_{table.name}", f"select {', '.join(fields)} from input_{table.name}")
    unused = tuple(name for name in stored.types if name not in used)
    return LoadedTable(table.name, stored.source, frozenset(unsure), stored.has_row_no, unused)


def _constant(column: Column, named: TableMap, *, id_type: str) -> Converted:
    kind = sql_type(column, id_type=id_type)
    return Converted(f"cast({literal(named.constants[column.name])} as {kind})")
