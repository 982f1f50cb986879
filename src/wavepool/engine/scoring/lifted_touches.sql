-- Touches that lines have lifted and that a line of a later period can still reach.
select x.touch_id as touch_id, max(x.touched_at) as touched_at, max(x.settled_minor) as settled_minor
from (
    select b.touch_id as touch_id, b.touched_at as touched_at, b.settled_minor as settled_minor
    from lifted_before as b
    union all
    select l.touch_id as touch_id, l.touched_at as touched_at, l.settled_minor as settled_minor
    from lifts as l
) as x
where x.touched_at > $reach_at and x.settled_minor > 0
group by x.touch_id
