SELECT
  t.viewer_id AS viewer_id,
  p.span_no AS span_no,
  p.payee_no AS payee_no,
  m.scene_no AS scene_no,
  s.slot_no AS slot_no,
  h.band AS band,
  h.day AS day,
  CASE
    WHEN t.is_clicked
    THEN GREATEST(t.dwell_ms, $click_dwell_ms)
    ELSE t.dwell_ms
  END AS weight_ms,
  CASE WHEN t.dwell_ms >= $watch_ms THEN 1 ELSE 0 END + CASE WHEN t.is_saved THEN 2 ELSE 0 END + CASE WHEN t.is_shared THEN 4 ELSE 0 END + CASE WHEN t.is_followed THEN 8 ELSE 0 END + CASE WHEN t.is_disliked THEN 16 ELSE 0 END AS signals
FROM touches_part AS t
JOIN span_keys AS p
  ON p.piece_id = t.piece_id
  AND t.touched_at >= p.valid_from
  AND t.touched_at < p.valid_to
JOIN scene_codes AS m
  ON m.channel_id = t.channel_id AND m.format_no = p.format_no
JOIN slot_codes AS s
  ON s.slot = COALESCE(t.slot, '')
JOIN hours AS h
  ON h.quarter = t.touched_at DIV 900000
WHERE
  t.touched_at >= $starts_at AND t.touched_at < $ends_at
