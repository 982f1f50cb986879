-- The line to the latest qualified touch of the best class; with $last_share_ppm below
-- one million the rest follows dwell-decay weights (weighted Shapley shares, in ppm).
select r.line_id as line_id, r.touch_id as touch_id,
    case when r.place = 1 then $last_share_ppm else 0 end
        + case when r.total_lambda = 0 then 0
            else (1000000 - $last_share_ppm) * r.lambda // r.total_lambda end as weight
from (
    select t.line_id as line_id, t.touch_id as touch_id, t.lambda as lambda,
        greatest(cast(sum(t.lambda) over (partition by t.line_id) as bigint), 0) as total_lambda,
        max(t.is_qualified) over (partition by t.line_id) as any_qualified,
        row_number() over (
            partition by t.line_id
            order by t.is_qualified desc, t.class_no, t.touched_at desc, t.touch_id
        ) as place
    from line_touches as t
) as r
where r.any_qualified = 1
