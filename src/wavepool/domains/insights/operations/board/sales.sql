-- Orders and money by the moment of payment, by window and part: in each currency, and once
-- across currencies ('') where only whole numbers of orders and people may be added.
select
    w.window_id as window_id, w.is_earlier as is_earlier, d.dimension as dimension,
    case d.dimension when 'tier' then l.tier when 'anchor_kind' then l.anchor_kind
        when 'channel' then l.channel else '' end as part,
    case when p.is_own then l.currency else '' end as currency,
    count(*) as order_lines,
    count(distinct l.order_id) as orders,
    count(distinct l.buyer_id) as buyers,
    count(distinct case when l.is_live then l.buyer_id end) as buyers_live,
    cast(sum(l.paid_minor) as bigint) as gmv_paid,
    cast(sum(l.refunded_minor) as bigint) as gmv_refunded,
    cast(sum(l.net_minor) as bigint) as gmv_net,
    cast(sum(l.received_minor) as bigint) as gmv_received,
    cast(sum(case when l.is_guided then l.paid_minor else 0 end) as bigint) as gmv_guided,
    cast(sum(case when l.is_live then l.paid_minor else 0 end) as bigint) as gmv_live
from sold as l
join windows as w on w.starts_at <= l.paid_at and l.paid_at < w.ends_at
cross join dimensions as d
cross join purses as p
group by 1, 2, 3, 4, 5
