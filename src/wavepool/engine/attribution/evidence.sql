-- The touches of every line that has a winner. A touch vouches for the buyer's experience
-- once: with the first line paid in the touch's own period.
select
    r.line_id as line_id, r.touch_id as touch_id, r.touched_at as touched_at,
    r.class_no as class_no, r.is_qualified as is_qualified, r.is_clicked as is_clicked,
    r.weight_ms as weight_ms,
    r.lambda as lambda, r.account_id as account_id, r.creator_id as creator_id,
    r.payee_id as payee_id, r.piece_id as piece_id, r.scene_no as scene_no,
    r.session_id as session_id, r.link_id as link_id, r.influence as influence,
    case when r.period_no = $period_no and r.is_disliked = 0
        and row_number() over (partition by r.touch_id order by r.paid_at, r.line_id) = 1
        then 1 else 0 end as is_experience,
    cast(0 as bigint) as settled_before_minor
from reached as r
join winners as w on w.line_id = r.line_id
