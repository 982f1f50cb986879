SELECT
  w.payee_no AS payee_no,
  w.scene_no AS scene_no,
  w.slot_no AS slot_no,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(w.influence * w.signal_ppm DIV 1000000) AS BIGINT) AS quality_micro
FROM weighed AS w
GROUP BY
  w.payee_no,
  w.scene_no,
  w.slot_no
