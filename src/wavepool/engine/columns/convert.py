"""One column of a file to one column of the contract, as SQL.

Integers, texts and booleans of the right type pass as they are. Anything else is
converted exactly or not at all: where a value has no exact reading the column is
null and a second column, `<name>__bad`, holds what stood there.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from wavepool.engine.columns.contract import AMOUNT_MAX, Column, ColumnsError, Kind
from wavepool.engine.columns.names import Source
from wavepool.engine.columns.wording import (
    DIGITS,
    digits_only,
    divided,
    epoch_ms,
    text_epoch_ms,
)
from wavepool.engine.relations import Relations

_INT64_SAFE = 9_000_000_000_000_000_000
_UNIT_SCALE = {"s": 1_000, "ms": 1}


class WrongType(ColumnsError):
    """A column's type cannot hold what the contract wants."""

    def __init__(self, table: str, column: str, found: str, fix: str) -> None:
        super().__init__(f"table {table}, column {column}: found {found}; {fix}")
        self.table = table
        self.column = column
        self.found = found
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Given:
    """A stored column: how SQL names it, its Arrow type and the names map's reading."""

    table: str
    sql: str
    type: pa.DataType
    source: Source


@dataclass(frozen=True, slots=True)
class Converted:
    """SQL of the value, and of the offending text when some values have no exact reading."""

    value: str
    bad: str = ""


_FIXES = {
    Kind.ID: "store ids as int64 or text",
    Kind.TEXT: "store it as text",
    Kind.INT: "store it as int64, decimal or text",
    Kind.TIME: "store it as int64 milliseconds UTC or a timestamp, or name its unit",
    Kind.FLAG: "store it as boolean, or as 0 and 1",
}


def converted(rel: Relations, column: Column, given: Given, *, id_type: str) -> Converted:
    """SQL that reads a stored column as its contract says.

    Raises:
        WrongType: no value of the stored type could be right.
    """
    if pa.types.is_null(given.type):
        return Converted(f"cast(null as {sql_type(column, id_type=id_type)})")
    kind = column.kind
    if kind is Kind.TEXT or (kind is Kind.ID and id_type == "text"):
        found = _text(given, is_id=kind is Kind.ID)
    elif kind is Kind.FLAG:
        found = _flag(given)
    elif kind is Kind.TIME:
        found = _time(rel, given)
    else:
        found = _integer(given, given.source.scale)
    if found is None:
        raise WrongType(given.table, column.name, str(given.type), _FIXES[kind])
    return found


def sql_type(column: Column, *, id_type: str) -> str:
    """The type name that both engines know."""
    if column.kind is Kind.FLAG:
        return "boolean"
    if column.kind is Kind.TEXT or (column.kind is Kind.ID and id_type == "text"):
        return "string"
    return "bigint"


def _guarded(given: Given, value: str) -> Converted:
    bad = f"case when {given.sql} is not null and ({value}) is null"
    return Converted(value, f"{bad} then cast({given.sql} as string) end")


def _text(given: Given, *, is_id: bool) -> Converted | None:
    if pa.types.is_string(given.type):
        return Converted(given.sql)
    if pa.types.is_integer(given.type):
        return Converted(f"cast({given.sql} as string)")
    if is_id and pa.types.is_decimal(given.type) and given.type.scale == 0:
        return Converted(f"cast({given.sql} as string)")
    return None


def _flag(given: Given) -> Converted | None:
    if pa.types.is_boolean(given.type):
        return Converted(given.sql)
    if pa.types.is_integer(given.type):
        yes, no = f"{given.sql} = 1", f"{given.sql} = 0"
    elif pa.types.is_string(given.type):
        text = f"lower(trim({given.sql}))"
        yes, no = f"{text} in ('1', 't', 'true')", f"{text} in ('0', 'f', 'false')"
    else:
        return None
    return _guarded(given, f"case when {yes} then true when {no} then false end")


def _time(rel: Relations, given: Given) -> Converted | None:
    if pa.types.is_timestamp(given.type):
        return Converted(epoch_ms(rel, given.sql, is_nanos=given.type.unit == "ns"))
    if pa.types.is_date(given.type):
        return Converted(epoch_ms(rel, given.sql))
    unit = given.source.unit
    if unit == "us":
        if not pa.types.is_integer(given.type):
            return None
        value = f"cast({given.sql} as bigint)"
        return Converted(divided(rel, f"({value} - {value} % 1000) {{divide}} 1000"))
    found = _integer(given, _UNIT_SCALE[unit])
    if found is None or not pa.types.is_string(given.type):
        return found
    written = text_epoch_ms(rel, f"trim({given.sql})")
    looks = digits_only(f"translate(trim({given.sql}), '.', '')", most=40)
    return _guarded(given, f"case when {looks} then {found.value} else {written} end")


def _integer(given: Given, scale: int) -> Converted | None:
    kind = given.type
    if pa.types.is_integer(kind):
        return _scaled_integer(given, scale)
    if pa.types.is_floating(kind):
        return _guarded(given, _whole_float(given.sql, scale))
    if pa.types.is_decimal(kind):
        return _guarded(given, _whole_text(f"cast({given.sql} as string)", scale))
    if pa.types.is_string(kind):
        return _guarded(given, _whole_text(f"trim({given.sql})", scale))
    return None


def _scaled_integer(given: Given, scale: int) -> Converted:
    if scale == 1 and given.type == pa.int64():
        return Converted(given.sql)
    value = f"try_cast({given.sql} as bigint)"
    if scale == 1 and given.type != pa.uint64():
        return Converted(value)
    most = _INT64_SAFE // scale
    return _guarded(
        given, f"case when {value} between -{most} and {most} then {value} * {scale} end"
    )


def _whole_float(sql: str, scale: int) -> str:
    """A binary float is taken when it is the float nearest to that many units, else refused."""
    wide = f"cast({sql} as double)"
    units = f"floor({wide} * {scale} + cast(0.5 as double))"
    inside = f"{wide} between -{AMOUNT_MAX // scale} and {AMOUNT_MAX // scale}"
    same = f"{units} / cast({scale} as double) = {wide}"
    return f"case when {inside} and {same} then try_cast({units} as bigint) end"


def _whole_text(sql: str, scale: int) -> str:
    """Units of a written decimal, digit by digit; null when it is none or a unit would break."""
    places = len(str(scale)) - 1
    body = f"case when substr({sql}, 1, 1) in ('-', '+') then substr({sql}, 2) else {sql} end"
    sign = f"case when substr({sql}, 1, 1) = '-' then -1 else 1 end"
    whole, broken = f"split_part({body}, '.', 1)", f"split_part({body}, '.', 2)"
    digits = f"concat('0', {whole}, substr(concat({broken}, '{'0' * places}'), 1, {places}))"
    if not places:
        digits = f"concat('0', {whole})"
    fits = (
        f"translate({body}, {DIGITS}, '') in ('', '.') and ({body}) not in ('', '.') "
        f"and length({whole}) <= {18 - places} "
        f"and translate(substr({broken}, {places + 1}), '0', '') = ''"
    )
    return f"case when {fits} then ({sign}) * try_cast({digits} as bigint) end"
