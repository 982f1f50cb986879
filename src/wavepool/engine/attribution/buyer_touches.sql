-- Touches of the period's buyers in every period that the window reaches, with the
-- scene, the owner and the load weight of each.
select
    t.touch_id as touch_id,
    t.viewer_id as viewer_id,
    t.piece_id as piece_id,
    p.account_id as account_id,
    p.creator_id as creator_id,
    p.payee_id as payee_id,
    p.host_shop_id as host_shop_id,
    p.format as format,
    m.scene_no as scene_no,
    r.period_no as period_no,
    t.session_id as session_id,
    t.item_id as item_id,
    coalesce(i.shop_id, t.shop_id) as shop_id,
    t.link_id as link_id,
    t.touched_at as touched_at,
    case when t.is_clicked then greatest(t.dwell_ms, $click_dwell_ms) else t.dwell_ms end as weight_ms,
    case when t.is_clicked or t.dwell_ms >= $dwell_min_ms then 1 else 0 end as is_qualified,
    t.is_clicked as is_clicked,
    case when t.is_disliked then 1 else 0 end as is_disliked
from buyer_rows as t
join piece_spans as p
    on p.piece_id = t.piece_id and t.touched_at >= p.valid_from and t.touched_at < p.valid_to
join scene_map as m on m.channel_id = t.channel_id and m.format = p.format
join reach_periods as r on t.touched_at >= r.starts_at and t.touched_at < r.ends_at
left join items as i on i.item_id = t.item_id
