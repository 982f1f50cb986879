"""A closed month as transfers of the ledger: the run's own, then debts, corrections and tax."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from wavepool.engine.relations import hide_progress

#: What a statement adds to the run's transfers, one row a payee and currency.
HEADS: Final = pa.schema(
    [
        ("payee_id", pa.int64()),
        ("currency", pa.string()),
        ("debt_in_minor", pa.int64()),
        ("debt_out_minor", pa.int64()),
        ("owed_in_minor", pa.int64()),
        ("owed_out_minor", pa.int64()),
        ("tax_minor", pa.int64()),
        ("net_minor", pa.int64()),
    ]
)
#: Corrections of the month, + to the payee.
CORRECTIONS: Final = pa.schema(
    [
        ("payee_id", pa.int64()),
        ("currency", pa.string()),
        ("key", pa.string()),
        ("amount_minor", pa.int64()),
    ]
)
#: As much as the books keep of what a transfer is about; what is cut ends in a mark of the whole.
_SUBJECT_MAX: Final = 80
_MARK: Final = 12
#: The engine's word for an account as the ledger's code, with its parts.
_ACCOUNTS: Final = """
create macro code_of(word, currency) as case
    when word like 'payee:%' then concat(word, ':wallet:', currency)
    when word like 'shop:%' then concat(word, ':receivable:', currency)
    when word like 'pool:%' then concat(word, ':pool:', currency)
    when word like 'escrow:%'
        then concat('hold:', replace(substr(word, 8), ':', '.'), ':escrow:', currency)
    when word like 'carry_liability:%' then concat('platform:carry:', currency)
    when word like 'budget:%'
        then concat('programme:', substr(word, 8), ':budget:', currency)
    when word = 'platform:fee' then concat('platform:fee:', currency)
    when word = 'platform:subsidy' then concat('platform:subsidy:budget:', currency)
    else concat(word, ':unknown:', currency)
end
"""
# Who is paid comes before who pays, so that no chunk takes an account below zero.
_RUN: Final = """
select case substr(key, 1, 1) when 'U' then 20 when 'C' then 21 when 'G' then 22 when 'L' then 23
        when 'F' then 24 when 'A' then 25 when 'J' then 26 when 'D' then 27 when 'M' then 28
        else 29 end as step,
    key, code_of(debit, currency) as debit, code_of(credit, currency) as credit, currency,
    amount_minor,
    case
        when key like 'A:%' then 'award'
        when key like 'C:%' then 'commission'
        when key like 'D:%' then 'pool_distributed'
        when key like 'F:%' then 'platform_fee'
        when key like 'G:%' then 'agency_share'
        when key like 'J:%' then 'ruling'
        when key like 'L:%' then 'pool_leg'
        when key like 'M:%' and split_part(key, ':', 3) = 'P' then 'pool_share'
        when key like 'M:%' and split_part(key, ':', 3) = 'A' then 'programme_award'
        when key like 'M:%' then 'agency_share'
        when key like 'Ragency:%' then 'refund_agency'
        when key like 'Rfee:%' then 'refund_fee'
        when key like 'Rkept:%' then 'refund_commission'
        when key like 'Rpool:%' then 'refund_pool'
        when key like 'U:%' then 'subsidy'
        else 'other'
    end as kind
from run_transfers
"""
_BEYOND: Final = """
with h as (select *, concat('payee:', payee_id) as who from heads)
select 11 as step, concat('DO:', payee_id, ':', currency) as key,
    concat(who, ':receivable:', currency) as debit, concat(who, ':wallet:', currency) as credit,
    currency, debt_out_minor as amount_minor, 'debt' as kind from h where debt_out_minor > 0
union all
select 12, concat('OO:', payee_id, ':', currency), concat(who, ':receivable:', currency),
    concat(who, ':wallet:', currency), currency, owed_out_minor, 'debt' from h
where owed_out_minor > 0
union all
select 40, concat('DI:', payee_id, ':', currency), concat(who, ':wallet:', currency),
    concat(who, ':receivable:', currency), currency, debt_in_minor, 'debt_repaid' from h
where debt_in_minor > 0
union all
select 41, concat('OI:', payee_id, ':', currency), concat(who, ':wallet:', currency),
    concat(who, ':receivable:', currency), currency, owed_in_minor, 'debt_repaid' from h
where owed_in_minor > 0
union all
select 42, concat('T:', payee_id, ':', currency), concat(who, ':wallet:', currency),
    concat('tax:office:clearing:', currency), currency, tax_minor, 'tax' from h
where tax_minor > 0
union all
select 13, key, concat('platform:corrections:budget:', currency),
    concat('payee:', payee_id, ':wallet:', currency), currency, amount_minor, 'correction'
from corrections where amount_minor > 0
union all
select 30, key, concat('payee:', payee_id, ':wallet:', currency),
    concat('platform:corrections:budget:', currency), currency, -amount_minor, 'correction'
from corrections where amount_minor < 0
union all
select 14, concat('PO:', pool_id), concat('pool:', pool_id, ':receivable:', currency),
    concat('pool:', pool_id, ':pool:', currency), currency, deficit_out_minor, 'pool_deficit'
from pool_accounts where deficit_out_minor > 0
union all
select 43, concat('PI:', pool_id), concat('pool:', pool_id, ':pool:', currency),
    concat('pool:', pool_id, ':receivable:', currency), currency, deficit_in_minor, 'pool_deficit'
from pool_accounts where deficit_in_minor > 0
"""
#: The operator pays in what it spends: budgets of programmes, subsidies, corrections.
_FUNDING: Final = """
select 10 as step, concat('FUND:', debit) as key, concat('bank:operator:external:', currency) as debit,
    debit as credit, currency, sum(amount_minor)::bigint as amount_minor, 'funding' as kind
from moves where split_part(debit, ':', 3) = 'budget' group by debit, currency
"""
_ROWS: Final = """
with named as (
    select *, concat('settlement:', '{period}', ':', key) as whole from transfers
)
select key, debit, credit, currency, amount_minor, kind,
    case when length(whole) <= {longest} then whole
        else concat(substr(whole, 1, {longest} - {mark} - 1), '~', substr(md5(key), 1, {mark}))
    end as subject
from named order by step, key
"""
_NETS: Final = """
with moved as (
    select credit as code, currency, amount_minor from transfers
    union all select debit, currency, -amount_minor from transfers
),
wallets as (
    select split_part(code, ':', 2)::bigint as payee_id, currency,
        sum(amount_minor)::bigint as moved_minor
    from moved where code like 'payee:%:wallet:%' group by all
)
select coalesce(w.payee_id, h.payee_id) as payee_id, coalesce(w.currency, h.currency) as currency,
    coalesce(w.moved_minor, 0)::bigint as moved_minor,
    coalesce(h.net_minor, 0)::bigint as net_minor
from wallets as w full join heads as h on h.payee_id = w.payee_id and h.currency = w.currency
where coalesce(w.moved_minor, 0) <> coalesce(h.net_minor, 0)
order by 1, 2
"""


class PostingTables:
    """The transfers of one month, in the order in which they are posted."""

    def __init__(self, store: duckdb.DuckDBPyConnection, period: str) -> None:
        self._store = store
        self._period = period

    def account_codes(self) -> list[str]:
        """Every account that the transfers name, in order."""
        sql = "select debit from transfers union select credit from transfers order by 1"
        return [row[0] for row in self._store.sql(sql).fetchall()]

    def count(self) -> int:
        """How many transfers there are."""
        ((count,),) = self._store.sql("select count(*) from transfers").fetchall()
        return int(count)

    def wrong_nets(self) -> list[dict[str, Any]]:
        """Wallets that the transfers would not move by their statement's net."""
        rows: list[dict[str, Any]] = self._store.sql(_NETS).to_arrow_table().to_pylist()
        return rows

    def chunks(self, rows: int) -> Iterator[pa.Table]:
        """The transfers in tables of so many rows: key, debit, credit, currency, amount_minor, …"""
        rows_sql = _ROWS.format(period=self._period, longest=_SUBJECT_MAX, mark=_MARK)
        relation = self._store.sql(rows_sql)
        for batch in relation.to_arrow_reader(rows):
            if batch.num_rows:
                yield pa.Table.from_batches([batch])


@contextmanager
def open_postings(
    folder: Path, period: str, *, heads: pa.Table, corrections: pa.Table
) -> Iterator[PostingTables]:
    """The transfers of a month of a finished run, with what its statements add.

    Args:
        folder: the run's.
        heads: as `HEADS`.
        corrections: as `CORRECTIONS`.
    """
    month = folder / period
    store = duckdb.connect()
    try:
        hide_progress(store)
        store.execute("set threads = 2")
        store.execute("set allowed_directories = ?", [[f"{month}/"]])
        for name, file in (("run_transfers", "transfers"), ("pool_accounts", "pool_accounts")):
            quoted = str(month / f"{file}.parquet").replace("'", "''")
            store.execute(f"create view {name} as select * from read_parquet('{quoted}')")
        store.register("heads", heads.cast(HEADS))
        store.register("corrections", corrections.cast(CORRECTIONS))
        store.execute(_ACCOUNTS)
        store.execute(f"create table moves as {_RUN} union all ({_BEYOND})")
        store.execute(f"create view transfers as select * from moves union all {_FUNDING}")
        yield PostingTables(store, period)
    finally:
        store.close()
