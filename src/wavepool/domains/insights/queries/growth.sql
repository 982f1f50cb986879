-- Newcomers by the month of their first live session, and who of them came back: at least one
-- effective session on days 30 to 59, or 90 to 119, after the first. Somebody counts as measured
-- once those days are over; $today is the first day that is not.
with seen as (
    select c.creator_id as creator_id, min(c.day) as first_day
    from counters as c
    where c.sessions > 0
    group by 1
),
arrivals as (
    select s.creator_id as creator_id,
        case when k.first_day is not null and k.first_day < s.first_day then k.first_day
            else s.first_day end as first_day
    from seen as s
    left join known_first_days as k on k.creator_id = s.creator_id
),
looked as (
    select a.creator_id as creator_id, a.first_day as first_day,
        max(case when c.effective_sessions > 0 and c.day >= a.first_day + 30
            and c.day < a.first_day + 60 then 1 else 0 end) as is_back_30,
        max(case when c.effective_sessions > 0 and c.day >= a.first_day + 90
            and c.day < a.first_day + 120 then 1 else 0 end) as is_back_90
    from arrivals as a
    join counters as c on c.creator_id = a.creator_id
    group by 1, 2
)
select
    m.period as month, cast(count(*) as bigint) as growth_newcomers,
    cast(sum(case when l.first_day + 60 <= $today then 1 else 0 end) as bigint)
        as growth_measured_30,
    cast(sum(case when l.first_day + 60 <= $today then l.is_back_30 else 0 end) as bigint)
        as growth_retained_30,
    cast(sum(case when l.first_day + 120 <= $today then 1 else 0 end) as bigint)
        as growth_measured_90,
    cast(sum(case when l.first_day + 120 <= $today then l.is_back_90 else 0 end) as bigint)
        as growth_retained_90
from looked as l
join months as m on l.first_day >= m.starts_day and l.first_day < m.ends_day
group by 1
order by 1
