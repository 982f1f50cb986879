"""Counters by creator and day, summed over any window in one look-up per creator.

Rows are sorted by creator and day once; each column keeps its running sum, so that a window's
total is the difference of two entries. Running sums are whole numbers of 64 bits and exact.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.programmes import Condition
from wavepool.engine.incentives.schedules import IntArray

REQUIRED_COLUMNS = ("sessions", "effective_sessions", "effective_ms", "received_minor", "fans")
FARM_COLUMNS = ("farm_sessions", "farm_received_minor")
_HOUR_MS = 3_600_000
_DAYS_A_WEEK = 7
_INT64_MAX = 2**63 - 1


class CountersInvalid(ValueError):
    """The counters table cannot be read; carries the column and the rule it breaks."""

    def __init__(self, column: str, *, rule: str) -> None:
        self.column = column
        self.rule = rule
        super().__init__(f"counters.{column}: {rule}")


@dataclass(frozen=True, slots=True)
class Rows:
    """The counter rows of each subject's window: [first, last) into the sorted book."""

    first: IntArray
    last: IntArray


@dataclass(frozen=True, slots=True)
class CounterBook:
    """Sorted counters: `keys` = creator row * span + day offset, unique and rising.

    `offsets` has one entry more than there are creators: a creator's rows are
    [offsets[row], offsets[row + 1]).
    """

    keys: IntArray
    days: IntArray
    offsets: IntArray
    first_day: int
    span: int
    columns: dict[str, IntArray]
    sums: dict[str, IntArray] = field(default_factory=dict)

    def find_rows(self, creators: IntArray, *, starts: IntArray, ends: IntArray) -> Rows:
        """Find the rows of each creator on the days [start, end); all of shape (n,)."""
        first = self._position(creators, starts)
        return Rows(first, np.maximum(first, self._position(creators, ends)))

    def measure(self, condition: Condition, rows: Rows) -> IntArray:
        """Return what each subject has of the condition's counter, weeks excepted."""
        match condition.counter:
            case "effective_hours":
                return self._total("effective_ms", rows) // _HOUR_MS
            case "best_month_received_minor":
                return self._best_month(rows)
            case counter:
                return self._total(counter, rows)

    def measure_weeks(
        self, condition: Condition, creators: IntArray, *, starts: IntArray, ends: IntArray
    ) -> IntArray:
        """Count the weeks from `starts` on that hold enough effective days before `ends`."""
        weeks = np.zeros(len(creators), dtype=np.int64)
        for week in range(condition.weeks):
            monday = starts + week * _DAYS_A_WEEK
            rows = self.find_rows(
                creators,
                starts=np.minimum(monday, ends),
                ends=np.minimum(monday + _DAYS_A_WEEK, ends),
            )
            weeks += self._total("effective_days", rows) >= condition.days_per_week
        return weeks

    def _position(self, creators: IntArray, days: IntArray) -> IntArray:
        """Return the first row of each creator that is not before the day.

        Most windows begin before a creator's first row or end after its last: only the others
        are searched for.
        """
        first, after = self.offsets[creators], self.offsets[creators + 1]
        position = first.copy()
        filled = np.flatnonzero(after > first)
        asked = days[filled]
        past = asked > self.days[after[filled] - 1]
        position[filled[past]] = after[filled[past]]
        inside = filled[~past & (asked > self.days[first[filled]])]
        wanted = creators[inside] * self.span + (days[inside] - self.first_day)
        position[inside] = np.searchsorted(self.keys, wanted)
        return position

    def _total(self, counter: str, rows: Rows) -> IntArray:
        if counter not in self.sums:
            self.sums[counter] = _running_sum(self._column(counter), counter)
        running = self.sums[counter]
        return np.asarray(running[rows.last] - running[rows.first], dtype=np.int64)

    def _column(self, counter: str) -> IntArray:
        if counter == "effective_days":
            return (self.columns["effective_sessions"] > 0).astype(np.int64)
        if counter == "live_days":
            return (self.columns["sessions"] > 0).astype(np.int64)
        if counter not in self.columns:
            raise CountersInvalid(counter, rule="a programme asks for it, and the table has none")
        return self.columns[counter]

    def _best_month(self, rows: Rows) -> IntArray:
        """Return the largest received sum of one natural month inside each window."""
        sizes = rows.last - rows.first
        best = np.zeros(len(sizes), dtype=np.int64)
        if not sizes.sum():
            return best
        subjects = np.repeat(np.arange(len(sizes)), sizes)
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        taken = np.repeat(rows.first, sizes) + within
        months = self.days[taken].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        changes = (np.diff(subjects) != 0) | (np.diff(months) != 0)
        begins = np.concatenate(([0], np.flatnonzero(changes) + 1))
        sums = np.add.reduceat(self.columns["received_minor"][taken], begins)
        np.maximum.at(best, subjects[begins], sums)
        return best


def open_counters(
    counters: pa.Table, *, creator_ids: pa.Array, last_day_exclusive: int
) -> CounterBook:
    """Sort the counters; days from `last_day_exclusive` on are not known yet and are left out.

    Args:
        counters: creator_id, day, sessions, effective_sessions, effective_ms, received_minor,
            fans, and farm_sessions, farm_received_minor where a programme asks for them; int64,
            >= 0; one row per creator and day. Rows of unknown creators count for nobody.
        creator_ids: the known creators, in the order of their row numbers.

    Raises:
        CountersInvalid: a column is missing, null or negative, a day repeats, or sums overflow.
    """
    wanted = (*REQUIRED_COLUMNS, *(each for each in FARM_COLUMNS if each in counters.column_names))
    columns = {name: _whole_column(counters, name) for name in ("day", *wanted)}
    creators = pc.index_in(counters["creator_id"], value_set=creator_ids).combine_chunks()
    rows = np.asarray(creators.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    days = columns.pop("day")
    known = (rows >= 0) & (days < last_day_exclusive)
    if not known.all():
        rows, days = rows[known], days[known]
        columns = {name: column[known] for name, column in columns.items()}
    first_day = int(days.min()) if len(days) else 0
    span = (int(days.max()) - first_day + 1) if len(days) else 1
    keys = rows * span + (days - first_day)
    if (np.diff(keys) < 0).any():
        order = np.argsort(keys, kind="stable")
        keys, days = keys[order], days[order]
        columns = {name: column[order] for name, column in columns.items()}
    if (np.diff(keys) == 0).any():
        raise CountersInvalid("day", rule="must be unique for a creator")
    offsets = np.zeros(len(creator_ids) + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys // span, minlength=len(creator_ids)), out=offsets[1:])
    return CounterBook(keys, days, offsets, first_day, span, columns)


def _whole_column(counters: pa.Table, name: str) -> IntArray:
    if name not in counters.column_names:
        raise CountersInvalid(name, rule="is required")
    column = counters[name]
    if column.null_count or not pa.types.is_int64(column.type):
        raise CountersInvalid(name, rule="must be int64 without nulls")
    values = np.asarray(column.to_numpy(), dtype=np.int64)
    if name != "day" and len(values) and values.min() < 0:
        raise CountersInvalid(name, rule="must be zero or more")
    return values


def _running_sum(column: IntArray, counter: str) -> IntArray:
    if len(column) and int(column.max()) > _INT64_MAX // len(column):
        raise CountersInvalid(counter, rule="sums leave the signed 64-bit range")
    running = np.zeros(len(column) + 1, dtype=np.int64)
    np.cumsum(column, out=running[1:])
    return running
