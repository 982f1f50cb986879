"""A run's month as rows of statements: one reading of its files, nothing summed twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from wavepool.engine.relations import hide_progress

__all__ = ["MonthTables", "open_month"]

#: Lines with what they group under, whose content earned them, and what they were before the
#: agency's part. `{end}` is the month's last millisecond, for what has no order of its own.
_LINES: Final = """
with parts as (
    select payee_id, ref_id, sum(award_micro) as award_micro, sum(part_micro) as part_micro
    from agency_parts group by payee_id, ref_id
),
named as (
    select l.*,
        case when l.kind in ('commission', 'refund') or l.line_key like 'G:%'
            then try_cast(l.ref_id as bigint) end as order_line,
        case when l.kind in ('commission', 'refund') or l.line_key like 'G:%'
            then try_cast(split_part(l.line_key, ':', 3) as bigint) end as party
    from statement_lines as l
)
select n.leaf_no, n.payee_id, n.currency, n.line_key, n.kind, n.amount_minor, n.micro, n.is_held,
    n.digest,
    coalesce(
        case n.kind when 'pool' then n.ref_id when 'award' then n.ref_id
            when 'adjustment' then j.cause end,
        s.scene_id, o.scene_id, '') as source,
    coalesce(n.order_line, j.line_id) as order_line_id,
    coalesce(n.party, j.creator_id, a.creator_id) as creator_id,
    case
        when n.kind = 'commission' then h.direct_minor::bigint * 1000000
        when n.kind in ('pool', 'award') then coalesce(p.award_micro, n.micro)
        else n.micro
    end::bigint as gross_micro,
    coalesce(s.paid_at, o.paid_at, {end}) as occurred_ms
from named as n
left join settling as s on s.line_id = n.order_line
left join settled as o on o.line_id = n.order_line
left join settling_shares as h
    on n.kind = 'commission' and h.line_id = n.order_line and h.creator_id = n.party
left join parts as p on p.payee_id = n.payee_id and p.ref_id = n.line_key
left join ruled_parts as j
    on n.kind = 'adjustment' and j.line_key = n.line_key and j.payee_id = n.payee_id
left join awards_of_creators as a on n.kind = 'award' and a.line_key = n.line_key
"""
_STATEMENTS: Final = """
with carried as (
    select payee_id, currency,
        arg_min(carry_in_micro, row(order_no, line_key)) as carry_in_micro,
        arg_max(carry_out_micro, row(order_no, line_key)) as carry_out_micro
    from micro_lines group by payee_id, currency
),
sums as (
    select payee_id, currency,
        sum(case when kind = 'commission' then gross_micro else 0 end) // 1000000
            as commission_minor,
        sum(case when kind = 'pool' then gross_micro else 0 end) as pool_micro,
        sum(case when kind = 'award' then gross_micro else 0 end) as award_micro,
        sum(case when kind = 'agency' or line_key like 'RG:%' then micro else 0 end)
            as agency_income_micro,
        sum(case when kind = 'refund' and line_key not like 'RG:%' then -amount_minor else 0 end)
            as refund_minor,
        sum(case when kind in ('commission', 'pool', 'award') then gross_micro - micro else 0 end)
            as agency_split_micro,
        sum(case when kind = 'adjustment' then amount_minor else 0 end) as adjustment_minor,
        sum(case when kind <> 'debt' then 1 else 0 end) as line_count
    from month_lines group by payee_id, currency
)
select s.payee_id, s.currency,
    coalesce(u.commission_minor, 0)::bigint as commission_minor,
    coalesce(u.pool_micro, 0)::bigint as pool_micro,
    coalesce(u.award_micro, 0)::bigint as award_micro,
    coalesce(u.agency_income_micro, 0)::bigint as agency_income_micro,
    coalesce(u.refund_minor, 0)::bigint as refund_minor,
    coalesce(u.agency_split_micro, 0)::bigint as agency_split_micro,
    coalesce(u.adjustment_minor, 0)::bigint as adjustment_minor,
    s.held_minor, coalesce(c.carry_in_micro, 0)::bigint as carry_in_micro,
    coalesce(c.carry_out_micro, 0)::bigint as carry_out_micro,
    s.debt_in_minor, s.debt_out_minor, s.payable_minor,
    coalesce(u.line_count, 0)::bigint as line_count
from statements as s
left join sums as u on u.payee_id = s.payee_id and u.currency = s.currency
left join carried as c on c.payee_id = s.payee_id and c.currency = s.currency
order by s.payee_id, s.currency
"""
_ROWS: Final = """
select i.statement_id, l.leaf_no, l.line_key as key, l.kind, l.source, l.order_line_id,
    l.creator_id, l.currency, l.amount_minor, l.micro, l.gross_micro, l.is_held,
    make_timestamptz(l.occurred_ms * 1000) as occurred_at, l.digest
from month_lines as l
join statement_ids as i on i.payee_id = l.payee_id and i.currency = l.currency
where l.leaf_no >= ? and l.leaf_no < ? order by l.leaf_no
"""
#: What awards call their lines: programme, right, subject and, for agencies, the anchor.
_AWARDS: Final = """
select concat('A:', programme_id, ':', once_key, ':', subject_id,
        case when anchor_id is null then '' else concat(':', anchor_id) end) as line_key,
    case when subject_kind = 'creator' then subject_id else anchor_id end as creator_id
from awards
"""
_NO_AWARDS: Final = "select null::varchar as line_key, null::bigint as creator_id where false"
_READ: Final = {
    "statement_lines": "statement_lines",
    "statements": "statements",
    "micro_lines": "micro_lines",
    "agency_parts": "agency_parts",
    "settling": "settling",
    "settling_shares": "settling_shares",
    "ruled_parts": "ruled_parts",
    "settled": "state/settled",
}


class MonthTables:
    """One month of a finished run, open for reading."""

    def __init__(self, store: duckdb.DuckDBPyConnection) -> None:
        self._store = store

    def statements(self) -> pa.Table:
        """Columns of `Statement` that the run knows, with payee_id and currency, in their order."""
        return self._store.sql(_STATEMENTS).to_arrow_table()

    def line_count(self) -> int:
        """How many lines there are, debts included."""
        ((count,),) = self._store.sql("select count(*) from month_lines").fetchall()
        return int(count)

    def name_statements(self, ids: pa.Table) -> None:
        """Say which statement each line belongs to: payee_id, currency, statement_id."""
        self._store.register("statement_ids", ids)

    def lines(self, first: int, count: int) -> pa.Table:
        """Rows of lines by `leaf_no` from `first` on, of statements that were named."""
        return self._store.sql(_ROWS, params=[first, first + count]).to_arrow_table()


@contextmanager
def open_month(folder: Path, period: str, *, ends_ms: int) -> Iterator[MonthTables]:
    """Open a month of a run; the connection reads that month's files and nothing else.

    Args:
        folder: the run's.
        ends_ms: the month's end, epoch milliseconds UTC.

    Raises:
        FileNotFoundError: the run has no such month.
    """
    month = folder / period
    paths = {name: month / f"{file}.parquet" for name, file in _READ.items()}
    for path in paths.values():
        if not path.exists():
            raise FileNotFoundError(path)
    awards = month / "awards.parquet"
    if awards.exists():
        paths["awards"] = awards
    store = duckdb.connect()
    try:
        hide_progress(store)
        store.execute("set threads = 2")
        store.execute("set timezone = 'UTC'")
        store.execute("set allowed_directories = ?", [[f"{month}/"]])
        store.execute("set enable_external_access = false")
        for name, path in paths.items():
            quoted = str(path).replace("'", "''")
            store.execute(f"create view {name} as select * from read_parquet('{quoted}')")
        shape = _AWARDS if "awards" in paths else _NO_AWARDS
        store.execute(f"create view awards_of_creators as {shape}")
        store.execute(f"create table month_lines as {_LINES.format(end=ends_ms - 1)}")
        yield MonthTables(store)
    finally:
        store.close()
