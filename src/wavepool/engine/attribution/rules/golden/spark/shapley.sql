SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  CASE WHEN r.total_lambda = 0 THEN CAST(1 AS BIGINT) ELSE r.lambda END AS weight
FROM (
  SELECT
    t.line_id AS line_id,
    t.touch_id AS touch_id,
    t.lambda AS lambda,
    CAST(SUM(t.lambda) OVER (PARTITION BY t.line_id) AS BIGINT) AS total_lambda
  FROM line_touches AS t
) AS r
