SELECT
  l.line_id AS line_id,
  CASE
    WHEN l.is_cancelled = 1
    THEN CAST(1 AS BIGINT)
    ELSE LEAST(l.refunded_minor, l.paid_minor)
  END AS refunded_num,
  CASE
    WHEN l.is_cancelled = 1 OR l.paid_minor = 0
    THEN CAST(1 AS BIGINT)
    ELSE l.paid_minor
  END AS refunded_den
FROM (
  SELECT
    c.line_id AS line_id,
    MAX(c.paid_minor) AS paid_minor,
    CAST(SUM(c.refund_minor) AS BIGINT) AS refunded_minor,
    MAX(c.is_cancelled) AS is_cancelled
  FROM (
    SELECT
      k.line_id AS line_id,
      k.paid_minor AS paid_minor,
      r.refund_minor AS refund_minor,
      CAST(0 AS BIGINT) AS is_cancelled
    FROM known_lines AS k
    JOIN refunds AS r
      ON r.line_id = k.line_id
    WHERE
      r.refunded_at < $ends_at
    UNION ALL
    SELECT
      k.line_id AS line_id,
      k.paid_minor AS paid_minor,
      CAST(0 AS BIGINT) AS refund_minor,
      CAST(1 AS BIGINT) AS is_cancelled
    FROM known_lines AS k
    JOIN cancellations AS x
      ON x.line_id = k.line_id
    WHERE
      x.cancelled_at < $ends_at
  ) AS c
  GROUP BY
    c.line_id
) AS l
