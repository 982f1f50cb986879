-- Lines with a winner that are not settled yet, with the receipt of goods as known now.
select
    c.line_id as line_id, c.order_id as order_id, c.buyer_id as buyer_id, c.shop_id as shop_id,
    c.item_id as item_id, c.currency as currency, c.paid_minor as paid_minor,
    c.platform_coupon_minor as platform_coupon_minor, c.shipping_minor as shipping_minor,
    c.tax_minor as tax_minor, c.paid_at as paid_at,
    coalesce(l.received_at, c.received_at) as received_at,
    c.outcome as outcome, c.is_after_live as is_after_live, c.touch_id as touch_id,
    c.touched_at as touched_at, c.class_no as class_no, c.weight_ms as weight_ms,
    c.is_clicked as is_clicked, c.piece_id as piece_id, c.session_id as session_id,
    c.account_id as account_id, c.creator_id as creator_id, c.payee_id as payee_id,
    c.scene_id as scene_id, c.pool_id as pool_id, c.plan_id as plan_id, c.rate_ppm as rate_ppm,
    c.is_rate_locked as is_rate_locked, c.fee_ppm as fee_ppm, c.direct_ppm as direct_ppm,
    c.fee_base_minor as fee_base_minor, c.commission_minor as commission_minor,
    c.direct_minor as direct_minor, c.fee_minor as fee_minor, c.pool_minor as pool_minor,
    coalesce(l.received_at, c.received_at) + coalesce(e.trust_days, $default_hold_days) * 86400000
        as settle_at
from credits_waiting as c
left join order_lines as l on l.line_id = c.line_id
left join payees as e on e.payee_id = c.payee_id
