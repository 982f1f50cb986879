-- Rows of the period's buyers, before anything is joined to them: few of all touches.
select
    t.touch_id as touch_id, t.viewer_id as viewer_id, t.piece_id as piece_id,
    t.channel_id as channel_id, t.session_id as session_id, t.item_id as item_id,
    t.shop_id as shop_id, t.link_id as link_id, t.touched_at as touched_at,
    t.dwell_ms as dwell_ms, t.is_clicked as is_clicked, t.is_disliked as is_disliked
from touches_part as t
join period_buyers as b on b.buyer_id = t.viewer_id
where t.touched_at >= $reach_at and t.touched_at < $ends_at
