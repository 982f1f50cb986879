WITH goods AS (
  SELECT
    t.touch_id AS touch_id,
    t.viewer_id AS viewer_id,
    t.touched_at AS touched_at,
    t.shop_id AS shop_id,
    t.item_id AS item_id
  FROM buyer_rows AS t
  WHERE
    t.touched_at > $reach_window_at AND NOT t.shop_id IS NULL
  UNION ALL
  SELECT
    t.touch_id AS touch_id,
    t.viewer_id AS viewer_id,
    t.touched_at AS touched_at,
    i.shop_id AS shop_id,
    t.item_id AS item_id
  FROM buyer_rows AS t
  JOIN items AS i
    ON i.item_id = t.item_id
  WHERE
    t.touched_at > $reach_window_at AND t.shop_id IS NULL
  UNION ALL
  SELECT
    t.touch_id AS touch_id,
    t.viewer_id AS viewer_id,
    t.touched_at AS touched_at,
    i.shop_id AS shop_id,
    x.item_id AS item_id
  FROM buyer_rows AS t
  JOIN touch_items AS x
    ON x.touch_id = t.touch_id
  JOIN items AS i
    ON i.item_id = x.item_id
  WHERE
    t.touched_at > $reach_window_at
)
SELECT
  l.line_id AS line_id,
  l.shop_id AS shop_id,
  l.paid_at AS paid_at,
  g.touch_id AS touch_id,
  MAX(CASE WHEN g.item_id = l.item_id THEN 1 ELSE 0 END) AS is_same_item
FROM period_lines AS l
JOIN goods AS g
  ON g.viewer_id = l.buyer_id AND g.shop_id = l.shop_id
WHERE
  g.touched_at > l.paid_at - $window_ms AND g.touched_at <= l.paid_at
GROUP BY
  l.line_id,
  l.shop_id,
  l.paid_at,
  g.touch_id
