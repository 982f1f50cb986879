SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  CASE WHEN r.place = 1 THEN $last_share_ppm ELSE 0 END + CASE
    WHEN r.total_lambda = 0
    THEN 0
    ELSE (
      1000000 - $last_share_ppm
    ) * r.lambda DIV r.total_lambda
  END AS weight
FROM (
  SELECT
    t.line_id AS line_id,
    t.touch_id AS touch_id,
    t.lambda AS lambda,
    GREATEST(CAST(SUM(t.lambda) OVER (PARTITION BY t.line_id) AS BIGINT), 0) AS total_lambda,
    MAX(t.is_qualified) OVER (PARTITION BY t.line_id) AS any_qualified,
    ROW_NUMBER() OVER (
      PARTITION BY t.line_id
      ORDER BY t.is_qualified DESC, t.class_no NULLS LAST, t.touched_at DESC, t.touch_id NULLS LAST
    ) AS place
  FROM line_touches AS t
) AS r
WHERE
  r.any_qualified = 1
