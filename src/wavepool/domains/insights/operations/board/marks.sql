-- What sums up each day's own facts; a day with another mark than before got late facts.
with looked as (
    select y.day_no as day_no, count(*) as touches, cast(sum(t.dwell_ms) as bigint) as dwell_ms
    from days as y
    join touches as t on y.starts_at <= t.touched_at and t.touched_at < y.ends_at
    group by y.day_no
),
given_back as (
    select r.line_id as line_id, cast(sum(r.refund_minor) as bigint) as refunded_minor
    from refunds as r
    group by r.line_id
),
bought as (
    select
        y.day_no as day_no, count(*) as lines, cast(sum(l.paid_minor) as bigint) as paid_minor,
        cast(sum(coalesce(g.refunded_minor, 0)) as bigint) as refunded_minor,
        count(c.line_id) as cancelled, count(l.received_at) as received
    from days as y
    join order_lines as l on y.starts_at <= l.paid_at and l.paid_at < y.ends_at
    left join given_back as g on g.line_id = l.line_id
    left join cancellations as c on c.line_id = l.line_id
    group by y.day_no
),
aired as (
    select y.day_no as day_no, count(*) as sessions, cast(sum(n.effective_ms) as bigint) as air_ms
    from days as y
    join sessions as n on y.starts_at <= n.started_at and n.started_at < y.ends_at
    group by y.day_no
)
select
    y.day_no as day_no, coalesce(k.touches, 0) as touches, coalesce(k.dwell_ms, 0) as dwell_ms,
    coalesce(b.lines, 0) as lines, coalesce(b.paid_minor, 0) as paid_minor,
    coalesce(b.refunded_minor, 0) as refunded_minor, coalesce(b.cancelled, 0) as cancelled,
    coalesce(b.received, 0) as received, coalesce(a.sessions, 0) as sessions,
    coalesce(a.air_ms, 0) as air_ms
from days as y
left join looked as k on k.day_no = y.day_no
left join bought as b on b.day_no = y.day_no
left join aired as a on a.day_no = y.day_no
order by y.day_no
