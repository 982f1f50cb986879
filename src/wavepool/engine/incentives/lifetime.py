"""What has been awarded before: rights that are used up, instalments paid, anchors counted."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wavepool.engine.incentives.roster import (
    NEVER,
    NOBODY,
    Agencies,
    BoolArray,
    Roster,
    check_columns,
    places_of,
)
from wavepool.engine.incentives.schedules import IntArray


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The opening rows of `lifetime_awards`, and each row's places in the roster.

    `persons` and `subjects` are -1 for people and subjects of whom this period knows nothing.
    """

    table: pa.Table
    persons: IntArray
    creators: IntArray
    agencies: IntArray

    def find_paid_persons(self, once_key: str, *, roster: Roster) -> BoolArray:
        """Mark the persons who used this right up; shape (persons,)."""
        paid = np.zeros(len(roster.person_ids), dtype=np.bool_)
        persons = self.persons[self._rows("once_key", once_key)]
        paid[persons[persons >= 0]] = True
        return paid

    def sum_claims(
        self, once_key: str, *, by: IntArray, size: int, period: str | None = None
    ) -> IntArray:
        """Add up the claims granted before under a key, by persons, creators or agencies."""
        rows = self._rows("once_key", once_key)
        if period is not None:
            rows &= self._rows("period", period)
        claims = np.asarray(self.table["claim_minor"].to_numpy(), dtype=np.int64)
        sums = np.zeros(size, dtype=np.int64)
        rows &= by >= 0
        np.add.at(sums, by[rows], claims[rows])
        return sums

    def find_first_awards(self, programme_id: str, *, roster: Roster) -> IntArray:
        """Return each person's first awarded day in a programme, or NEVER; shape (persons,)."""
        days = np.full(len(roster.person_ids), NEVER, dtype=np.int64)
        rows = self._rows("programme_id", programme_id) & (self.persons >= 0)
        awarded = np.asarray(self.table["awarded_day"].to_numpy(), dtype=np.int64)
        np.minimum.at(days, self.persons[rows], awarded[rows])
        return days

    def find_counted(self, once_key: str, *, roster: Roster) -> tuple[IntArray, IntArray]:
        """Return the agency and best grade each person was counted with, -1 where never."""
        agencies = np.full(len(roster.person_ids), NOBODY, dtype=np.int64)
        grades = np.full(len(roster.person_ids), NOBODY, dtype=np.int64)
        rows = self._rows("once_key", once_key) & (self.persons >= 0)
        grade = np.asarray(self.table["grade"].fill_null(NOBODY).to_numpy(), dtype=np.int64)
        np.maximum.at(grades, self.persons[rows], grade[rows])
        agencies[self.persons[rows]] = self.agencies[rows]
        return agencies, grades

    def sum_spent(self, programme_id: str, *, period: str) -> tuple[int, int]:
        """Return the minor units and traffic units already granted in this period."""
        rows = self._rows("programme_id", programme_id) & self._rows("period", period)
        taken = self.table.filter(pa.array(rows))
        minor = pc.sum(taken["award_minor"]).as_py() or 0
        return int(minor), int(pc.sum(taken["traffic_units"]).as_py() or 0)

    def _rows(self, column: str, value: str) -> BoolArray:
        same = pc.equal(self.table[column], value).combine_chunks()
        return np.array(same.to_numpy(zero_copy_only=False), dtype=np.bool_)


def open_lifetime(
    lifetime_awards: pa.Table | None, *, schema: pa.Schema, roster: Roster, agencies: Agencies
) -> Lifetime:
    """Read the awards of earlier periods; None means that nothing was ever awarded.

    Args:
        lifetime_awards: the table of the same name that an earlier `evaluate` returned.
        schema: the types of this season.

    Raises:
        TableInvalid: a column is missing.
    """
    if lifetime_awards is None:
        lifetime_awards = schema.empty_table()
    columns = tuple(schema.names)
    check_columns(lifetime_awards, columns, table="lifetime_awards")
    table = lifetime_awards.select(columns).cast(schema)
    of_agency = np.asarray(
        pc.equal(table["subject_kind"], "agency").combine_chunks().to_numpy(zero_copy_only=False),
        dtype=np.bool_,
    )
    subjects = table["subject_id"]
    return Lifetime(
        table=table,
        persons=places_of(table["person_id"], roster.person_ids),
        creators=np.where(of_agency, NOBODY, _places(subjects, roster.creator_ids)),
        agencies=np.where(of_agency, _places(subjects, agencies.agency_ids), NOBODY),
    )


def _places(subjects: pa.ChunkedArray, ids: pa.Array) -> IntArray:
    return places_of(subjects, ids.cast(subjects.type))
