SELECT
  t.touch_id AS touch_id,
  t.viewer_id AS viewer_id,
  t.piece_id AS piece_id,
  p.account_id AS account_id,
  p.creator_id AS creator_id,
  p.payee_id AS payee_id,
  p.host_shop_id AS host_shop_id,
  p.format AS format,
  m.scene_no AS scene_no,
  r.period_no AS period_no,
  t.session_id AS session_id,
  t.item_id AS item_id,
  COALESCE(i.shop_id, t.shop_id) AS shop_id,
  t.link_id AS link_id,
  t.touched_at AS touched_at,
  CASE
    WHEN t.is_clicked
    THEN GREATEST(t.dwell_ms, $click_dwell_ms)
    ELSE t.dwell_ms
  END AS weight_ms,
  CASE WHEN t.is_clicked OR t.dwell_ms >= $dwell_min_ms THEN 1 ELSE 0 END AS is_qualified,
  t.is_clicked AS is_clicked,
  CASE WHEN t.is_disliked THEN 1 ELSE 0 END AS is_disliked
FROM buyer_rows AS t
JOIN piece_spans AS p
  ON p.piece_id = t.piece_id
  AND t.touched_at >= p.valid_from
  AND t.touched_at < p.valid_to
JOIN scene_map AS m
  ON m.channel_id = t.channel_id AND m.format = p.format
JOIN reach_periods AS r
  ON t.touched_at >= r.starts_at AND t.touched_at < r.ends_at
LEFT JOIN items AS i
  ON i.item_id = t.item_id
