"""What is known of the source before anything is settled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from examples.complete_journey.season import put_days
from wavepool.engine.policy import Policy

_COUNTS = """
select
    (select count(*) from transactions) as lines,
    (select cast(sum(cast(sales_value as decimal(18, 2))) * 100 as bigint) from transactions)
        as sales_minor,
    (select count(*) from transactions where quantity = 0) as zero_quantities,
    (select count(*) from transactions where sales_value < 1e-9) as zero_prices,
    (select count(*) from transactions where sales_value > 0 and sales_value < 1e-9) as dust,
    (select count(*) from coupons) as coupon_rows,
    (select count(*) from coupons) - (select count(*) from coupon_products) as repeated_coupon_rows,
    (select count(*) from coupon_redemptions) as redemptions,
    (select count(*) from redemptions as r where exists (
        select 1 from coupon_products as c
        where c.coupon_upc = r.coupon_upc and c.campaign_id = r.campaign_id
    )) as resolved_redemptions
"""
_SAME_DAY = """
select count(distinct r.redemption_no) as n
from redemptions as r
join coupon_products as c on c.coupon_upc = r.coupon_upc and c.campaign_id = r.campaign_id
join reading as d on d.day = datediff('day', date '1970-01-01', cast(r.redemption_date as date))
join transactions as t on t.household_id = r.household_id and t.product_id = c.product_id
    and epoch_ms(t.transaction_timestamp) >= d.starts_at
    and epoch_ms(t.transaction_timestamp) < d.ends_at
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of the source; `zero_prices` holds `dust`, sums in floats just above zero.

    `resolved_redemptions` name a campaign that has their coupon.
    """

    lines: int
    sales_minor: int
    zero_quantities: int
    zero_prices: int
    dust: int
    coupon_rows: int
    repeated_coupon_rows: int
    redemptions: int
    resolved_redemptions: int


def count_facts(source: duckdb.DuckDBPyConnection) -> Facts:
    """Count the source's tables as `open_source` registers them."""
    return Facts(*source.execute(_COUNTS).fetchall()[0])


def count_same_day(source: duckdb.DuckDBPyConnection, policy: Policy, *, zone: str) -> int:
    """Redemptions whose household bought a covered product on the redemption's own day.

    The redemption is a date. A purchase is an instant; which date it falls on is
    for the zone to say.
    """
    put_days(source, "reading", replace(policy, zone=zone))
    found = source.execute(_SAME_DAY).fetchall()
    source.unregister("reading")
    return int(found[0][0])
