"""SQL words about the rows of one table: their columns, their keys, and copies of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wavepool.engine.columns.contract import Kind, Rule, Table
from wavepool.engine.columns.failing import Judge
from wavepool.engine.columns.wording import divided, one_bit
from wavepool.engine.relations import Relations

_DUPLICATES = (
    Rule("duplicate key", "", "mine.versions > 1", "rows of one key differ; all are rejected"),
    Rule(
        "duplicate row",
        "",
        "mine.versions = 1 and mine.copy_no > 1",
        "a row stands more than once; one copy is kept",
    ),
)


def listed(names: Sequence[str], alias: str = "") -> str:
    """Names with commas between, each under an alias when one is given."""
    return ", ".join(f"{alias}.{name}" if alias else name for name in names)


def complete(table: Table) -> str:
    """True of a row whose key has no null."""
    return " and ".join(f"{name} is not null" for name in table.key)


def same_key(table: Table, left: str, right: str) -> str:
    """True of two rows of one key."""
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in table.key)


def judged_columns(judged: Judge) -> list[str]:
    """The contract's columns and what stood where a value could not be read."""
    columns = [column.name for column in judged.table.columns]
    return columns + [f"{name}__bad" for name in columns if name in judged.loaded.unsure]


def row_no_column(judged: Judge) -> list[str]:
    """The row number, where rows have an order."""
    return ["row_no"] if judged.loaded.has_row_no else []


def count_rows(rel: Relations, name: str) -> int:
    """Rows of a relation."""
    return int(rel.fetch(f"select count(*) as n from {name}").column("n")[0].as_py())


def duplicate_rules(table: Table) -> tuple[Rule, ...]:
    """What is wrong with rows that share a key; read from `numbered_<table>`."""
    return tuple(Rule(rule.name, table.key[0], rule.bad, rule.meaning) for rule in _DUPLICATES)


def number_copies(rel: Relations, judged: Judge) -> None:
    """Register `numbered_<table>`, for a table in which some key repeats.

    It has every row, with `versions`, the number of different rows of its key
    (0 when the key is alone or null), and `copy_no`, its place among them.
    `copies_<table>` has only the rows that share a key.
    """
    name, table = judged.table.name, judged.table
    key, on = listed(table.key), same_key(table, "r", "c")
    rel.table(f"repeated_{name}", _repeated_sql(table))
    columns = judged_columns(judged)
    rel.table(
        f"versions_{name}",
        f"select {key}, count(*) as versions from (select distinct {listed(columns, 'r')} "
        f"from raw_{name} as r join repeated_{name} as c on {on}) as d group by {key}",
    )
    order = listed([*row_no_column(judged), *table.key], "r")
    rel.table(
        f"copies_{name}",
        f"select r.*, c.versions as versions, row_number() over (partition by "
        f"{listed(table.key, 'r')} order by {order}) as copy_no "
        f"from raw_{name} as r join versions_{name} as c on {on}",
    )
    numbered = listed([*columns, *row_no_column(judged), "versions", "copy_no"])
    rel.view(
        f"numbered_{name}",
        f"select {numbered} from (select r.*, cast(0 as bigint) as versions, "
        f"cast(1 as bigint) as copy_no from raw_{name} as r where not exists "
        f"(select 1 from versions_{name} as c where {on})) as single "
        f"union all select {numbered} from copies_{name}",
    )


@dataclass(frozen=True, slots=True)
class KeyCount:
    """Rows of a table, and whether any key stands more than once."""

    rows: int
    has_repeated: bool


def count_keys(rel: Relations, table: Table, id_types: Mapping[str, str]) -> KeyCount:
    """Count a table's rows and look for repeated keys, without keeping anything."""
    repeated = _repeated_sql(table)
    if _has_int_key(table, id_types):
        repeated = _crowded_blocks_sql(rel, table)
    sql = (
        f"select (select count(*) from raw_{table.name}) as n, "
        f"(select count(*) from ({repeated}) as keys) as repeated"
    )
    row = rel.fetch(divided(rel, sql)).to_pylist()[0]
    return KeyCount(int(row["n"]), bool(row["repeated"]))


def _repeated_sql(table: Table) -> str:
    key = listed(table.key)
    return (
        f"select {key} from raw_{table.name} where {complete(table)} "
        f"group by {key} having count(*) > 1"
    )


def _has_int_key(table: Table, id_types: Mapping[str, str]) -> bool:
    column = table.column(table.key[0])
    is_id = len(table.key) == 1 and column.kind is Kind.ID
    return is_id and id_types[column.family] == "int64"


def _crowded_blocks_sql(rel: Relations, table: Table) -> str:
    """Blocks of 32 int64 keys that lie together and in which some key repeats.

    One bit per key: fewer bits than rows means a repeated key. Where ids are
    dense this takes a quarter of the time and a thirtieth of the memory of a
    count per key; where they are scattered it costs the same.
    """
    key = table.key[0]
    block = f"({key} - ({key} & 31)) {{divide}} 32"
    return (
        f"select {block} as block from raw_{table.name} where {key} is not null "
        f"group by {block} having bit_count(bit_or({one_bit(rel, f'{key} & 31')})) < count(*)"
    )
