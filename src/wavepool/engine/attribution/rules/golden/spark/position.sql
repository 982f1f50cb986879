SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  CASE
    WHEN r.touches <= 2
    THEN CAST(1 AS BIGINT)
    WHEN r.place = 1 OR r.place = r.touches
    THEN 2 * (
      r.touches - 2
    )
    ELSE CAST(1 AS BIGINT)
  END AS weight
FROM (
  SELECT
    t.line_id AS line_id,
    t.touch_id AS touch_id,
    ROW_NUMBER() OVER (PARTITION BY t.line_id ORDER BY t.touched_at NULLS LAST, t.touch_id NULLS LAST) AS place,
    COUNT(*) OVER (PARTITION BY t.line_id) AS touches
  FROM line_touches AS t
) AS r
