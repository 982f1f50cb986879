-- One row per order line paid in the period: the winner, its plan and the cuts, in order.
with resolved as (
    select
        l.line_id as line_id, l.order_id as order_id, l.buyer_id as buyer_id, l.shop_id as shop_id,
        l.item_id as item_id, l.currency as currency, l.paid_minor as paid_minor,
        l.platform_coupon_minor as platform_coupon_minor, l.shipping_minor as shipping_minor,
        l.tax_minor as tax_minor,
        l.paid_at as paid_at, l.received_at as received_at,
        case
            when w.line_id is null then 'organic'
            when w.host_shop_id is not null then 'host'
            when p.line_id is null then 'no_plan'
            when w.class_no = 3 then 'indirect'
            else 'direct'
        end as outcome,
        case when s.ended_at <= l.paid_at and l.paid_at < s.ended_at + $after_live_ms then true
            else false end as is_after_live,
        w.touch_id as touch_id, w.touched_at as touched_at, w.class_no as class_no,
        w.weight_ms as weight_ms, w.is_clicked as is_clicked, w.piece_id as piece_id,
        w.session_id as session_id, w.account_id as account_id, w.creator_id as creator_id,
        coalesce(v.payee_id, w.payee_id) as payee_id, n.scene_id as scene_id,
        case when n.pool_id = '' then null else n.pool_id end as pool_id,
        p.plan_id as plan_id, coalesce(p.rate_ppm, 0) as rate_ppm,
        coalesce(p.is_rate_locked, 0) as is_rate_locked,
        case when n.pool_id = '' then 1000000 - $fee_ppm else n.direct_ppm end as direct_ppm,
        greatest(l.paid_minor + l.platform_coupon_minor - l.shipping_minor - l.tax_minor, 0)
            as fee_base_minor,
        case when e.trust_days is null then null
            else l.received_at + e.trust_days * 86400000 end as settle_at
    from period_lines as l
    left join winners as w on w.line_id = l.line_id
    left join plan_choices as p on p.line_id = l.line_id and w.host_shop_id is null
    left join scenes_in_force as n on n.scene_no = w.scene_no
    left join sessions as s on s.session_id = w.session_id
    left join creator_payees as v
        on v.creator_id = w.creator_id and v.valid_from <= l.paid_at
        and (v.valid_to is null or l.paid_at < v.valid_to)
    left join payees as e on e.payee_id = coalesce(v.payee_id, w.payee_id)
),
cut as (
    select r.*,
        r.fee_base_minor // 1000000 * r.rate_ppm + r.fee_base_minor % 1000000 * r.rate_ppm // 1000000
            as commission_minor
    from resolved as r
),
legs as (
    select c.*,
        c.commission_minor // 1000000 * $fee_ppm + c.commission_minor % 1000000 * $fee_ppm // 1000000
            as fee_minor,
        c.commission_minor // 1000000 * c.direct_ppm
            + c.commission_minor % 1000000 * c.direct_ppm // 1000000 as pooled_direct_minor
    from cut as c
)
select
    g.line_id as line_id, g.order_id as order_id, g.buyer_id as buyer_id, g.shop_id as shop_id,
    g.item_id as item_id, g.currency as currency, g.paid_minor as paid_minor,
    g.platform_coupon_minor as platform_coupon_minor, g.shipping_minor as shipping_minor,
    g.tax_minor as tax_minor, g.paid_at as paid_at,
    g.received_at as received_at, g.outcome as outcome, g.is_after_live as is_after_live,
    g.touch_id as touch_id, g.touched_at as touched_at, g.class_no as class_no,
    g.weight_ms as weight_ms, g.is_clicked as is_clicked, g.piece_id as piece_id,
    g.session_id as session_id, g.account_id as account_id, g.creator_id as creator_id,
    g.payee_id as payee_id, g.scene_id as scene_id, g.pool_id as pool_id, g.plan_id as plan_id,
    g.rate_ppm as rate_ppm, g.is_rate_locked as is_rate_locked,
    case when g.plan_id is null then 0 else $fee_ppm end as fee_ppm,
    case when g.plan_id is null then 0 else g.direct_ppm end as direct_ppm,
    g.fee_base_minor as fee_base_minor,
    g.commission_minor as commission_minor,
    case when g.pool_id is null then g.commission_minor - g.fee_minor
        else g.pooled_direct_minor end as direct_minor,
    g.fee_minor as fee_minor,
    case when g.pool_id is null then cast(0 as bigint)
        else g.commission_minor - g.pooled_direct_minor - g.fee_minor end as pool_minor,
    g.settle_at as settle_at
from legs as g
