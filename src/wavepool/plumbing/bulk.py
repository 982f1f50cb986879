"""Many rows at once: an Arrow table becomes rows of a model, without an object a row.

PostgreSQL reads one COPY, SQLite one prepared statement that runs for every row. Both refuse the
same tables in the same words before anything is written: types, lengths and nulls are looked at
column by column. What constraints refuse is Django's `IntegrityError`, as for any other write.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations

#: Rows that are text, or Python's values, at one time.
_SLICE: Final = 20_000
_UTC: Final = pa.timestamp("us", "UTC")
# Its column has a name: it is one of a table's own.
_Field = Any


class TableMisfit(ValueError):
    """A table that is not one of a model's rows: a column or its values differ."""

    def __init__(self, model: type[models.Model], column: str, *, why: str) -> None:
        super().__init__(f"{model.__name__}.{column}: {why}")
        self.column = column
        self.why = why


def write_rows(model: type[models.Model], table: pa.Table, *, over: Sequence[str] = ()) -> int:
    """Write a table as rows of a model, in the caller's transaction.

    Args:
        model: whose rows; the store gives the ids.
        table: columns named as the model's (`draft_id` for a foreign key), in any order: whole
            numbers, texts, booleans, dates, times with a zone, and JSON as text. A column that may
            be null, or that the store has a default for, may be absent. Defaults of the model's
            own in Python are not asked.
        over: the columns of a unique constraint. A row that has the same values there is not
            refused: it keeps its id and takes the other columns of the table.

    Returns:
        How many rows were written.

    Raises:
        TableMisfit: a column is unknown or absent, has another type, a null, a number out of range
            or a text too long; or two rows are to stand in one place.
        IntegrityError: a constraint refuses a row; the caller rolls everything back.
    """
    assert connection.in_atomic_block, "rows of one table are there together or not at all"
    fitted = fit(model, table)
    if fitted.num_rows:
        names = ", ".join(connection.ops.quote_name(name) for name in fitted.column_names)
        into = f"{connection.ops.quote_name(model._meta.db_table)} ({names})"
        if connection.vendor != "postgresql":
            _insert(into, fitted, clash=_clash(model, fitted, over))
        elif over:
            _unnest(model, into, fitted, clash=_clash(model, fitted, over))
        else:
            _copy(into, fitted)
    return int(fitted.num_rows)


def update_rows(model: type[models.Model], table: pa.Table) -> int:
    """Set whole-number columns of rows that are there, by their id; in the caller's transaction.

    Args:
        model: whose rows.
        table: `id`, and the columns to set, all int64 without nulls.

    Returns:
        How many rows were set.

    Raises:
        TableMisfit: a column is not one of the model's whole numbers.
        IntegrityError: a constraint refuses a row; the caller rolls everything back.
    """
    assert connection.in_atomic_block, "rows of one table are set together or not at all"
    fields: dict[str, _Field] = {str(each.column): each for each in model._meta.concrete_fields}
    names = [name for name in table.column_names if name != "id"]
    for name in table.column_names:
        field = fields.get(name)
        if field is None or not isinstance(field, models.IntegerField):
            raise TableMisfit(model, name, why="no whole number that a writer sets")
    quoted = connection.ops.quote_name
    into = quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, table.num_rows, _SLICE):
            part = table.slice(start, _SLICE)
            columns = [part.column(name).to_pylist() for name in (*names, "id")]
            if connection.vendor == "postgresql":
                values = ", ".join(["%s::bigint[]"] * len(columns))
                given = ", ".join(f"c{place}" for place in range(len(columns)))
                sets = ", ".join(f"{quoted(name)} = w.c{place}" for place, name in enumerate(names))
                cursor.execute(
                    f"UPDATE {into} AS t SET {sets} FROM unnest({values}) AS w({given}) "
                    f"WHERE t.id = w.c{len(names)}",
                    columns,
                )
            else:
                sets = ", ".join(f"{quoted(name)} = %s" for name in names)
                cursor.executemany(
                    f"UPDATE {into} SET {sets} WHERE id = %s",
                    list(zip(*columns, strict=True)),
                )
    return int(table.num_rows)


def fit(model: type[models.Model], table: pa.Table) -> pa.Table:
    """The table with the types that the model's columns have; what does not fit is refused.

    Raises:
        TableMisfit: the first column that does not fit.
    """
    fields: dict[str, _Field] = {
        str(field.column): field for field in model._meta.local_concrete_fields
    }
    for name in table.column_names:
        if name not in fields or _is_given_by_the_store(fields[name]):
            raise TableMisfit(model, name, why="no column that a writer gives")
    for name, field in fields.items():
        if name not in table.column_names and not _may_be_absent(field):
            raise TableMisfit(model, name, why="is absent")
    return pa.table(
        {name: _fitted(model, fields[name], table.column(name)) for name in table.column_names}
    )


def _is_given_by_the_store(field: _Field) -> bool:
    return isinstance(field, models.AutoField) or field.generated


def _may_be_absent(field: _Field) -> bool:
    return _is_given_by_the_store(field) or field.null or field.has_db_default()


def _fitted(model: type[models.Model], field: _Field, column: Any) -> Any:
    wanted = _type_of(field)
    if wanted is None or not _is_kin(column.type, wanted):
        raise TableMisfit(model, field.column, why=f"{column.type} is not {wanted}")
    try:
        found = column if column.type == wanted else column.cast(wanted)
    except pa.ArrowInvalid as error:
        raise TableMisfit(model, field.column, why=str(error)) from error
    if found.null_count and not field.null:
        raise TableMisfit(model, field.column, why="has a null")
    refused = _refused(field, found) if len(found) > found.null_count else ""
    if refused:
        raise TableMisfit(model, field.column, why=refused)
    return found


def _type_of(field: _Field) -> pa.DataType | None:
    """The Arrow type that a column takes; None where a table cannot give one."""
    kind = field.get_internal_type()
    if isinstance(field, models.ForeignKey):
        return _type_of(field.target_field)
    if isinstance(field, models.IntegerField):  # an id is one, too
        return pa.int64()
    if isinstance(field, models.CharField | models.TextField | models.JSONField):
        return pa.string()
    return {"BooleanField": pa.bool_(), "DateTimeField": _UTC, "DateField": pa.date32()}.get(kind)


def _is_kin(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether values of a type can become the wanted one without a change of meaning."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_null(given):
        return True
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(given))
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(given) or pa.types.is_large_string(given))
    if pa.types.is_timestamp(wanted):
        return bool(pa.types.is_timestamp(given) and given.tz is not None)
    return bool(given == wanted)


def _refused(field: _Field, column: Any) -> str:
    """Why a value of the right type is none that the field holds; "" where all are."""
    if pa.types.is_string(column.type):
        longest = pc.max(pc.utf8_length(column)).as_py()
        if field.max_length is not None and longest > field.max_length:
            return f"a text of {longest} characters, {field.max_length} at most"
        # PostgreSQL holds no such text, so SQLite does not take it either.
        return "a text with a zero byte" if pc.any(pc.match_substring(column, "\0")).as_py() else ""
    if pa.types.is_integer(column.type):
        target = field.target_field if isinstance(field, models.ForeignKey) else field
        # Django's table, whatever the store: SQLite itself knows 64 bits only.
        low, high = BaseDatabaseOperations.integer_field_ranges[target.get_internal_type()]
        found = pc.min_max(column).as_py()
        if found["min"] < low or found["max"] > high:
            return f"{found['min']} to {found['max']}, {low} to {high} at most"
    return ""


def _copy(into: str, table: pa.Table) -> None:
    with connection.cursor() as cursor:
        copying = f"COPY {into} FROM STDIN (FORMAT csv)"
        # Django names the driver's errors for statements, but not for a COPY.
        with connection.wrap_database_errors, cursor.copy(copying) as copy:
            for part in _slices(table):
                copy.write(_as_csv(part))


def _insert(into: str, table: pa.Table, *, clash: str) -> None:
    places = ", ".join(["%s"] * table.num_columns)
    with connection.cursor() as cursor:
        for part in _slices(table):
            rows = zip(*(column.to_pylist() for column in part.columns), strict=True)
            cursor.executemany(f"INSERT INTO {into} VALUES ({places}){clash}", list(rows))


def _unnest(model: type[models.Model], into: str, table: pa.Table, *, clash: str) -> None:
    """PostgreSQL's COPY replaces nothing, an INSERT from arrays does."""
    kinds = {each.column: each.db_type(connection) for each in model._meta.local_concrete_fields}
    arrays = ", ".join(f"%s::{kinds[name]}[]" for name in table.column_names)
    with connection.cursor() as cursor:
        for part in _slices(table):
            cursor.execute(
                f"INSERT INTO {into} SELECT * FROM unnest({arrays}){clash}",
                [column.to_pylist() for column in part.columns],
            )


def _clash(model: type[models.Model], table: pa.Table, over: Sequence[str]) -> str:
    """What becomes of a row that stands already: nothing is said, or it takes the new values."""
    if not over:
        return ""
    places = table.select(list(over)).group_by(list(over)).aggregate([])
    if places.num_rows < table.num_rows:
        raise TableMisfit(model, ", ".join(over), why="two rows in one place")
    quoted = connection.ops.quote_name
    sets = ", ".join(
        f"{quoted(name)} = excluded.{quoted(name)}"
        for name in table.column_names
        if name not in over
    )
    return f" ON CONFLICT ({', '.join(map(quoted, over))}) DO UPDATE SET {sets}"


def _slices(table: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, table.num_rows, _SLICE):
        part = table.slice(start, _SLICE)
        columns = [_with_times_in_words(column) for column in part.columns]
        yield pa.table(columns, names=part.column_names)


def _with_times_in_words(column: Any) -> Any:
    """The column; times as the store writes them, each word made once as rows share few of them."""
    if not pa.types.is_temporal(column.type):
        return column
    ops = connection.ops
    adapt = (
        ops.adapt_datetimefield_value
        if pa.types.is_timestamp(column.type)
        else ops.adapt_datefield_value
    )
    coded = column.combine_chunks().dictionary_encode()
    words = [str(adapt(each)) for each in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def _as_csv(table: pa.Table) -> memoryview:
    """Columns as the text that PostgreSQL's COPY reads; a null is an empty field."""
    sink = io.BytesIO()
    pa_csv.write_csv(table, sink, pa_csv.WriteOptions(include_header=False))
    return sink.getbuffer()
