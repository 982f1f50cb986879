SELECT
  w.piece_id AS piece_id,
  w.creator_id AS creator_id,
  w.payee_id AS payee_id,
  w.scene_no AS scene_no,
  COUNT(*) AS touches,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(
    w.influence * (
      $floor_ppm + (
        1000000 - $floor_ppm
      ) * w.quality_ppm DIV 1000000
    ) DIV 1000000
  ) AS BIGINT) AS quality_micro,
  CAST(SUM(CASE WHEN w.is_disliked THEN 0 ELSE w.influence END) AS BIGINT) AS liked_micro
FROM weighed AS w
GROUP BY
  w.piece_id,
  w.creator_id,
  w.payee_id,
  w.scene_no
