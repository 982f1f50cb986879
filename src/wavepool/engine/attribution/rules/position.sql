-- Forty percent to the first touch, forty to the last, twenty shared by those between;
-- two touches share evenly, one takes all.
select r.line_id as line_id, r.touch_id as touch_id,
    case
        when r.touches <= 2 then cast(1 as bigint)
        when r.place = 1 or r.place = r.touches then 2 * (r.touches - 2)
        else cast(1 as bigint)
    end as weight
from (
    select t.line_id as line_id, t.touch_id as touch_id,
        row_number() over (partition by t.line_id order by t.touched_at, t.touch_id) as place,
        count(*) over (partition by t.line_id) as touches
    from line_touches as t
) as r
