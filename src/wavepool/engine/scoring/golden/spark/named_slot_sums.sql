SELECT
  p.payee_id AS payee_id,
  s.scene_no AS scene_no,
  c.slot AS slot,
  s.viewers_micro AS viewers_micro,
  s.quality_micro AS quality_micro
FROM slot_sums_coded AS s
JOIN payee_codes AS p
  ON p.payee_no = s.payee_no
JOIN slot_codes AS c
  ON c.slot_no = s.slot_no
