SELECT
  g.viewer_id AS viewer_id,
  g.scene_no AS scene_no,
  g.load_ms AS load_ms,
  COALESCE(v.trust_ppm, 1000000) AS trust_ppm,
  c.tier_no AS tier_no,
  GREATEST(g.load_ms, s.saturation_ms) AS divisor_ms
FROM (
  SELECT
    e.viewer_id AS viewer_id,
    e.scene_no AS scene_no,
    CAST(SUM(e.weight_ms) AS BIGINT) AS load_ms
  FROM seen AS e
  GROUP BY
    e.viewer_id,
    e.scene_no
) AS g
JOIN saturation AS s
  ON s.scene_no = g.scene_no AND s.period_no = $period_no
LEFT JOIN viewers AS v
  ON v.viewer_id = g.viewer_id
JOIN tier_codes AS c
  ON c.tier = COALESCE(v.tier, 'all')
