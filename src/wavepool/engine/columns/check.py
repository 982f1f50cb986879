"""Judge every row of a loaded season: good rows, rejects, and how many of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from wavepool.engine.columns.contract import Rule, Table
from wavepool.engine.columns.contracts import CONTRACTS
from wavepool.engine.columns.failing import (
    Judge,
    clashing_rows_sql,
    failing_count_sql,
    failing_rows_sql,
    judge,
    rejects_sql,
)
from wavepool.engine.columns.load import Loaded
from wavepool.engine.columns.rows import (
    complete,
    count_keys,
    count_rows,
    duplicate_rules,
    judged_columns,
    listed,
    number_copies,
    row_no_column,
    same_key,
)
from wavepool.engine.columns.wording import divided
from wavepool.engine.relations import Relations

REJECT_COLUMNS = ("table_name", "row_key", "row_no", "rule", "column_name", "value")
REJECT_SCHEMA = pa.schema(
    [(name, pa.int64() if name == "row_no" else pa.string()) for name in REJECT_COLUMNS]
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a policy knows: its scenes, and the currency of each of its pools."""

    scenes: tuple[str, ...]
    pools: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableCount:
    """Rows of a table: good + rejected = read. A row that breaks many rules counts once."""

    read: int
    good: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """Rows of a table that break one rule in one column."""

    table: str
    rule: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; the rows are the relations NAME (good) and `rejects`."""

    tables: Mapping[str, TableCount]
    rules: tuple[RuleCount, ...]

    @property
    def rejected(self) -> int:
        """Rows rejected in all tables."""
        return sum(count.rejected for count in self.tables.values())

    @property
    def is_clean(self) -> bool:
        return self.rejected == 0


class RowsLost(AssertionError):
    """Good and rejected rows of a table do not add up to those read: a fault of this room."""

    def __init__(self, table: str, count: TableCount) -> None:
        super().__init__(f"table {table}: {count.good} + {count.rejected} != {count.read}")
        self.table = table
        self.count = count


def check(rel: Relations, loaded: Loaded, *, known: Known | None = None) -> Checked:
    """Judge every row, register good rows as NAME and all faults as `rejects`.

    Tables are judged in the order of `CONTRACTS`, so a row that refers to a
    rejected row is rejected too. Row rules and references run in one pass over
    a table; keys are then counted; rules across rows (overlapping versions, sums
    of refunds) see only rows that passed the others. A table without rejects
    stays a view of its files.

    `rejects`: table_name, row_key (key columns joined by `|`), row_no (int64 from
    1 for CSV files and frames, else null), rule, column_name, value (text); one
    row per broken rule, in no particular order.

    Args:
        known: scenes and pools of the policy; without it scene ids and the
            currencies of pools are not compared with any policy.

    Guarantees, for every table: good + rejected = read, and keys of good rows
    are unique.
    """
    run = _Run(rel, loaded, _put_known(rel, known))
    for table in CONTRACTS.values():
        run.judge_table(table)
    run.register_rejects()
    return Checked(run.tables, tuple(run.rules))


def list_rejects(rel: Relations, *, limit: int = 100) -> pa.Table:
    """The first rejects by table, key, rule and column; `rejects` itself holds them all."""
    order = "table_name, row_key, rule, column_name, row_no"
    return rel.fetch(f"select * from rejects order by {order} limit {int(limit)}")


def _put_known(rel: Relations, known: Known | None) -> tuple[str, ...]:
    if known is None:
        return ()
    pools = sorted(known.pools.items())
    rel.put("policy_scenes", pa.table({"scene_id": pa.array(known.scenes, pa.string())}))
    rel.put(
        "policy_pools",
        pa.table(
            {
                "pool_id": pa.array([pool for pool, _ in pools], pa.string()),
                "currency": pa.array([currency for _, currency in pools], pa.string()),
            }
        ),
    )
    return ("policy_scenes", "policy_pools")


class _Run:
    """One check under way: counts so far and the queries that make up `rejects`."""

    def __init__(self, rel: Relations, loaded: Loaded, known: Sequence[str]) -> None:
        self.rel = rel
        self.loaded = loaded
        self.known = known
        self.gone: set[str] = set()
        self.tables: dict[str, TableCount] = {}
        self.rules: list[RuleCount] = []
        self.queries: list[str] = []

    def judge_table(self, table: Table) -> None:
        name = table.name
        judged = judge(table, self.loaded, known=self.known, gone=self.gone)
        keys = count_keys(self.rel, table, self.loaded.id_types)
        if not keys.rows:
            self._passed(judged, has_failing=False, has_copies=False)
            self._good(judged, has_failing=False, has_clashing=False)
            self.tables[name] = TableCount(0, 0, 0)
            return
        if keys.has_repeated:
            number_copies(self.rel, judged)
        failing = self._failing(judged, has_copies=keys.has_repeated)
        self._passed(judged, has_failing=failing > 0, has_copies=keys.has_repeated)
        clashing = self._clashing(judged) if judged.across_rules else 0
        self._good(judged, has_failing=failing > 0, has_clashing=clashing > 0)
        rejected = failing + clashing
        count = TableCount(
            keys.rows, count_rows(self.rel, name) if rejected else keys.rows, rejected
        )
        if count.good + count.rejected != count.read:
            raise RowsLost(name, count)
        self.tables[name] = count

    def register_rejects(self) -> None:
        if self.queries:
            self._table("rejects", "\nunion all\n".join(self.queries))
        else:
            self.rel.put("rejects", REJECT_SCHEMA.empty_table())

    def _failing(self, judged: Judge, *, has_copies: bool) -> int:
        """Register rows that break a row rule, if there are any, and count them."""
        name = judged.table.name
        rules = judged.row_rules + (duplicate_rules(judged.table) if has_copies else ())
        source = f"numbered_{name}" if has_copies else f"raw_{name}"
        # To count first costs a second pass over dirty tables and saves half of one over clean.
        probe = failing_count_sql(judged, rules, source=source)
        if not self.rel.fetch(divided(self.rel, probe)).column("n")[0].as_py():
            return 0
        self._table(f"failing_{name}", failing_rows_sql(judged, rules, source=source))
        return self._count_rules(judged, rules, f"failing_{name}")

    def _clashing(self, judged: Judge) -> int:
        """Register rows that break a rule across rows, and count them."""
        name, rules = judged.table.name, judged.across_rules
        sql = clashing_rows_sql(judged, rules, source=f"passed_{name}")
        self._table(f"clashing_{name}", sql)
        return self._count_rules(judged, rules, f"clashing_{name}")

    def _passed(self, judged: Judge, *, has_failing: bool, has_copies: bool) -> None:
        """Register rows that broke no row rule, and the keys that are gone."""
        name, table = judged.table.name, judged.table
        columns = listed(judged_columns(judged) + row_no_column(judged))
        if not has_failing:
            self.rel.view(f"passed_{name}", f"select {columns} from raw_{name}")
            return
        key = listed(table.key)
        self._table(
            f"lost_{name}",
            f"select distinct {key} from failing_{name} where {complete(table)}",
        )
        passed = (
            f"select {columns} from raw_{name} as r where {complete(table)} and not exists "
            f"(select 1 from lost_{name} as c where {same_key(table, 'r', 'c')})"
        )
        if has_copies:
            # One copy of equal rows stays, unless it broke another rule itself.
            passed += (
                f" union all select {columns} from copies_{name} as r "
                f"where r.versions = 1 and r.copy_no = 1 and not exists (select 1 from "
                f"failing_{name} as c where c.copy_no = 1 and {same_key(table, 'r', 'c')})"
            )
        self.rel.view(f"passed_{name}", passed)

    def _good(self, judged: Judge, *, has_failing: bool, has_clashing: bool) -> None:
        """Register good rows as NAME, and `gone_NAME` when any row was rejected."""
        name, table = judged.table.name, judged.table
        columns = listed([column.name for column in table.columns])
        good = f"select {columns} from passed_{name} as r"
        keys = [f"select {listed(table.key)} from lost_{name}"] if has_failing else []
        if has_clashing:
            keys.append(f"select {listed(table.key)} from clashing_{name}")
            good += (
                f" where not exists (select 1 from clashing_{name} as c "
                f"where {same_key(table, 'r', 'c')})"
            )
        self.rel.view(name, good)
        if keys:
            union = " union all ".join(keys)
            self.rel.view(
                f"gone_{name}", f"select distinct {listed(table.key)} from ({union}) as lost"
            )
            self.gone.add(name)

    def _count_rules(self, judged: Judge, rules: Sequence[Rule], source: str) -> int:
        sums = ", ".join(
            f"cast(coalesce(sum(rule_{index}), 0) as bigint) as rule_{index}"
            for index in range(len(rules))
        )
        row = self.rel.fetch(f"select count(*) as failing, {sums} from {source}").to_pylist()[0]
        counts = {index: int(row[f"rule_{index}"]) for index in range(len(rules))}
        self.rules += [
            RuleCount(judged.table.name, rule.name, rule.column, counts[index])
            for index, rule in enumerate(rules)
            if counts[index]
        ]
        self.queries += rejects_sql(judged, rules, counts, source=source)
        return int(row["failing"])

    def _table(self, name: str, sql: str) -> None:
        self.rel.table(name, divided(self.rel, sql))
