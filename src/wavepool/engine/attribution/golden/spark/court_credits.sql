WITH weights AS (
  SELECT
    r.line_id AS line_id,
    t.creator_id AS creator_id,
    CAST(SUM(r.weight) AS BIGINT) AS weight
  FROM court_weights AS r
  JOIN line_touches AS t
    ON t.line_id = r.line_id AND t.touch_id = r.touch_id
  WHERE
    r.weight > 0
  GROUP BY
    r.line_id,
    t.creator_id
), parts AS (
  SELECT
    c.line_id AS line_id,
    c.currency AS currency,
    c.direct_minor AS direct_minor,
    w.creator_id AS creator_id,
    w.weight AS weight,
    CAST(SUM(w.weight) OVER (PARTITION BY c.line_id) AS BIGINT) AS total
  FROM credits AS c
  JOIN weights AS w
    ON w.line_id = c.line_id
  WHERE
    c.commission_minor > 0
), floored AS (
  SELECT
    p.*,
    (
      p.direct_minor DIV p.total
    ) * p.weight + (
      p.direct_minor % p.total
    ) * p.weight DIV p.total AS base,
    (
      (
        p.direct_minor % p.total
      ) * p.weight
    ) % p.total AS remainder
  FROM parts AS p
), placed AS (
  SELECT
    f.*,
    f.direct_minor - CAST(SUM(f.base) OVER (PARTITION BY f.line_id) AS BIGINT) AS leftover,
    ROW_NUMBER() OVER (PARTITION BY f.line_id ORDER BY f.remainder DESC, f.creator_id NULLS LAST) AS place
  FROM floored AS f
)
SELECT
  q.creator_id AS creator_id,
  q.currency AS currency,
  CAST(SUM(q.base + CASE WHEN q.place <= q.leftover THEN 1 ELSE 0 END) AS BIGINT) AS credit_minor
FROM placed AS q
GROUP BY
  q.creator_id,
  q.currency
