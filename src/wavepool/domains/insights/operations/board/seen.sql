-- Every touch with what boards split by.
select
    t.touch_id as touch_id, t.viewer_id as viewer_id, cast(t.channel_id as varchar) as channel,
    t.touched_at as touched_at,
    t.dwell_ms as dwell_ms, t.is_clicked as is_clicked,
    t.is_saved or t.is_shared or t.is_followed as is_engaged, t.is_followed as is_followed,
    coalesce(p.format = 'live', false) as is_live,
    f.creator_id as creator_id, coalesce(f.tier, 'unknown') as tier,
    coalesce(f.anchor_kind, 'unknown') as anchor_kind
from touches as t
left join pieces as p on p.piece_id = t.piece_id
left join faces as f on f.account_id = t.account_id
