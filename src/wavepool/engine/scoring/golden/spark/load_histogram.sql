SELECT
  l.scene_no AS scene_no,
  l.load_ms DIV 1000 AS load_s,
  COUNT(*) AS viewers,
  CAST(SUM(l.load_ms) AS BIGINT) AS load_ms
FROM loads AS l
GROUP BY
  l.scene_no,
  l.load_ms DIV 1000
