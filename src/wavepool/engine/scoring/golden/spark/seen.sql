SELECT
  t.viewer_id AS viewer_id,
  t.piece_id AS piece_id,
  p.creator_id AS creator_id,
  p.payee_id AS payee_id,
  m.scene_no AS scene_no,
  p.factor_ppm AS factor_ppm,
  h.band AS band,
  h.day AS day,
  COALESCE(t.slot, '') AS slot,
  CASE
    WHEN t.is_clicked
    THEN GREATEST(t.dwell_ms, $click_dwell_ms)
    ELSE t.dwell_ms
  END AS weight_ms,
  t.dwell_ms >= $watch_ms AS is_watched,
  t.is_saved AS is_saved,
  t.is_shared AS is_shared,
  t.is_followed AS is_followed,
  t.is_disliked AS is_disliked
FROM touches_part AS t
JOIN piece_spans AS p
  ON p.piece_id = t.piece_id
  AND t.touched_at >= p.valid_from
  AND t.touched_at < p.valid_to
JOIN scene_map AS m
  ON m.channel_id = t.channel_id AND m.format = p.format
JOIN hours AS h
  ON h.quarter = t.touched_at DIV 900000
WHERE
  t.touched_at >= $starts_at AND t.touched_at < $ends_at
