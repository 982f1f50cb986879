-- What was refunded of each line before the period's end, as a fraction. A cancellation
-- is the whole line, also where nothing was paid.
select
    l.line_id as line_id,
    case when l.is_cancelled = 1 then cast(1 as bigint) else least(l.refunded_minor, l.paid_minor) end
        as refunded_num,
    case when l.is_cancelled = 1 or l.paid_minor = 0 then cast(1 as bigint) else l.paid_minor end
        as refunded_den
from (
    select c.line_id as line_id, max(c.paid_minor) as paid_minor,
        cast(sum(c.refund_minor) as bigint) as refunded_minor, max(c.is_cancelled) as is_cancelled
    from (
        select k.line_id as line_id, k.paid_minor as paid_minor, r.refund_minor as refund_minor,
            cast(0 as bigint) as is_cancelled
        from known_lines as k
        join refunds as r on r.line_id = k.line_id
        where r.refunded_at < $ends_at
        union all
        select k.line_id as line_id, k.paid_minor as paid_minor, cast(0 as bigint) as refund_minor,
            cast(1 as bigint) as is_cancelled
        from known_lines as k
        join cancellations as x on x.line_id = k.line_id
        where x.cancelled_at < $ends_at
    ) as c
    group by c.line_id
) as l
