-- What a shop's content sales cost, by creator: lines paid in the month as they stand, and lines that
-- became final in it with what of them was refunded. A line of nobody has creator 0.
with taken as (
    select h.line_id as line_id, cast(sum(h.agency_minor) as bigint) as agency_minor
    from shares as h
    group by 1
),
paid as (
    select
        coalesce(c.creator_id, 0) as creator_id, c.currency as currency, count(*) as spend_lines,
        cast(sum(c.paid_minor) as bigint) as spend_gmv,
        cast(sum(case when c.received_at is null then 0 else c.paid_minor end) as bigint)
            as spend_received,
        cast(sum(c.commission_minor) as bigint) as spend_commission,
        cast(sum(c.direct_minor) as bigint) as spend_direct,
        cast(sum(c.direct_minor - coalesce(t.agency_minor, 0)) as bigint) as spend_creator,
        cast(sum(coalesce(t.agency_minor, 0)) as bigint) as spend_agency,
        cast(sum(c.pool_minor) as bigint) as spend_pool,
        cast(sum(c.fee_minor) as bigint) as spend_fee
    from credits as c
    left join taken as t on t.line_id = c.line_id
    group by 1, 2
),
settled as (
    select
        coalesce(s.creator_id, 0) as creator_id, s.currency as currency, s.paid_minor as paid_minor,
        case when s.refunded_den = 0 then 0
            else s.paid_minor // s.refunded_den * s.refunded_num
                + s.paid_minor % s.refunded_den * s.refunded_num // s.refunded_den end
            as refunded_minor,
        s.net_commission_minor as net_commission_minor
    from settling as s
),
final as (
    select
        t.creator_id as creator_id, t.currency as currency,
        cast(sum(t.paid_minor) as bigint) as spend_final_gmv,
        cast(sum(t.refunded_minor) as bigint) as spend_refunded,
        cast(sum(t.paid_minor - t.refunded_minor) as bigint) as spend_net_gmv,
        cast(sum(t.net_commission_minor) as bigint) as spend_net_commission
    from settled as t
    group by 1, 2
)
select
    coalesce(p.creator_id, f.creator_id) as creator_id,
    coalesce(p.currency, f.currency) as currency,
    coalesce(p.spend_lines, 0) as spend_lines, coalesce(p.spend_gmv, 0) as spend_gmv, coalesce(p.spend_received, 0) as spend_received,
    coalesce(p.spend_commission, 0) as spend_commission,
    coalesce(p.spend_direct, 0) as spend_direct, coalesce(p.spend_creator, 0) as spend_creator,
    coalesce(p.spend_agency, 0) as spend_agency, coalesce(p.spend_pool, 0) as spend_pool,
    coalesce(p.spend_fee, 0) as spend_fee, coalesce(f.spend_final_gmv, 0) as spend_final_gmv,
    coalesce(f.spend_refunded, 0) as spend_refunded, coalesce(f.spend_net_gmv, 0) as spend_net_gmv,
    coalesce(f.spend_net_commission, 0) as spend_net_commission
from paid as p
full join final as f on f.creator_id = p.creator_id and f.currency = p.currency
order by 2, 4 desc, 1
