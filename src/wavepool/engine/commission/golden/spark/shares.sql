WITH weights AS (
  SELECT
    r.line_id AS line_id,
    t.creator_id AS creator_id,
    MIN(t.payee_id) AS payee_id,
    CAST(SUM(r.weight) AS BIGINT) AS weight
  FROM rule_weights AS r
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
    c.paid_at AS paid_at,
    c.direct_minor AS direct_minor,
    w.creator_id AS creator_id,
    COALESCE(v.payee_id, w.payee_id) AS payee_id,
    w.weight AS weight,
    CAST(SUM(w.weight) OVER (PARTITION BY c.line_id) AS BIGINT) AS total
  FROM credits_new AS c
  JOIN weights AS w
    ON w.line_id = c.line_id
  LEFT JOIN creator_payees AS v
    ON v.creator_id = w.creator_id
    AND v.valid_from <= c.paid_at
    AND (
      v.valid_to IS NULL OR c.paid_at < v.valid_to
    )
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
), shared AS (
  SELECT
    q.line_id AS line_id,
    q.paid_at AS paid_at,
    q.creator_id AS creator_id,
    q.payee_id AS payee_id,
    q.weight AS weight,
    q.total AS weight_total,
    q.base + CASE WHEN q.place <= q.leftover THEN 1 ELSE 0 END AS direct_minor
  FROM placed AS q
), split AS (
  SELECT
    s.*,
    k.agency_id AS agency_id,
    a.payee_id AS agency_payee_id,
    COALESCE(k.split_ppm, 0) AS split_ppm,
    s.direct_minor DIV 1000000 * COALESCE(k.split_ppm, 0) + s.direct_minor % 1000000 * COALESCE(k.split_ppm, 0) DIV 1000000 AS agency_minor
  FROM shared AS s
  LEFT JOIN contracts AS k
    ON k.creator_id = s.creator_id
    AND k.income_type = 'direct'
    AND k.valid_from <= s.paid_at
    AND (
      k.valid_to IS NULL OR s.paid_at < k.valid_to
    )
  LEFT JOIN agencies AS a
    ON a.agency_id = k.agency_id
)
SELECT
  s.line_id AS line_id,
  s.creator_id AS creator_id,
  s.payee_id AS payee_id,
  s.weight AS weight,
  s.weight_total AS weight_total,
  s.direct_minor AS direct_minor,
  s.agency_id AS agency_id,
  s.agency_payee_id AS agency_payee_id,
  s.split_ppm AS split_ppm,
  s.agency_minor AS agency_minor,
  s.direct_minor - s.agency_minor AS kept_minor
FROM split AS s
