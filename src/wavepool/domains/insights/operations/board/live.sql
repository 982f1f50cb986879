-- Live sessions by the moment they began; one is effective from half an hour that counts.
with begun as (
    select
        n.started_at as started_at, n.effective_ms as effective_ms,
        cast(p.channel_id as varchar) as channel,
        coalesce(f.tier, 'unknown') as tier, coalesce(f.anchor_kind, 'unknown') as anchor_kind
    from sessions as n
    join pieces as p on p.piece_id = n.piece_id
    left join faces as f on f.account_id = p.account_id
)
select
    w.window_id as window_id, w.is_earlier as is_earlier, d.dimension as dimension,
    case d.dimension when 'tier' then b.tier when 'anchor_kind' then b.anchor_kind
        when 'channel' then b.channel else '' end as part,
    '' as currency,
    count(*) as live_sessions,
    cast(sum(case when b.effective_ms >= 1800000 then 1 else 0 end) as bigint)
        as live_effective_sessions
from begun as b
join windows as w on w.starts_at <= b.started_at and b.started_at < w.ends_at
cross join dimensions as d
group by 1, 2, 3, 4
