SELECT
  w.payee_id AS payee_id,
  w.scene_no AS scene_no,
  w.slot AS slot,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(w.influence * w.quality_ppm DIV 1000000) AS BIGINT) AS quality_micro
FROM weighed AS w
GROUP BY
  w.payee_id,
  w.scene_no,
  w.slot
