-- The whole line to the latest touch inside the window, qualified or not.
select r.line_id as line_id, r.touch_id as touch_id, cast(1 as bigint) as weight
from (
    select t.line_id as line_id, t.touch_id as touch_id,
        row_number() over (partition by t.line_id order by t.touched_at desc, t.touch_id) as place
    from line_touches as t
) as r
where r.place = 1
