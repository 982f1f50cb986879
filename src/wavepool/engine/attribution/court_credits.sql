-- The direct legs of the lines among creators by one rule's weights: per line by largest
-- remainder (ties to the lower creator id), as the shares are paid, then added up.
with weights as (
    select r.line_id as line_id, t.creator_id as creator_id, cast(sum(r.weight) as bigint) as weight
    from court_weights as r
    join line_touches as t on t.line_id = r.line_id and t.touch_id = r.touch_id
    where r.weight > 0
    group by r.line_id, t.creator_id
),
parts as (
    select c.line_id as line_id, c.currency as currency, c.direct_minor as direct_minor,
        w.creator_id as creator_id, w.weight as weight,
        cast(sum(w.weight) over (partition by c.line_id) as bigint) as total
    from credits as c
    join weights as w on w.line_id = c.line_id
    where c.commission_minor > 0
),
floored as (
    select p.*,
        (p.direct_minor // p.total) * p.weight + (p.direct_minor % p.total) * p.weight // p.total as base,
        ((p.direct_minor % p.total) * p.weight) % p.total as remainder
    from parts as p
),
placed as (
    select f.*,
        f.direct_minor - cast(sum(f.base) over (partition by f.line_id) as bigint) as leftover,
        row_number() over (
            partition by f.line_id order by f.remainder desc, f.creator_id
        ) as place
    from floored as f
)
select q.creator_id as creator_id, q.currency as currency,
    cast(sum(q.base + case when q.place <= q.leftover then 1 else 0 end) as bigint) as credit_minor
from placed as q
group by q.creator_id, q.currency
