-- Each creator's day: traffic in a row without a currency, sales in a row for each.
select
    s.creator_id as creator_id, '' as currency,
    count(*) as views_pv, count(distinct s.viewer_id) as viewers_uv,
    cast(sum(s.dwell_ms) as bigint) as watch_ms,
    cast(sum(case when s.is_followed then 1 else 0 end) as bigint) as new_followers,
    0 as orders, 0 as gmv_guided
from seen as s
where s.creator_id is not null and s.touched_at >= $starts_at and s.touched_at < $ends_at
group by s.creator_id
union all
select
    l.creator_id as creator_id, l.currency as currency,
    0 as views_pv, 0 as viewers_uv, 0 as watch_ms, 0 as new_followers,
    count(distinct l.order_id) as orders, cast(sum(l.paid_minor) as bigint) as gmv_guided
from sold as l
where l.creator_id is not null and l.paid_at >= $starts_at and l.paid_at < $ends_at
group by l.creator_id, l.currency
