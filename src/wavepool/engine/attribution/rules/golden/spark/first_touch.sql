SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  CAST(1 AS BIGINT) AS weight
FROM (
  SELECT
    t.line_id AS line_id,
    t.touch_id AS touch_id,
    ROW_NUMBER() OVER (PARTITION BY t.line_id ORDER BY t.touched_at NULLS LAST, t.touch_id NULLS LAST) AS place
  FROM line_touches AS t
) AS r
WHERE
  r.place = 1
