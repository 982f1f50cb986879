SELECT
  t.line_id AS line_id,
  t.touch_id AS touch_id,
  t.touched_at AS touched_at,
  t.class_no AS class_no,
  t.is_qualified AS is_qualified,
  t.is_clicked AS is_clicked,
  t.weight_ms AS weight_ms,
  t.lambda AS lambda,
  t.account_id AS account_id,
  t.creator_id AS creator_id,
  t.payee_id AS payee_id,
  t.piece_id AS piece_id,
  t.scene_no AS scene_no,
  t.session_id AS session_id,
  t.link_id AS link_id,
  t.influence AS influence,
  t.is_experience AS is_experience,
  COALESCE(l.settled_minor, t.settled_before_minor) AS settled_before_minor
FROM open_touches AS t
LEFT JOIN settling AS s
  ON s.line_id = t.line_id
LEFT JOIN lifts AS l
  ON l.touch_id = t.touch_id
WHERE
  s.line_id IS NULL
