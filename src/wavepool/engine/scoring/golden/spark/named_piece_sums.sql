SELECT
  p.piece_id AS piece_id,
  p.creator_id AS creator_id,
  p.payee_id AS payee_id,
  s.scene_no AS scene_no,
  p.factor_ppm AS factor_ppm,
  CAST(SUM(s.touches) AS BIGINT) AS touches,
  CAST(SUM(s.viewers_micro) AS BIGINT) AS viewers_micro,
  CAST(SUM(s.signal_micro) AS BIGINT) AS signal_micro,
  CAST(SUM(s.liked_micro) AS BIGINT) AS liked_micro
FROM piece_sums_coded AS s
JOIN spans AS p
  ON p.span_no = s.span_no
GROUP BY
  p.piece_id,
  p.creator_id,
  p.payee_id,
  s.scene_no,
  p.factor_ppm
