"""The reference page of the input tables, written from the contracts themselves."""

from __future__ import annotations

from wavepool.engine.columns.contract import Column, Kind, Table
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.failing import POLICY_KEYS

_HEAD = """# Input tables

What a season folder holds: one file `NAME.parquet`, a folder `NAME/` of Parquet files of one
schema, or a file `NAME.csv` per table. This page is written from the contracts that
`wavepool check` applies; a test holds the two together.

**Types.** `id` is int64 or text: columns of one family (named in brackets) have one type in a
season, int64 when every Parquet column of the family is, else text. `time` is int64 epoch
milliseconds UTC from 2000 to 2099; a TIMESTAMP or DATE column is converted, one without a zone is
taken as UTC, and what is finer than a millisecond is cut off. Money is int64 minor units.

**Empty values.** *nullable*: the column may be absent and its values null. A default stands in
for an absent column and for nulls. Every other column must be there and filled; an empty text
counts as missing.

**Conversions are exact or refused.** Decimals and texts become integers digit by digit, a binary
float only when it is the float nearest to a whole number of units. What has no exact reading is a
reject with the value as it stood, never a rounded number.

**Keys.** Where rows of one key differ, all of them are rejected as `duplicate key`; where they
are equal, one stays and the others are rejected as `duplicate row`. A row that refers to a
rejected row is rejected too. Rules across rows see only rows that broke no other rule. Good and
rejected rows always add up to the rows read.

**Rules of every column.** `missing value` (null or an empty text where a value must be), `negative`
and `too large` (of money: `negative amount`, `huge amount`, above 2^53), `time out of range`, `not
an allowed value`, `not a currency code`, `not a period`, `not a prefixed id`; of values that cannot
be read, `not a number`, `fraction of a unit` (of money: `fraction of a minor unit`), `not a time`,
`not yes or no`; of references, `unknown reference` and `reference to a rejected row`.

**CSV.** UTF-8 (with or without a byte order mark), UTF-16 with its mark, or GB18030; the first
line names the columns; an empty field is null.

## Own names

A TOML file maps a company's names to these. `table` names the file, a key names the column,
`scale` (a power of ten) turns yuan into fen or a percentage into ppm, `unit` (`s`, `ms`, `us`)
reads stored integer times, `default.COLUMN` is a constant for a missing column, `encoding` is
that of a CSV file, and `absent = true` states that a company has no such rows.

```toml
[order_lines]
table = "sales"
line_id = "sub_order_no"
paid_minor = {column = "amount", scale = 100}
paid_at = {column = "pay_time", unit = "s"}
default.currency = "CNY"

[budgets]
absent = true
```
"""


def tables_page() -> str:
    """The whole page in Markdown, as it stands in docs/tables.md."""
    return "\n".join([_HEAD, *(_section(table) for table in CONTRACTS.values())])


def _section(table: Table) -> str:
    title = f"## {table.name}" + (" (optional)" if table.is_optional else "")
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [title, "", table.meaning, "", f"Key: {key}."]
    if table.is_versioned:
        lines[-1] += " Versioned: a row holds in [`valid_from`, `valid_to`)."
    lines += ["", "| column | type | unit | values | meaning |", "|---|---|---|---|---|"]
    lines += [_row(table, column) for column in table.columns]
    if table.rules:
        lines += ["", "| rule | column | |", "|---|---|---|"]
        lines += [f"| {rule.name} | `{rule.column}` | {rule.meaning} |" for rule in table.rules]
    return "\n".join([*lines, ""])


def _row(table: Table, column: Column) -> str:
    kind = f"id ({column.family})" if column.kind is Kind.ID else str(column.kind)
    values = ", ".join(part for part in _values(column) if part)
    meaning = column.meaning
    for reference in table.references:
        if reference.column == column.name:
            target = _target(reference.table, is_listed=reference.is_listed)
            meaning = f"{meaning}; {target}" if meaning else target
    return f"| `{column.name}` | {kind} | {column.unit} | {values} | {meaning} |"


def _target(table: str, *, is_listed: bool) -> str:
    if table in POLICY_KEYS:
        return "known to the policy"
    return f"in `{table}`" if is_listed else f"may be in `{table}`"


def _values(column: Column) -> list[str]:
    parts = [", ".join(column.allowed), str(column.form)]
    if column.kind is Kind.INT and column.low is not None:
        parts.append(f"{column.low} to {column.high}")
    if column.default is not None:
        parts.append(f"default {column.default}")
    if column.is_nullable:
        parts.append("nullable")
    return parts
