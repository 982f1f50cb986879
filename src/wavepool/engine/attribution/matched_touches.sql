-- Touches of a line's buyer that saw its shop inside the window, and whether its very item.
with goods as (
    select t.touch_id as touch_id, t.viewer_id as viewer_id, t.touched_at as touched_at,
        t.shop_id as shop_id, t.item_id as item_id
    from buyer_rows as t
    where t.touched_at > $reach_window_at and t.shop_id is not null
    union all
    select t.touch_id as touch_id, t.viewer_id as viewer_id, t.touched_at as touched_at,
        i.shop_id as shop_id, t.item_id as item_id
    from buyer_rows as t
    join items as i on i.item_id = t.item_id
    where t.touched_at > $reach_window_at and t.shop_id is null
    union all
    select t.touch_id as touch_id, t.viewer_id as viewer_id, t.touched_at as touched_at,
        i.shop_id as shop_id, x.item_id as item_id
    from buyer_rows as t
    join touch_items as x on x.touch_id = t.touch_id
    join items as i on i.item_id = x.item_id
    where t.touched_at > $reach_window_at
)
select
    l.line_id as line_id, l.shop_id as shop_id, l.paid_at as paid_at, g.touch_id as touch_id,
    max(case when g.item_id = l.item_id then 1 else 0 end) as is_same_item
from period_lines as l
join goods as g on g.viewer_id = l.buyer_id and g.shop_id = l.shop_id
where g.touched_at > l.paid_at - $window_ms and g.touched_at <= l.paid_at
group by l.line_id, l.shop_id, l.paid_at, g.touch_id
