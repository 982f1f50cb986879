WITH weighed AS (
  SELECT
    k.line_id AS line_id,
    k.paid_at AS paid_at,
    t.touch_id AS touch_id,
    t.touched_at AS touched_at,
    t.viewer_id AS viewer_id,
    CASE WHEN k.is_same_item = 0 THEN 3 WHEN p.format = 'live' THEN 1 ELSE 2 END AS class_no,
    CASE WHEN t.is_clicked OR t.dwell_ms >= $dwell_min_ms THEN 1 ELSE 0 END AS is_qualified,
    t.is_clicked AS is_clicked,
    CASE
      WHEN t.is_clicked
      THEN GREATEST(t.dwell_ms, $click_dwell_ms)
      ELSE t.dwell_ms
    END AS weight_ms,
    p.account_id AS account_id,
    p.creator_id AS creator_id,
    p.payee_id AS payee_id,
    p.host_shop_id AS host_shop_id,
    t.piece_id AS piece_id,
    m.scene_no AS scene_no,
    r.period_no AS period_no,
    t.session_id AS session_id,
    t.link_id AS link_id,
    CASE WHEN t.is_disliked THEN 1 ELSE 0 END AS is_disliked
  FROM matched_touches AS k
  JOIN buyer_rows AS t
    ON t.touch_id = k.touch_id
  JOIN piece_spans AS p
    ON p.piece_id = t.piece_id
    AND t.touched_at >= p.valid_from
    AND t.touched_at < p.valid_to
  JOIN scene_map AS m
    ON m.channel_id = t.channel_id AND m.format = p.format
  JOIN reach_periods AS r
    ON t.touched_at >= r.starts_at AND t.touched_at < r.ends_at
  WHERE
    p.host_shop_id IS NULL OR p.host_shop_id = k.shop_id
)
SELECT
  w.line_id AS line_id,
  w.touch_id AS touch_id,
  w.touched_at AS touched_at,
  w.class_no AS class_no,
  w.is_qualified AS is_qualified,
  w.is_clicked AS is_clicked,
  w.weight_ms AS weight_ms,
  w.weight_ms * d.decay_ppm DIV 1000000 AS lambda,
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
FROM weighed AS w
JOIN decay AS d
  ON d.age_hours = (
    w.paid_at - w.touched_at
  ) DIV 3600000
JOIN buyer_loads AS n
  ON n.viewer_id = w.viewer_id
  AND n.scene_no = w.scene_no
  AND n.period_no = w.period_no
JOIN saturation AS s
  ON s.scene_no = w.scene_no AND s.period_no = w.period_no
LEFT JOIN viewers AS v
  ON v.viewer_id = w.viewer_id
