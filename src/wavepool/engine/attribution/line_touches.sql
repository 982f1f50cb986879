-- Every touch inside the window of each order line: its class, weight and influence,
-- the latter frozen in the touch's own month.
-- Class 1: the same item in a live room; 2: the same item elsewhere; 3: the same shop.
with weighed as (
    select
        k.line_id as line_id, k.paid_at as paid_at, t.touch_id as touch_id,
        t.touched_at as touched_at, t.viewer_id as viewer_id,
        case when k.is_same_item = 0 then 3 when p.format = 'live' then 1 else 2 end as class_no,
        case when t.is_clicked or t.dwell_ms >= $dwell_min_ms then 1 else 0 end as is_qualified,
        t.is_clicked as is_clicked,
        case when t.is_clicked then greatest(t.dwell_ms, $click_dwell_ms) else t.dwell_ms end
            as weight_ms,
        p.account_id as account_id, p.creator_id as creator_id, p.payee_id as payee_id,
        p.host_shop_id as host_shop_id, t.piece_id as piece_id, m.scene_no as scene_no,
        r.period_no as period_no, t.session_id as session_id, t.link_id as link_id,
        case when t.is_disliked then 1 else 0 end as is_disliked
    from matched_touches as k
    join buyer_rows as t on t.touch_id = k.touch_id
    join piece_spans as p
        on p.piece_id = t.piece_id and t.touched_at >= p.valid_from and t.touched_at < p.valid_to
    join scene_map as m on m.channel_id = t.channel_id and m.format = p.format
    join reach_periods as r on t.touched_at >= r.starts_at and t.touched_at < r.ends_at
    where p.host_shop_id is null or p.host_shop_id = k.shop_id
)
select
    w.line_id as line_id,
    w.touch_id as touch_id,
    w.touched_at as touched_at,
    w.class_no as class_no,
    w.is_qualified as is_qualified,
    w.is_clicked as is_clicked,
    w.weight_ms as weight_ms,
    w.weight_ms * d.decay_ppm // 1000000 as lambda,
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
from weighed as w
join decay as d on d.age_hours = (w.paid_at - w.touched_at) // 3600000
join buyer_loads as n
    on n.viewer_id = w.viewer_id and n.scene_no = w.scene_no and n.period_no = w.period_no
join saturation as s on s.scene_no = w.scene_no and s.period_no = w.period_no
left join viewers as v on v.viewer_id = w.viewer_id
