SELECT
  t.line_id AS line_id,
  t.touch_id AS touch_id,
  CAST(1 AS BIGINT) AS weight
FROM line_touches AS t
