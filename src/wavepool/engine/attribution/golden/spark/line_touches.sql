WITH goods AS (
  SELECT
    b.touch_id AS touch_id,
    b.viewer_id AS viewer_id,
    b.shop_id AS shop_id,
    b.item_id AS item_id
  FROM buyer_touches AS b
  WHERE
    b.touched_at > $reach_window_at AND NOT b.shop_id IS NULL
  UNION ALL
  SELECT
    b.touch_id AS touch_id,
    b.viewer_id AS viewer_id,
    i.shop_id AS shop_id,
    x.item_id AS item_id
  FROM buyer_touches AS b
  JOIN touch_items AS x
    ON x.touch_id = b.touch_id
  JOIN items AS i
    ON i.item_id = x.item_id
  WHERE
    b.touched_at > $reach_window_at
), matched AS (
  SELECT
    l.line_id AS line_id,
    g.touch_id AS touch_id,
    MAX(CASE WHEN g.item_id = l.item_id THEN 1 ELSE 0 END) AS is_same_item
  FROM period_lines AS l
  JOIN goods AS g
    ON g.viewer_id = l.buyer_id AND g.shop_id = l.shop_id
  GROUP BY
    l.line_id,
    g.touch_id
), loads AS (
  SELECT
    b.viewer_id AS viewer_id,
    b.scene_no AS scene_no,
    b.period_no AS period_no,
    CAST(SUM(b.weight_ms) AS BIGINT) AS load_ms
  FROM buyer_touches AS b
  GROUP BY
    b.viewer_id,
    b.scene_no,
    b.period_no
), windowed AS (
  SELECT
    k.line_id AS line_id,
    b.touch_id AS touch_id,
    b.touched_at AS touched_at,
    l.paid_at AS paid_at,
    CASE WHEN k.is_same_item = 0 THEN 3 WHEN b.format = 'live' THEN 1 ELSE 2 END AS class_no,
    b.is_qualified AS is_qualified,
    b.is_clicked AS is_clicked,
    b.weight_ms AS weight_ms,
    b.weight_ms * d.decay_ppm DIV 1000000 AS lambda,
    b.account_id AS account_id,
    b.creator_id AS creator_id,
    b.payee_id AS payee_id,
    b.host_shop_id AS host_shop_id,
    b.piece_id AS piece_id,
    b.scene_no AS scene_no,
    b.period_no AS period_no,
    b.viewer_id AS viewer_id,
    b.session_id AS session_id,
    b.link_id AS link_id,
    b.is_disliked AS is_disliked
  FROM matched AS k
  JOIN period_lines AS l
    ON l.line_id = k.line_id
  JOIN buyer_touches AS b
    ON b.touch_id = k.touch_id AND b.viewer_id = l.buyer_id
  JOIN decay AS d
    ON d.age_hours = (
      l.paid_at - b.touched_at
    ) DIV 3600000
  WHERE
    b.touched_at > l.paid_at - $window_ms
    AND b.touched_at <= l.paid_at
    AND (
      b.host_shop_id IS NULL OR b.host_shop_id = l.shop_id
    )
)
SELECT
  w.line_id AS line_id,
  w.touch_id AS touch_id,
  w.touched_at AS touched_at,
  w.class_no AS class_no,
  w.is_qualified AS is_qualified,
  w.is_clicked AS is_clicked,
  w.weight_ms AS weight_ms,
  w.lambda AS lambda,
  w.account_id AS account_id,
  w.creator_id AS creator_id,
  w.payee_id AS payee_id,
  w.host_shop_id AS host_shop_id,
  w.piece_id AS piece_id,
  w.scene_no AS scene_no,
  w.session_id AS session_id,
  w.link_id AS link_id,
  COALESCE(v.trust_ppm, 1000000) * w.weight_ms DIV GREATEST(n.load_ms, s.saturation_ms) AS influence,
  w.paid_at AS paid_at,
  w.period_no AS period_no,
  w.is_disliked AS is_disliked
FROM windowed AS w
JOIN loads AS n
  ON n.viewer_id = w.viewer_id
  AND n.scene_no = w.scene_no
  AND n.period_no = w.period_no
JOIN saturation AS s
  ON s.scene_no = w.scene_no AND s.period_no = w.period_no
LEFT JOIN viewers AS v
  ON v.viewer_id = w.viewer_id
