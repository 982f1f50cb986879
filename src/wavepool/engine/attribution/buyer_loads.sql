-- Engaged time of the period's buyers in each scene and period that the window reaches.
select
    t.viewer_id as viewer_id, m.scene_no as scene_no, r.period_no as period_no,
    cast(sum(
        case when t.is_clicked then greatest(t.dwell_ms, $click_dwell_ms) else t.dwell_ms end
    ) as bigint) as load_ms
from buyer_rows as t
join piece_spans as p
    on p.piece_id = t.piece_id and t.touched_at >= p.valid_from and t.touched_at < p.valid_to
join scene_map as m on m.channel_id = t.channel_id and m.format = p.format
join reach_periods as r on t.touched_at >= r.starts_at and t.touched_at < r.ends_at
group by t.viewer_id, m.scene_no, r.period_no
