"""What an input table is, as data: columns, keys, references and rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

AMOUNT_MAX = 9_007_199_254_740_992  # 2^53: every integer up to here is exact everywhere
PPM = 1_000_000
TIME_MIN = 946_684_800_000  # 2000-01-01 UTC in milliseconds, so that seconds are caught
TIME_END = 4_102_444_800_000  # 2100-01-01 UTC; also "open" as the end of a version


class ColumnsError(Exception):
    """An input table cannot be read under its contract."""


class Kind(StrEnum):
    """What a column holds; `ID` is int64 or text, one type per family and season."""

    ID = "id"
    TEXT = "text"
    INT = "int64"
    TIME = "time"
    FLAG = "boolean"


class Form(StrEnum):
    """The shape of a text."""

    FREE = ""
    CURRENCY = "three capital letters"
    PERIOD = "YYYY-MM"
    PREFIXED = "prefix:id"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract.

    A nullable column may be null or absent. A column with a default may be
    absent too, and its nulls read as the default. Integers lie in
    [low, high]; texts are one of `allowed` when it names any.
    """

    name: str
    kind: Kind
    unit: str = ""
    family: str = ""
    is_nullable: bool = False
    default: int | str | None = None
    low: int | None = None
    high: int | None = None
    allowed: tuple[str, ...] = ()
    form: Form = Form.FREE
    meaning: str = ""

    @property
    def may_be_absent(self) -> bool:
        return self.is_nullable or self.default is not None


@dataclass(frozen=True, slots=True)
class Reference:
    """A column holds the key of a row of another table.

    SQL of rules reaches that row as `to_<column>`. With `is_listed` false the
    other table may lack the key, and only a rejected row there counts.
    `policy_scenes` and `policy_pools` are what the caller says the policy knows.
    """

    column: str
    table: str
    is_listed: bool = True

    @property
    def alias(self) -> str:
        return f"to_{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that is true of a bad row; unknown (null) is not bad.

    SQL names the row `mine` and its references `to_<column>`. A rule `across`
    rows has window functions and reads only rows that passed the others.
    """

    name: str
    column: str
    bad: str
    meaning: str
    is_across: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One input table: versioned when it has `valid_from` and `valid_to` (half-open)."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    is_optional: bool = False

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def is_versioned(self) -> bool:
        return any(column.name == "valid_from" for column in self.columns)


def identifier(name: str, family: str, *, is_nullable: bool = False, meaning: str = "") -> Column:
    """An id of a family: columns of one family share one type and one key space."""
    return Column(name, Kind.ID, family=family, is_nullable=is_nullable, meaning=meaning)


def amount(name: str, *, default: int | None = None, meaning: str = "") -> Column:
    """Money in minor units, from zero to 2^53."""
    return Column(
        name, Kind.INT, unit="minor", default=default, low=0, high=AMOUNT_MAX, meaning=meaning
    )


def number(name: str, *, unit: str, high: int = AMOUNT_MAX, meaning: str = "") -> Column:
    """A count or a duration, zero or more."""
    return Column(name, Kind.INT, unit=unit, low=0, high=high, meaning=meaning)


def share(
    name: str, *, default: int | None = None, is_nullable: bool = False, meaning: str = ""
) -> Column:
    """Parts per million of one, from zero to one."""
    return Column(
        name,
        Kind.INT,
        unit="ppm",
        default=default,
        is_nullable=is_nullable,
        low=0,
        high=PPM,
        meaning=meaning,
    )


def moment(name: str, *, is_nullable: bool = False, meaning: str = "") -> Column:
    """A point in time: epoch milliseconds UTC, in the years 2000 to 2099."""
    return Column(
        name,
        Kind.TIME,
        unit="epoch ms UTC",
        is_nullable=is_nullable,
        low=TIME_MIN,
        high=TIME_END - 1,
        meaning=meaning,
    )


def flag(name: str, *, meaning: str = "") -> Column:
    """Yes or no."""
    return Column(name, Kind.FLAG, meaning=meaning)


def words(
    name: str,
    *,
    allowed: tuple[str, ...] = (),
    form: Form = Form.FREE,
    is_nullable: bool = False,
    default: str | None = None,
    meaning: str = "",
) -> Column:
    """A text; one of `allowed`, or of a form, or free."""
    return Column(
        name,
        Kind.TEXT,
        is_nullable=is_nullable,
        default=default,
        allowed=allowed,
        form=form,
        meaning=meaning,
    )


def valid_span() -> tuple[Column, Column]:
    """The half-open span [valid_from, valid_to) of a version; no end means until changed."""
    return (
        moment("valid_from", meaning="first moment of this version"),
        Column(
            "valid_to",
            Kind.TIME,
            unit="epoch ms UTC",
            default=TIME_END,
            low=TIME_MIN,
            high=TIME_END,
            meaning="first moment after it; absent, null or 4102444800000 = until changed",
        ),
    )


SPAN_ORDER = Rule(
    "empty span",
    "valid_to",
    "mine.valid_from >= mine.valid_to",
    "valid_from must come before valid_to",
)


def no_overlap(*by: str, key: tuple[str, ...]) -> Rule:
    """Versions with the same `by` never hold at once; every row of a clash is rejected."""
    part = ", ".join(f"mine.{name}" for name in by)
    order = ", ".join(f"mine.{name}" for name in ("valid_from", "valid_to", *key))
    earlier = (
        f"max(mine.valid_to) over (partition by {part} order by {order} "
        "rows between unbounded preceding and 1 preceding) > mine.valid_from"
    )
    later = f"lead(mine.valid_from) over (partition by {part} order by {order}) < mine.valid_to"
    named = " and ".join(by)
    return Rule(
        f"overlapping versions of one {named}",
        "valid_from",
        f"{earlier} or {later}",
        f"two rows of one {named} hold at the same time; all rows that clash are rejected",
        is_across=True,
    )
