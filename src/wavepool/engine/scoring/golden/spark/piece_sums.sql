SELECT
  w.span_no AS span_no,
  w.scene_no AS scene_no,
  COUNT(*) AS touches,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(w.influence * w.signal_ppm DIV 1000000) AS BIGINT) AS signal_micro,
  CAST(SUM(CASE WHEN w.signals >= 16 THEN 0 ELSE w.influence END) AS BIGINT) AS liked_micro
FROM weighed AS w
GROUP BY
  w.span_no,
  w.scene_no
