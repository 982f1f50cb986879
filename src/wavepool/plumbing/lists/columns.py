"""What a list shows and by what it can be narrowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise

Kind = Literal["text", "number", "money", "rate", "time", "date", "badge", "code", "picture"]
Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a list.

    Attributes:
        name: key in exports and in `?sort=`; stable.
        label: what the header says.
        kind: how a value is shown: money takes `(amount_minor, currency)`, rate
            takes parts per million, badge takes a `State`, picture takes
            `(address, words)`; a file gets the address.
        value: gives the value of a row; default: the attribute `name`, dots followed.
        href: gives the address that the cell leads to, or None.
        sort: the field of the query set to sort by; None means not sortable.
        hint: the definition of a number, shown beside its header.
        is_in_files_only: a sentence that a table has no room for; the row's own page says it.
    """

    name: str
    label: Text
    kind: Kind = "text"
    value: Callable[[Any], Any] | None = None
    href: Callable[[Any], str | None] | None = None
    sort: str | None = None
    hint: Text = ""
    is_in_files_only: bool = False

    def read(self, row: Any) -> Any:
        """The value of a row."""
        if self.value is not None:
            return self.value(row)
        return reduce(getattr, self.name.split("."), row)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter and how people call it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter: `?name=value` narrows the rows.

    Attributes:
        name: key in the query string.
        label: what the field says.
        apply: narrows the rows by a value; only ever called with a value of `choices`,
            or with any text where there are no choices.
        choices: the values to pick from; none means free text.
    """

    name: str
    label: Text
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, ready to be shown."""

    column: Column
    value: Any
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells and the record behind them."""

    record: Any
    cells: tuple[Cell, ...] = field(default=())
