SELECT
  t.viewer_id AS viewer_id,
  m.scene_no AS scene_no,
  r.period_no AS period_no,
  CAST(SUM(
    CASE
      WHEN t.is_clicked
      THEN GREATEST(t.dwell_ms, $click_dwell_ms)
      ELSE t.dwell_ms
    END
  ) AS BIGINT) AS load_ms
FROM buyer_rows AS t
JOIN piece_spans AS p
  ON p.piece_id = t.piece_id
  AND t.touched_at >= p.valid_from
  AND t.touched_at < p.valid_to
JOIN scene_map AS m
  ON m.channel_id = t.channel_id AND m.format = p.format
JOIN reach_periods AS r
  ON t.touched_at >= r.starts_at AND t.touched_at < r.ends_at
GROUP BY
  t.viewer_id,
  m.scene_no,
  r.period_no
