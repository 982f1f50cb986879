-- Weighted Shapley value of the additive dwell game: each touch by its decayed dwell;
-- equal shares where no touch has any. Additive weights make it neutral to splitting
-- one creator into several accounts.
select r.line_id as line_id, r.touch_id as touch_id,
    case when r.total_lambda = 0 then cast(1 as bigint) else r.lambda end as weight
from (
    select t.line_id as line_id, t.touch_id as touch_id, t.lambda as lambda,
        cast(sum(t.lambda) over (partition by t.line_id) as bigint) as total_lambda
    from line_touches as t
) as r
