-- Every touch inside the window of each order line: its class, weight and influence,
-- the latter frozen in the touch's own month.
-- Class 1: the same item in a live room; 2: the same item elsewhere; 3: the same shop.
with goods as (
    select b.touch_id as touch_id, b.viewer_id as viewer_id, b.shop_id as shop_id, b.item_id as item_id
    from buyer_touches as b
    where b.touched_at > $reach_window_at and b.shop_id is not null
    union all
    select b.touch_id as touch_id, b.viewer_id as viewer_id, i.shop_id as shop_id, x.item_id as item_id
    from buyer_touches as b
    join touch_items as x on x.touch_id = b.touch_id
    join items as i on i.item_id = x.item_id
    where b.touched_at > $reach_window_at
),
matched as (
    select
        l.line_id as line_id,
        g.touch_id as touch_id,
        max(case when g.item_id = l.item_id then 1 else 0 end) as is_same_item
    from period_lines as l
    join goods as g on g.viewer_id = l.buyer_id and g.shop_id = l.shop_id
    group by l.line_id, g.touch_id
),
loads as (
    select b.viewer_id as viewer_id, b.scene_no as scene_no, b.period_no as period_no,
        cast(sum(b.weight_ms) as bigint) as load_ms
    from buyer_touches as b
    group by b.viewer_id, b.scene_no, b.period_no
),
windowed as (
    select
        k.line_id as line_id,
        b.touch_id as touch_id,
        b.touched_at as touched_at,
        l.paid_at as paid_at,
        case when k.is_same_item = 0 then 3 when b.format = 'live' then 1 else 2 end as class_no,
        b.is_qualified as is_qualified,
        b.is_clicked as is_clicked,
        b.weight_ms as weight_ms,
        b.weight_ms * d.decay_ppm // 1000000 as lambda,
        b.account_id as account_id,
        b.creator_id as creator_id,
        b.payee_id as payee_id,
        b.host_shop_id as host_shop_id,
        b.piece_id as piece_id,
        b.scene_no as scene_no,
        b.period_no as period_no,
        b.viewer_id as viewer_id,
        b.session_id as session_id,
        b.link_id as link_id,
        b.is_disliked as is_disliked
    from matched as k
    join period_lines as l on l.line_id = k.line_id
    join buyer_touches as b on b.touch_id = k.touch_id and b.viewer_id = l.buyer_id
    join decay as d on d.age_hours = (l.paid_at - b.touched_at) // 3600000
    where b.touched_at > l.paid_at - $window_ms
        and b.touched_at <= l.paid_at
        and (b.host_shop_id is null or b.host_shop_id = l.shop_id)
)
select
    w.line_id as line_id,
    w.touch_id as touch_id,
    w.touched_at as touched_at,
    w.class_no as class_no,
    w.is_qualified as is_qualified,
    w.is_clicked as is_clicked,
    w.weight_ms as weight_ms,
    w.lambda as lambda,
    w.account_id as account_id,
    w.creator_id as creator_id,
    w.payee_id as payee_id,
    w.host_shop_id as host_shop_id,
    w.piece_id as piece_id,
    w.scene_no as scene_no,
    w.session_id as session_id,
    w.link_id as link_id,
    coalesce(v.trust_ppm, 1000000) * w.weight_ms // greatest(n.load_ms, s.saturation_ms) as influence,
    w.paid_at as paid_at,
    w.period_no as period_no,
    w.is_disliked as is_disliked
from windowed as w
join loads as n
    on n.viewer_id = w.viewer_id and n.scene_no = w.scene_no and n.period_no = w.period_no
join saturation as s on s.scene_no = w.scene_no and s.period_no = w.period_no
left join viewers as v on v.viewer_id = w.viewer_id
