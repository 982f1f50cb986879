SELECT
  x.touch_id AS touch_id,
  MAX(x.touched_at) AS touched_at,
  MAX(x.settled_minor) AS settled_minor
FROM (
  SELECT
    b.touch_id AS touch_id,
    b.touched_at AS touched_at,
    b.settled_minor AS settled_minor
  FROM lifted_before AS b
  UNION ALL
  SELECT
    l.touch_id AS touch_id,
    l.touched_at AS touched_at,
    l.settled_minor AS settled_minor
  FROM lifts AS l
) AS x
WHERE
  x.touched_at > $reach_at AND x.settled_minor > 0
GROUP BY
  x.touch_id
