"""A company's own names for tables and columns, written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wavepool.engine.columns.contract import Column, ColumnsError, Kind, Table
from wavepool.engine.columns.contracts import CONTRACTS

SCALES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
UNITS = ("s", "ms", "us")
_SETTINGS = ("table", "default", "absent", "encoding")


class BadColumnMap(ColumnsError):
    """The names map does not say what it should."""

    def __init__(self, where: str, found: str, fix: str) -> None:
        super().__init__(f"names map, {where}: {found}; {fix}")
        self.where = where
        self.found = found
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Source:
    """Where a column comes from: its name there, its scale (int64) or unit (times)."""

    column: str
    scale: int = 1
    unit: str = "ms"


@dataclass(frozen=True, slots=True)
class TableMap:
    """One table's names: its file, its columns, constants for what it lacks."""

    table: str
    columns: Mapping[str, Source] = field(default_factory=dict)
    constants: Mapping[str, int | str | bool] = field(default_factory=dict)
    is_absent: bool = False
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Every table's names; a table that it does not mention keeps the contract's."""

    tables: Mapping[str, TableMap] = field(default_factory=dict)

    def of(self, name: str) -> TableMap:
        """The names of one table of the contract."""
        return self.tables.get(name, TableMap(name))


def read_column_map(path: Path) -> ColumnMap:
    """Read a names map from a TOML file (UTF-8, with or without a byte order mark).

    Raises:
        BadColumnMap: the file is unreadable or says something unknown.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadColumnMap(str(path), str(error), "save it as UTF-8 text") from error
    return parse_column_map(text)


def parse_column_map(text: str) -> ColumnMap:
    """Parse a names map.

    Each section is a table of the contract. A key is a column of it and says
    the column's name in the file, or a table with `column` and `scale` (a power
    of ten that turns the stored number into whole units) or `unit` (s, ms, us
    of a stored integer time). `table` names the file, `default.COLUMN` a
    constant for a missing column, `absent = true` states that there are no such
    rows, `encoding` is that of a CSV file.

    Raises:
        BadColumnMap: not TOML, or an unknown table, column, scale, unit or setting.

    >>> names = parse_column_map('''
    ... [order_lines]
    ... table = "sales"
    ... line_id = "sub_order_no"
    ... paid_minor = {column = "amount", scale = 100}
    ... default.currency = "CNY"
    ... ''')
    >>> names.of("order_lines").columns["paid_minor"]
    Source(column='amount', scale=100, unit='ms')
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadColumnMap("as a whole", str(error), "write it as TOML") from error
    tables = {}
    for name, section in document.items():
        if name not in CONTRACTS:
            raise BadColumnMap(f"[{name}]", "unknown table", f"use one of {', '.join(CONTRACTS)}")
        if not isinstance(section, dict):
            raise BadColumnMap(name, repr(section), f"write a section [{name}]")
        tables[name] = _table_map(CONTRACTS[name], section)
    return ColumnMap(tables)


def _table_map(table: Table, section: Mapping[str, object]) -> TableMap:
    where = f"[{table.name}]"
    file_name = section.get("table", table.name)
    if not isinstance(file_name, str) or not file_name or Path(file_name).name != file_name:
        raise BadColumnMap(f"{where} table", repr(file_name), "give a name without folders")
    is_absent = section.get("absent", False)
    if not isinstance(is_absent, bool):
        raise BadColumnMap(f"{where} absent", repr(is_absent), "write true or false")
    encoding = section.get("encoding", "")
    if not isinstance(encoding, str):
        raise BadColumnMap(f"{where} encoding", repr(encoding), "write a name such as gb18030")
    columns = {
        name: _source(_column(table, name), value)
        for name, value in section.items()
        if name not in _SETTINGS
    }
    constants = _constants(table, section.get("default", {}))
    for name in sorted(columns.keys() & constants.keys()):
        raise BadColumnMap(f"{where} {name}", "a column and a constant", "keep one of them")
    return TableMap(file_name, columns, constants, is_absent, encoding)


def _column(table: Table, name: str) -> Column:
    for column in table.columns:
        if column.name == name:
            return column
    known = ", ".join(column.name for column in table.columns)
    raise BadColumnMap(f"[{table.name}] {name}", "unknown column", f"use one of {known}")


def _source(column: Column, value: object) -> Source:
    if isinstance(value, str):
        return Source(value)
    if not isinstance(value, dict) or not isinstance(value.get("column"), str):
        raise BadColumnMap(
            column.name, repr(value), 'write "name", or {column = "name", scale = 100}'
        )
    for key in value.keys() - {"column", "scale", "unit"}:
        raise BadColumnMap(column.name, f"unknown setting {key!r}", "use column, scale, unit")
    scale, unit = value.get("scale", 1), value.get("unit", "ms")
    if "scale" in value and (column.kind is not Kind.INT or scale not in SCALES):
        raise BadColumnMap(
            column.name, f"scale {scale!r}", "scale is a power of ten to 10^6, for int64 columns"
        )
    if "unit" in value and (column.kind is not Kind.TIME or unit not in UNITS):
        raise BadColumnMap(column.name, f"unit {unit!r}", "unit is s, ms or us, for times")
    return Source(value["column"], scale, unit)


def _constants(table: Table, section: object) -> dict[str, int | str | bool]:
    if not isinstance(section, dict):
        raise BadColumnMap(f"[{table.name}] default", repr(section), "write default.COLUMN = value")
    constants: dict[str, int | str | bool] = {}
    for name, value in section.items():
        column = _column(table, name)
        if not _fits(column.kind, value):
            raise BadColumnMap(
                f"[{table.name}] default.{name}", repr(value), f"give a value of type {column.kind}"
            )
        constants[name] = value
    return constants


def _fits(kind: Kind, value: object) -> bool:
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        # What would end a text literal in SQL has no place in a constant.
        return kind in {Kind.ID, Kind.TEXT} and not {"'", "\\"} & set(value)
    return kind is not Kind.TEXT and isinstance(value, int) and abs(value) < 2**63
