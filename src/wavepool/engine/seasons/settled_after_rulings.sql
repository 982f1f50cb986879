-- Lines settled before, with what the last period's rulings freed in their pool leg. What refunds
-- left of the leg and what was freed are, as a leg x of which the refunded fraction b is gone,
-- x - floor(x * b) together; so x is floor(left / (1 - b)), and a full refund takes all of it.
with freed as (
    select u.line_id as line_id, cast(sum(u.freed_minor) as bigint) as freed_minor
    from opening_ruled_parts as u
    where u.pool_id is not null
    group by u.line_id
),
remaining as (
    select s.*, f.freed_minor as freed_minor,
        case when s.reversed_num = 0 or f.freed_minor is null then s.pool_minor
            else s.pool_minor - s.pool_minor * s.reversed_num // s.reversed_den end
            + coalesce(f.freed_minor, 0) as left_minor
    from opening_settled as s
    left join freed as f on f.line_id = s.line_id
)
select
    r.line_id as line_id, r.order_id as order_id, r.shop_id as shop_id, r.buyer_id as buyer_id,
    r.currency as currency, r.paid_minor as paid_minor,
    r.platform_coupon_minor as platform_coupon_minor, r.shipping_minor as shipping_minor,
    r.tax_minor as tax_minor, r.paid_at as paid_at, r.creator_id as creator_id,
    r.payee_id as payee_id, r.scene_id as scene_id, r.pool_id as pool_id, r.plan_id as plan_id,
    r.rate_ppm as rate_ppm, r.direct_ppm as direct_ppm, r.fee_ppm as fee_ppm,
    r.commission_minor as commission_minor, r.direct_minor as direct_minor,
    r.fee_minor as fee_minor,
    case when r.freed_minor is null or r.reversed_num = r.reversed_den then r.pool_minor
        when r.reversed_num = 0 then r.left_minor
        else r.left_minor * r.reversed_den // (r.reversed_den - r.reversed_num) end as pool_minor,
    r.settled_period as settled_period, r.reversed_num as reversed_num,
    r.reversed_den as reversed_den
from remaining as r
