"""One text for one statement line, and the digest that stands for it in the tree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

LINE_TAG: Final = "wavepool-line-1|"

Scalar = int | str | bool | None

# Portable types of the columns, in the order in which they are encoded.
LINE_COLUMNS: Final[Mapping[str, str]] = {
    "period": "text",
    "line_key": "text",
    "payee_id": "bigint",
    "kind": "text",
    "ref_id": "text",
    "currency": "text",
    "amount_minor": "bigint",
    "micro": "bigint",
    "is_held": "boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line of a statement, as the Merkle leaf commits to it.

    `amount_minor` is whole minor units, + to the person; `micro` is the exact
    amount in 10⁻⁶ of a minor unit before rounding to what is paid.
    """

    period: str
    line_key: str
    payee_id: int | str | None
    kind: str
    ref_id: int | str | None
    currency: str | None
    amount_minor: int
    micro: int | None
    is_held: bool

    def values(self) -> tuple[Scalar, ...]:
        """The nine fields in the order of the encoding."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def document(self) -> dict[str, Scalar]:
        """The nine fields by name, as a receipt carries them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class UnknownColumnType(Exception):
    """A column of the statement lines has a type that the encoding does not define."""

    def __init__(self, column: str, kind: str) -> None:
        super().__init__(f"column {column} has type {kind!r}; expected bigint, text or boolean")
        self.column = column
        self.kind = kind


def encode_value(value: Scalar) -> str:
    """Text of one value: `~` for null, decimal digits, `length:text`, 1 or 0.

    A text's length counts code points. The prefix makes the encoding of a row
    unambiguous: no text can imitate a separator.

    >>> [encode_value(v) for v in (None, -7, "a|b", "大奖池", True)]
    ['~', '-7', '3:a|b', '3:大奖池', '1']
    """
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    return f"{len(value)}:{value}"


def encode_line(line: StatementLine) -> str:
    """The line's canonical text: its nine fields in order, joined by `|`."""
    return "|".join(encode_value(value) for value in line.values())


def leaf_digest(line: StatementLine) -> str:
    """SHA-256 (hex) of `wavepool-line-1|` and the line's canonical text in UTF-8."""
    return hashlib.sha256((LINE_TAG + encode_line(line)).encode()).hexdigest()


def leaf_digest_sql(columns: Mapping[str, str] = LINE_COLUMNS) -> str:
    """SQL expression (DuckDB dialect, portable) that equals `leaf_digest` on every row.

    Args:
        columns: column name to portable type (bigint, text, boolean), as
            `Relations.columns` reports them. Only the nine fields are read;
            ids may be bigint or text, and both encode differently.

    Raises:
        UnknownColumnType: a field has another type or is absent.

    >>> leaf_digest_sql().startswith("sha256(concat('wavepool-line-1|', case when period is null")
    True
    """
    values = [_value_sql(name, columns.get(name, "absent")) for name in LINE_COLUMNS]
    joined = ", '|', ".join(values)
    return f"sha256(concat('{LINE_TAG}', {joined}))"


def _value_sql(column: str, kind: str) -> str:
    # Engines disagree on concat of a null, so each null is decided before concat sees it.
    if kind == "text":
        text = f"concat(cast(length({column}) as varchar), ':', {column})"
    elif kind == "bigint":
        text = f"cast({column} as varchar)"
    elif kind == "boolean":
        text = f"case when {column} then '1' else '0' end"
    else:
        raise UnknownColumnType(column, kind)
    return f"case when {column} is null then '~' else {text} end"


def canonical_json(value: Any) -> bytes:
    """The one JSON text of a value: keys sorted, no spaces, UTF-8.

    >>> canonical_json({"b": 1, "a": "池"}).decode()
    '{"a":"池","b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()
