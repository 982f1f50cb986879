"""The tables of a result: places in the roster become ids again, rows get their one order."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from wavepool.engine.incentives.claims import Claims, Counted, NearMisses
from wavepool.engine.incentives.programmes import Programme
from wavepool.engine.incentives.roster import NOBODY, Agencies, Roster
from wavepool.engine.incentives.schedules import IntArray
from wavepool.engine.incentives.windows import Facts

REASON_TEXTS = {
    "no_person": "no verified person stands behind the account",
    "person_not_new": "the person was live on another account before the programme counts as new",
    "already_paid_for_life": "the person has had this reward once, and it is paid once in life",
    "already_counted_for_life": "the person is counted for another agency already",
    "another_account_claims": "another account of the same person claims it in this period",
    "held": "a hold is open; the claim waits for its end",
    "no_payee": "nobody is named to be paid",
    "no_contract": "anchor and agency have no contract",
    "lost_introduction": "another agency introduced this anchor earlier",
    "no_budget": "nothing remains of the programme's budget of this period",
    "budget_too_small": "the share of the budget is less than one minor unit",
}


class Constants:
    """Columns of one value: each value is written once, and shorter columns share it.

    Twenty programmes of a million payees would else write the same month sixty times.
    """

    def __init__(self) -> None:
        self._longest: dict[str | int | pa.DataType, pa.Array] = {}

    def column(self, value: str | int, count: int) -> pa.Array:
        """A value, so many times."""
        return self._shared(value, lambda: pa.repeat(value, count), count)

    def nothing(self, kind: pa.DataType, count: int) -> pa.Array:
        """Null of a type, so many times."""
        return self._shared(kind, lambda: pa.nulls(count, kind), count)

    def _shared(
        self, name: str | int | pa.DataType, write: Callable[[], pa.Array], count: int
    ) -> pa.Array:
        known = self._longest.get(name)
        if known is None or len(known) < count:
            known = self._longest[name] = write()
        return known.slice(0, count)


@dataclass(frozen=True, slots=True)
class Types:
    """The id types of a season; subjects are text where creators and agencies differ.

    Attributes:
        constants: the columns of one value that the tables of a result share.
    """

    creator: pa.DataType
    agency: pa.DataType
    subject: pa.DataType
    person: pa.DataType
    payee: pa.DataType
    constants: Constants = field(default_factory=Constants, compare=False, repr=False)

    @property
    def lifetime(self) -> pa.Schema:
        """The schema of `lifetime_awards`."""
        return pa.schema(
            {
                "programme_id": pa.string(),
                "period": pa.string(),
                "once_key": pa.string(),
                "subject_kind": pa.string(),
                "subject_id": self.subject,
                "anchor_id": self.creator,
                "person_id": self.person,
                "payee_id": self.payee,
                "currency": pa.string(),
                "claim_minor": pa.int64(),
                "award_minor": pa.int64(),
                "traffic_units": pa.int64(),
                "grade": pa.int64(),
                "awarded_day": pa.int64(),
            }
        )

    @property
    def awards(self) -> pa.Schema:
        """The schema of `awards`."""
        return self._subject_columns(
            {
                "person_id": self.person,
                "payee_id": self.payee,
                "currency": pa.string(),
                "claim_minor": pa.int64(),
                "scaled_micro": pa.int64(),
                "award_minor": pa.int64(),
                "claim_traffic_units": pa.int64(),
                "traffic_units": pa.int64(),
                "conditions": pa.string(),
            }
        )

    @property
    def refusals(self) -> pa.Schema:
        """The schema of `refusals`."""
        return self._subject_columns(
            {
                "reason": pa.string(),
                "detail": pa.string(),
                "claim_minor": pa.int64(),
                "until_day": pa.int64(),
            }
        )

    @property
    def near_misses(self) -> pa.Schema:
        """The schema of `near_misses`."""
        return self._subject_columns(
            {
                "condition": pa.string(),
                "have": pa.int64(),
                "need": pa.int64(),
                "missing": pa.int64(),
                "until_day": pa.int64(),
                "is_open": pa.bool_(),
            }
        )

    def _subject_columns(self, more: dict[str, pa.DataType]) -> pa.Schema:
        columns = {
            "programme_id": pa.string(),
            "period": pa.string(),
            "once_key": pa.string(),
            "subject_kind": pa.string(),
            "subject_id": self.subject,
            "anchor_id": self.creator,
        }
        return pa.schema({**columns, **more})


def types_of(roster: Roster, agencies: Agencies) -> Types:
    """Return the id types; an empty column without a type is text."""
    creator, agency = roster.creator_ids.type, _typed(agencies.agency_ids.type)
    payee = _typed(roster.payee_ids.type)
    if pa.types.is_null(roster.payee_ids.type):
        payee = _typed(agencies.payee_ids.type)
    return Types(
        creator=creator,
        agency=agency,
        subject=creator if creator == agency or not len(agencies.agency_ids) else pa.string(),
        person=roster.person_ids.type,
        payee=payee,
    )


@dataclass(frozen=True, slots=True)
class Paid:
    """Claims with what each is paid; arrays of shape (n,)."""

    claims: Claims
    scaled_micro: IntArray
    award_minor: IntArray
    traffic_units: IntArray


def award_rows(programme: Programme, paid: Paid, facts: Facts, types: Types) -> pa.Table:
    """Write the awards of one lifetime key."""
    claims = paid.claims
    columns = {
        **_subjects(programme, claims, facts, types),
        "person_id": _person_ids(claims.creators, facts.roster),
        "payee_id": _payee_ids(claims, facts, types),
        "currency": types.constants.column(programme.currency, len(claims)),
        "claim_minor": pa.array(claims.claim_minor),
        "scaled_micro": pa.array(paid.scaled_micro),
        "award_minor": pa.array(paid.award_minor),
        "claim_traffic_units": pa.array(claims.traffic_units),
        "traffic_units": pa.array(paid.traffic_units),
        "conditions": claims.conditions,
    }
    return pa.table(columns).cast(types.awards)


def lifetime_rows(awards: pa.Table, facts: Facts, types: Types) -> pa.Table:
    """Write awards as rights used up; the day is the first one after the period."""
    schema = types.lifetime
    columns = {name: awards[name] for name in schema.names if name not in {"grade", "awarded_day"}}
    columns["grade"] = types.constants.nothing(pa.int64(), len(awards))
    columns["awarded_day"] = types.constants.column(facts.period.last_day_exclusive, len(awards))
    return pa.table(columns).cast(schema)


def counted_rows(programme: Programme, counted: Counted, facts: Facts, types: Types) -> pa.Table:
    """Write the anchors that a frame counts from now on, as rows that pay nothing."""
    count = len(counted.creators)
    nothing = pa.array(np.zeros(count, dtype=np.int64))
    columns = {
        **_subjects(programme, counted, facts, types),
        "person_id": _person_ids(counted.creators, facts.roster),
        "payee_id": take_ids(facts.agencies.payee_ids, counted.agencies).cast(types.payee),
        "currency": types.constants.column(programme.currency, count),
        "claim_minor": nothing,
        "award_minor": nothing,
        "traffic_units": nothing,
        "grade": pa.array(counted.grades),
        "awarded_day": types.constants.column(facts.period.last_day_exclusive, count),
    }
    return pa.table(columns).cast(types.lifetime)


def refusal_rows(
    programme: Programme, claims: Claims, facts: Facts, types: Types, *, reason: str
) -> pa.Table:
    """Write claims that were stopped for one reason."""
    columns = {
        **_subjects(programme, claims, facts, types),
        "reason": types.constants.column(reason, len(claims)),
        "detail": types.constants.column(REASON_TEXTS[reason], len(claims)),
        "claim_minor": pa.array(claims.claim_minor),
        "until_day": pa.array(claims.until_days),
    }
    return pa.table(columns).cast(types.refusals)


def near_miss_rows(
    programme: Programme, misses: NearMisses, facts: Facts, types: Types
) -> pa.Table:
    """Write what near subjects lack, one row per missing condition."""
    need, count = misses.need, len(misses.creators)
    columns = {
        **_subjects(programme, misses, facts, types),
        "condition": types.constants.column(misses.counter, count),
        "have": pa.array(misses.have),
        "need": types.constants.column(need, count) if isinstance(need, int) else pa.array(need),
        "missing": pa.array(need - misses.have),
        "until_day": pa.array(misses.until_days),
        "is_open": pa.array(misses.until_days > facts.period.last_day_exclusive),
    }
    return pa.table(columns).cast(types.near_misses)


def stack(tables: list[pa.Table], schema: pa.Schema) -> pa.Table:
    """Put tables of one schema together, in their order; no row is copied."""
    return pa.concat_tables([each for each in tables if len(each)] or [schema.empty_table()])


def take_ids(ids: pa.Array, places: IntArray) -> pa.Array:
    """Return the ids at the places; -1 gives null."""
    return ids.take(pa.array(places, mask=places < 0))


def _subjects(
    programme: Programme, named: Claims | Counted | NearMisses, facts: Facts, types: Types
) -> dict[str, pa.Array]:
    creators = named.creators
    creator_ids = take_ids(facts.roster.creator_ids, creators)
    subjects, anchors = creator_ids, types.constants.nothing(types.creator, len(creators))
    if programme.subject == "agency":
        subjects, anchors = take_ids(facts.agencies.agency_ids, named.agencies), creator_ids
    return {
        "programme_id": types.constants.column(programme.id, len(creators)),
        "period": types.constants.column(facts.period.name, len(creators)),
        "once_key": types.constants.column(named.once_key, len(creators)),
        "subject_kind": types.constants.column(programme.subject, len(creators)),
        "subject_id": subjects.cast(types.subject),
        "anchor_id": anchors,
    }


def _person_ids(creators: IntArray, roster: Roster) -> pa.Array:
    persons = np.where(creators >= 0, np.append(roster.persons, NOBODY)[creators], NOBODY)
    return take_ids(roster.person_ids, persons)


def _payee_ids(claims: Claims, facts: Facts, types: Types) -> pa.Array:
    """Return the agency's payee where an agency claims, else the creator's."""
    if len(claims) and claims.agencies[0] >= 0:
        return take_ids(facts.agencies.payee_ids, claims.agencies).cast(types.payee)
    return take_ids(facts.roster.payee_ids, claims.creators).cast(types.payee)


def _typed(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_null(kind) else kind
