-- Every order line with what is left of it and the touch it belongs to: the buyer's last in
-- the reach before the payment. A line without one is organic.
with given_back as (
    select r.line_id as line_id, cast(sum(r.refund_minor) as bigint) as refunded_minor
    from refunds as r
    group by r.line_id
),
brought as (
    select
        l.line_id as line_id, s.creator_id as creator_id, s.tier as tier,
        s.anchor_kind as anchor_kind, s.channel as channel, s.is_live as is_live,
        row_number() over (
            partition by l.line_id order by s.touched_at desc, s.touch_id desc
        ) as turn
    from order_lines as l
    join seen as s
        on s.viewer_id = l.buyer_id and s.touched_at <= l.paid_at
        and l.paid_at - $reach_ms < s.touched_at
),
reversed as (
    select
        l.line_id as line_id,
        case when c.line_id is not null then l.paid_minor
            else coalesce(g.refunded_minor, 0) end as refunded_minor
    from order_lines as l
    left join given_back as g on g.line_id = l.line_id
    left join cancellations as c on c.line_id = l.line_id
)
select
    l.line_id as line_id, l.order_id as order_id, l.buyer_id as buyer_id, l.currency as currency,
    l.paid_at as paid_at, l.paid_minor as paid_minor, r.refunded_minor as refunded_minor,
    l.paid_minor - r.refunded_minor as net_minor,
    case when l.received_at is null then 0 else l.paid_minor - r.refunded_minor end
        as received_minor,
    b.line_id is not null as is_guided, coalesce(b.is_live, false) as is_live,
    b.creator_id as creator_id, coalesce(b.tier, 'organic') as tier,
    coalesce(b.anchor_kind, 'organic') as anchor_kind, coalesce(b.channel, 'organic') as channel
from order_lines as l
join reversed as r on r.line_id = l.line_id
left join brought as b on b.line_id = l.line_id and b.turn = 1
