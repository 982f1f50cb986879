-- The period's touches with their scene, owner, load weight and quality signals.
select
    t.viewer_id as viewer_id, t.piece_id as piece_id, p.creator_id as creator_id,
    p.payee_id as payee_id, m.scene_no as scene_no, p.factor_ppm as factor_ppm,
    h.band as band, h.day as day, coalesce(t.slot, '') as slot,
    case when t.is_clicked then greatest(t.dwell_ms, $click_dwell_ms) else t.dwell_ms end as weight_ms,
    t.dwell_ms >= $watch_ms as is_watched,
    t.is_saved as is_saved, t.is_shared as is_shared, t.is_followed as is_followed,
    t.is_disliked as is_disliked
from touches_part as t
join piece_spans as p
    on p.piece_id = t.piece_id and t.touched_at >= p.valid_from and t.touched_at < p.valid_to
join scene_map as m on m.channel_id = t.channel_id and m.format = p.format
join hours as h on h.quarter = t.touched_at // 900000
where t.touched_at >= $starts_at and t.touched_at < $ends_at
