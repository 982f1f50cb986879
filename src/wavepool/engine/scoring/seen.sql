-- The period's touches as a few integers: span, scene, slot, time, load weight and signals.
-- `signals` packs five flags: 1 watched, 2 saved, 4 shared, 8 followed, 16 disliked.
select
    t.viewer_id as viewer_id, p.span_no as span_no, p.payee_no as payee_no,
    m.scene_no as scene_no, s.slot_no as slot_no, h.band as band, h.day as day,
    case when t.is_clicked then greatest(t.dwell_ms, $click_dwell_ms) else t.dwell_ms end as weight_ms,
    case when t.dwell_ms >= $watch_ms then 1 else 0 end
        + case when t.is_saved then 2 else 0 end
        + case when t.is_shared then 4 else 0 end
        + case when t.is_followed then 8 else 0 end
        + case when t.is_disliked then 16 else 0 end as signals
from touches_part as t
join span_keys as p
    on p.piece_id = t.piece_id and t.touched_at >= p.valid_from and t.touched_at < p.valid_to
join scene_codes as m on m.channel_id = t.channel_id and m.format_no = p.format_no
join slot_codes as s on s.slot = coalesce(t.slot, '')
join hours as h on h.quarter = t.touched_at // 900000
where t.touched_at >= $starts_at and t.touched_at < $ends_at
