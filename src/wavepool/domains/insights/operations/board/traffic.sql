-- Viewers, views and time watched, by window and part. A viewer counts once in a window.
select
    w.window_id as window_id, w.is_earlier as is_earlier, d.dimension as dimension,
    case d.dimension when 'tier' then s.tier when 'anchor_kind' then s.anchor_kind
        when 'channel' then s.channel else '' end as part,
    '' as currency,
    count(distinct s.viewer_id) as dau,
    count(distinct s.viewer_id) as viewers_uv,
    count(*) as views_pv,
    cast(sum(s.dwell_ms) as bigint) as watch_ms,
    count(distinct case when s.is_clicked then s.viewer_id end) as clickers_uv,
    count(distinct case when s.is_engaged then s.viewer_id end) as engaged_uv,
    cast(sum(case when s.is_followed then 1 else 0 end) as bigint) as new_followers,
    count(distinct case when s.is_live then s.viewer_id end) as live_viewers_uv,
    cast(sum(case when s.is_live then 1 else 0 end) as bigint) as live_views_pv,
    cast(sum(case when s.is_live then s.dwell_ms else 0 end) as bigint) as live_watch_ms
from seen as s
join windows as w on w.starts_at <= s.touched_at and s.touched_at < w.ends_at
cross join dimensions as d
group by 1, 2, 3, 4
