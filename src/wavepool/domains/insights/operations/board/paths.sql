-- Orders by their way to the payment: how many touches of the buyer lie in the reach before it,
-- and how many whole hours passed from the first of them.
with bought as (
    select l.order_id as order_id, min(l.buyer_id) as buyer_id, min(l.paid_at) as paid_at
    from order_lines as l
    group by l.order_id
),
ways as (
    select
        b.order_id as order_id, min(b.paid_at) as paid_at, count(s.touch_id) as touches,
        (min(b.paid_at) - min(s.touched_at)) // 3600000 as hours
    from bought as b
    left join seen as s
        on s.viewer_id = b.buyer_id and s.touched_at <= b.paid_at
        and b.paid_at - $reach_ms < s.touched_at
    group by b.order_id
),
steps as (
    select
        y.paid_at as paid_at, 'path_touches' as dimension,
        case when y.touches <= 3 then cast(y.touches as varchar)
            when y.touches <= 5 then '4-5' when y.touches <= 10 then '6-10' else '11+' end as part
    from ways as y
    union all
    select
        y.paid_at as paid_at, 'path_hours' as dimension,
        case when y.hours is null then 'organic' when y.hours < 1 then '0'
            when y.hours < 6 then '1-5' when y.hours < 24 then '6-23'
            when y.hours < 72 then '24-71' when y.hours < 168 then '72-167' else '168+' end as part
    from ways as y
)
select
    w.window_id as window_id, w.is_earlier as is_earlier, t.dimension as dimension,
    t.part as part, '' as currency, count(*) as path_orders
from steps as t
join windows as w on w.starts_at <= t.paid_at and t.paid_at < w.ends_at
group by 1, 2, 3, 4
