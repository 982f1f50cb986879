-- The plan of each winner's line: as of payment, and as of the click while the rate lock
-- lasts; the higher rate of the two binds. Precedence inside each moment: the kind, then
-- the higher rate, then the lower plan id. A line has at most two best plans.
-- unique: line_id, is_click
with moments as (
    select w.line_id as line_id, l.shop_id as shop_id, l.item_id as item_id, i.category as category,
        w.creator_id as creator_id, w.link_id as link_id, l.paid_at as as_of, cast(0 as bigint) as is_click
    from winners as w
    join period_lines as l on l.line_id = w.line_id
    join items as i on i.item_id = l.item_id
    union all
    select w.line_id as line_id, l.shop_id as shop_id, l.item_id as item_id, i.category as category,
        w.creator_id as creator_id, w.link_id as link_id, w.touched_at as as_of, cast(1 as bigint) as is_click
    from winners as w
    join period_lines as l on l.line_id = w.line_id
    join items as i on i.item_id = l.item_id
    where l.paid_at - w.touched_at < $rate_lock_ms
),
ranked as (
    select m.line_id as line_id, m.is_click as is_click, p.plan_id as plan_id, p.rate_ppm as rate_ppm,
        row_number() over (
            partition by m.line_id, m.is_click
            order by k.precedence, p.rate_ppm desc, p.plan_id
        ) as place
    from moments as m
    join plans as p on p.shop_id = m.shop_id
    join plan_kinds as k on k.kind = p.kind
    where p.valid_from <= m.as_of
        and (p.valid_to is null or m.as_of < p.valid_to)
        and (p.item_id is null or p.item_id = m.item_id)
        and (p.category is null or p.category = m.category)
        and (p.creator_id is null or p.creator_id = m.creator_id)
        and ((p.link_id is null and k.needs_link = 0) or p.link_id = m.link_id)
),
best as (
    select r.line_id as line_id, r.is_click as is_click, r.plan_id as plan_id, r.rate_ppm as rate_ppm,
        row_number() over (partition by r.line_id order by r.rate_ppm desc, r.is_click) as place
    from ranked as r
    where r.place = 1
)
select b.line_id as line_id, b.plan_id as plan_id, b.rate_ppm as rate_ppm, b.is_click as is_rate_locked
from best as b
where b.place = 1
