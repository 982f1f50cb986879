-- The touch that earns each line: the latest qualified touch of the best class.
select
    r.line_id as line_id, r.touch_id as touch_id, r.touched_at as touched_at, r.class_no as class_no,
    r.weight_ms as weight_ms, r.is_clicked as is_clicked, r.account_id as account_id, r.creator_id as creator_id, r.payee_id as payee_id,
    r.host_shop_id as host_shop_id, r.piece_id as piece_id, r.scene_no as scene_no,
    r.session_id as session_id, r.link_id as link_id
from (
    select t.*, row_number() over (
        partition by t.line_id order by t.class_no, t.touched_at desc, t.touch_id
    ) as place
    from reached as t
    where t.is_qualified = 1
) as r
where r.place = 1
