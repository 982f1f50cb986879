SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  r.touched_at AS touched_at,
  r.class_no AS class_no,
  r.is_qualified AS is_qualified,
  r.is_clicked AS is_clicked,
  r.weight_ms AS weight_ms,
  r.lambda AS lambda,
  r.account_id AS account_id,
  r.creator_id AS creator_id,
  r.payee_id AS payee_id,
  r.piece_id AS piece_id,
  r.scene_no AS scene_no,
  r.session_id AS session_id,
  r.link_id AS link_id,
  r.influence AS influence,
  CASE
    WHEN r.period_no = $period_no
    AND r.is_disliked = 0
    AND ROW_NUMBER() OVER (PARTITION BY r.touch_id ORDER BY r.paid_at NULLS LAST, r.line_id NULLS LAST) = 1
    THEN 1
    ELSE 0
  END AS is_experience,
  CAST(0 AS BIGINT) AS settled_before_minor
FROM reached AS r
JOIN winners AS w
  ON w.line_id = r.line_id
