"""Who is who, as columns: creators in the order of their ids, their persons and payees."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.schedules import IntArray

BoolArray = npt.NDArray[np.bool_]
NOBODY = -1
NEVER = 2**62
"""A day and an instant that never come."""
_DAY_MS = 86_400_000


class TableInvalid(ValueError):
    """An input table cannot be read; carries table, column and the rule it breaks."""

    def __init__(self, table: str, *, column: str, rule: str) -> None:
        self.table = table
        self.column = column
        self.rule = rule
        super().__init__(f"{table}.{column}: {rule}")


@dataclass(frozen=True, slots=True)
class Period:
    """A month in the policy's zone: [starts_at, ends_at) in epoch ms UTC, days since 1970-01-01.

    `name` is 'YYYY-MM'. The clock of the month's first midnight serves the first live days.
    """

    name: str
    starts_at: int
    ends_at: int
    first_day: int
    last_day_exclusive: int

    @property
    def offset_ms(self) -> int:
        """What the zone adds to UTC as the period begins."""
        return self.first_day * _DAY_MS - self.starts_at


@dataclass(frozen=True, slots=True)
class Roster:
    """Creators sorted by id; every array has one entry per creator.

    `kinds` and `persons` are codes into `kind_names` and `person_ids`, -1 where there is none. `first_live_at` and
    `first_days` are those of the person, the earliest over all of its creators, and NEVER where
    none was live before the period's end; `own_first_days` are the creator's own.
    """

    creator_ids: pa.Array
    kinds: IntArray
    kind_names: tuple[object, ...]
    person_ids: pa.Array
    persons: IntArray
    own_first_days: IntArray
    first_days: IntArray
    first_live_at: IntArray
    payee_ids: pa.Array
    has_payee: BoolArray
    is_held: BoolArray

    def __len__(self) -> int:
        return len(self.creator_ids)


@dataclass(frozen=True, slots=True)
class Agencies:
    """Agencies sorted by id and who is paid for them."""

    agency_ids: pa.Array
    payee_ids: pa.Array

    @property
    def has_payee(self) -> BoolArray:
        """Which of them somebody can be paid for."""
        return np.asarray(self.payee_ids.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def open_roster(
    creators: pa.Table,
    creator_payees_as_of: pa.Table,
    held_creators: Iterable[object],
    period: Period,
) -> Roster:
    """Read the creators as of the period's end.

    Args:
        creators: creator_id (unique), kind, person_id?, first_live_at? (ms UTC), and
            first_live_day? (local day) where the zone changed its clock since.
        creator_payees_as_of: creator_id (unique), payee_id.
        held_creators: ids of creators on hold.
        period: later first live dates are not known yet.

    Raises:
        TableInvalid: a column is missing, null where it must not be, or an id repeats.
    """
    ordered = _sorted_by(creators, "creator_id", table="creators", needs=("kind",))
    ids = ordered["creator_id"].combine_chunks()
    persons, person_ids = _codes(_column_or_nulls(ordered, "person_id"))
    kinds, kind_names = _codes(ordered["kind"])
    at = _instants(ordered, "first_live_at")
    at = np.where(at < period.ends_at, at, NEVER)
    own = np.where(at < NEVER, (at + period.offset_ms) // _DAY_MS, NEVER)
    if "first_live_day" in ordered.column_names:
        own = np.where(at < NEVER, _instants(ordered, "first_live_day"), NEVER)
    payees = _sorted_by(
        creator_payees_as_of, "creator_id", table="creator_payees_as_of", needs=("payee_id",)
    )
    places = pc.index_in(ids, value_set=payees["creator_id"].combine_chunks())
    payee_ids = payees["payee_id"].combine_chunks().take(places)
    held = pa.array(list(held_creators), type=ids.type)
    return Roster(
        creator_ids=ids,
        kinds=kinds,
        kind_names=tuple(kind_names.to_pylist()),
        person_ids=person_ids,
        persons=persons,
        own_first_days=own,
        first_days=_earliest(own, persons),
        first_live_at=_earliest(at, persons),
        payee_ids=payee_ids,
        has_payee=_bools(payee_ids.is_valid()),
        is_held=_bools(pc.is_in(ids, value_set=held)),
    )


def open_agencies(agencies: pa.Table) -> Agencies:
    """Read the agencies: agency_id (unique), payee_id.

    Raises:
        TableInvalid: a column is missing, or an id is null or repeats.
    """
    ordered = _sorted_by(agencies, "agency_id", table="agencies", needs=("payee_id",))
    return Agencies(ordered["agency_id"].combine_chunks(), ordered["payee_id"].combine_chunks())


def check_columns(
    rows: pa.Table,
    columns: tuple[str, ...],
    *,
    table: str,
    without_nulls: tuple[str, ...] = (),
) -> None:
    """Refuse a table that lacks a column, or has a null where there must be none.

    Raises:
        TableInvalid: with the table, the column and the rule.
    """
    for column in columns:
        if column not in rows.column_names:
            raise TableInvalid(table, column=column, rule="is required")
    for column in without_nulls:
        if rows[column].null_count:
            raise TableInvalid(table, column=column, rule="must not be null")


def places_of(values: pa.ChunkedArray | pa.Array, known: pa.Array) -> IntArray:
    """Return each value's place in `known`, or -1."""
    if not len(known) or pa.types.is_null(values.type):
        return np.full(len(values), NOBODY, dtype=np.int64)
    places = pc.index_in(values.cast(known.type), value_set=known)
    if isinstance(places, pa.ChunkedArray):
        places = places.combine_chunks()
    return np.asarray(places.fill_null(NOBODY).to_numpy(zero_copy_only=False), dtype=np.int64)


def kind_mask(roster: Roster, kinds: tuple[str, ...]) -> BoolArray:
    """Say which creators are of one of the kinds; no kinds means all of them."""
    if not kinds:
        return np.ones(len(roster), dtype=np.bool_)
    is_named = np.array([*(name in kinds for name in roster.kind_names), False])
    return is_named[roster.kinds]


def _earliest(values: IntArray, persons: IntArray) -> IntArray:
    """Give every creator the earliest value of its person; nobody's creators keep their own."""
    verified = persons >= 0
    least = np.full(int(persons.max(initial=-1)) + 1, NEVER, dtype=np.int64)
    np.minimum.at(least, persons[verified], values[verified])
    earliest = values.copy()
    earliest[verified] = least[persons[verified]]
    return earliest


def _sorted_by(rows: pa.Table, column: str, *, table: str, needs: tuple[str, ...] = ()) -> pa.Table:
    check_columns(rows, (column, *needs), table=table, without_nulls=(column,))
    ordered = rows.take(pc.sort_indices(rows[column]))
    if pc.count_distinct(ordered[column]).as_py() != len(ordered):
        raise TableInvalid(table, column=column, rule="must be unique")
    return ordered


def _column_or_nulls(rows: pa.Table, column: str) -> pa.ChunkedArray:
    if column in rows.column_names:
        return rows[column]
    return pa.chunked_array([pa.nulls(len(rows), pa.string())])


def _codes(column: pa.ChunkedArray) -> tuple[IntArray, pa.Array]:
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64), encoded.dictionary


def _instants(rows: pa.Table, column: str) -> IntArray:
    if column not in rows.column_names:
        return np.full(len(rows), NEVER, dtype=np.int64)
    values = rows[column].combine_chunks().cast(pa.int64()).fill_null(NEVER)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int64)


def _bools(column: pa.Array) -> BoolArray:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.bool_)
