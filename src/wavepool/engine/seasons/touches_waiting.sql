-- Touches whose lines are still open, with what settled lines have already credited to each.
select
    t.line_id as line_id, t.touch_id as touch_id, t.touched_at as touched_at,
    t.class_no as class_no, t.is_qualified as is_qualified, t.is_clicked as is_clicked,
    t.weight_ms as weight_ms,
    t.lambda as lambda, t.account_id as account_id, t.creator_id as creator_id,
    t.payee_id as payee_id, t.piece_id as piece_id, t.scene_no as scene_no,
    t.session_id as session_id, t.link_id as link_id, t.influence as influence,
    t.is_experience as is_experience,
    coalesce(l.settled_minor, t.settled_before_minor) as settled_before_minor
from open_touches as t
left join settling as s on s.line_id = t.line_id
left join lifts as l on l.touch_id = t.touch_id
where s.line_id is null
