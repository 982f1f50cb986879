SELECT
  COALESCE(a.key, b.key) AS key,
  a.amount_minor AS left_minor,
  b.amount_minor AS right_minor,
  COALESCE(a.amount_minor, 0) - COALESCE(b.amount_minor, 0) AS difference_minor,
  CASE
    WHEN b.key IS NULL
    THEN 'only left'
    WHEN a.key IS NULL
    THEN 'only right'
    ELSE 'differs'
  END AS cause
FROM (
  SELECT
    l.key AS key,
    CAST(SUM(l.amount_minor) AS BIGINT) AS amount_minor
  FROM reconcile_left AS l
  GROUP BY
    l.key
) AS a
FULL JOIN (
  SELECT
    r.key AS key,
    CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor
  FROM reconcile_right AS r
  GROUP BY
    r.key
) AS b
  ON b.key = a.key
WHERE
  a.key IS NULL
  OR b.key IS NULL
  OR a.amount_minor - b.amount_minor > $tolerance_minor
  OR b.amount_minor - a.amount_minor > $tolerance_minor
