-- What each creator did and earned on each local day of the period: the counters of programmes.
with rows_now as (
    select a.creator_id as creator_id, d.day as day, cast(1 as bigint) as sessions,
        case when s.effective_ms >= 1800000 then cast(1 as bigint) else cast(0 as bigint) end
            as effective_sessions,
        s.effective_ms as effective_ms, cast(0 as bigint) as received_minor, cast(0 as bigint) as fans
    from sessions as s
    join pieces as p on p.piece_id = s.piece_id
    join accounts as a on a.account_id = p.account_id
    join hours as d on d.quarter = s.started_at // 900000
    where s.started_at >= $starts_at and s.started_at < $ends_at
    union all
    select c.creator_id as creator_id, d.day as day, cast(0 as bigint) as sessions,
        cast(0 as bigint) as effective_sessions, cast(0 as bigint) as effective_ms,
        case when r.refunded_num is null then c.paid_minor
            when r.refunded_num = r.refunded_den then cast(0 as bigint)
            else c.paid_minor - r.refunded_num end as received_minor,
        cast(0 as bigint) as fans
    from open_credits as c
    join hours as d on d.quarter = c.received_at // 900000
    left join refund_totals as r on r.line_id = c.line_id
    where c.received_at >= $starts_at and c.received_at < $ends_at
    union all
    select f.creator_id as creator_id, f.day as day, cast(0 as bigint) as sessions,
        cast(0 as bigint) as effective_sessions, cast(0 as bigint) as effective_ms,
        cast(0 as bigint) as received_minor, f.fans as fans
    from fan_days as f
)
select n.creator_id as creator_id, n.day as day,
    cast(sum(n.sessions) as bigint) as sessions,
    cast(sum(n.effective_sessions) as bigint) as effective_sessions,
    cast(sum(n.effective_ms) as bigint) as effective_ms,
    cast(sum(n.received_minor) as bigint) as received_minor,
    cast(sum(n.fans) as bigint) as fans
from rows_now as n
group by n.creator_id, n.day
