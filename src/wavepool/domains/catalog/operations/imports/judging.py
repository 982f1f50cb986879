"""What applying a row would do, or the rule that it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wavepool.domains.catalog.models import ImportRow
from wavepool.plumbing.actor import Actor
from wavepool.plumbing.errors import PlatformError

Values = Mapping[str, str]


class RowWrong(PlatformError):
    """A row breaks a rule of files; rules of goods and plans have errors of their own."""

    status: ClassVar[int] = 422

    def __init__(self, message: str | Promise, *, rule: str, field: str) -> None:
        super().__init__(message, pointer=f"/{field}")
        self.kind = rule  # type: ignore[misc]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row: its effect, and what stands now where it differs."""

    effect: str
    before: dict[str, str] = field(default_factory=dict)
    rule: str = ""
    field: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """For which shop, by whom and when rows are judged and applied."""

    shop_id: int
    actor: Actor
    as_of: datetime


class Subject(Protocol):
    """What rows of one kind are judged and applied by."""

    #: Names of the columns, in the order of an export.
    columns: tuple[str, ...]
    #: Those without which nothing is known.
    required: tuple[str, ...]

    def judge(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Say of each row what applying it would do; nothing is written."""
        ...

    def apply(self, rows: list[Values], doing: Doing) -> list[Judged]:
        """Apply each row that can be, in their order, and say what was done."""
        ...

    def export(self, doing: Doing) -> list[list[str]]:
        """Every row of a shop, as a file of them has it."""
        ...


def wrong(error: PlatformError) -> Judged:
    """The judgement on a row that an error refuses."""
    return Judged(
        effect=ImportRow.Effect.WRONG,
        rule=error.kind,
        field=(error.pointer or "").removeprefix("/"),
        message=str(error.message),
    )


def compared(before: Values | None, after: Values) -> Judged:
    """The judgement on a good row: what would differ from what stands now."""
    if before is None:
        return Judged(effect=ImportRow.Effect.NEW)
    differing = {name: before[name] for name, value in after.items() if before[name] != value}
    effect = ImportRow.Effect.CHANGED if differing else ImportRow.Effect.UNCHANGED
    return Judged(effect=effect, before=differing)


def needed(values: Values, name: str) -> str:
    """A value that must stand there.

    Raises:
        RowWrong: it is empty.
    """
    value = values.get(name, "").strip()
    if not value:
        raise RowWrong(_("This must not be empty."), rule="catalog.cell_empty", field=name)
    return value


def as_rows(judged: list[Judged], values: list[Values], *, first: int) -> list[dict[str, Any]]:
    """Columns of the staged rows, numbered as a person counts them."""
    return [
        {
            "number": number,
            "values": dict(row),
            "effect": each.effect,
            "before": each.before,
            "rule": each.rule,
            "field": each.field,
            "message": each.message[:300],
        }
        for number, (each, row) in enumerate(zip(judged, values, strict=True), first)
    ]
