WITH rows_now AS (
  SELECT
    a.creator_id AS creator_id,
    d.day AS day,
    CAST(1 AS BIGINT) AS sessions,
    CASE
      WHEN s.effective_ms >= 1800000
      THEN CAST(1 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END AS effective_sessions,
    s.effective_ms AS effective_ms,
    CAST(0 AS BIGINT) AS received_minor,
    CAST(0 AS BIGINT) AS fans
  FROM sessions AS s
  JOIN pieces AS p
    ON p.piece_id = s.piece_id
  JOIN accounts AS a
    ON a.account_id = p.account_id
  JOIN hours AS d
    ON d.quarter = s.started_at DIV 900000
  WHERE
    s.started_at >= $starts_at AND s.started_at < $ends_at
  UNION ALL
  SELECT
    c.creator_id AS creator_id,
    d.day AS day,
    CAST(0 AS BIGINT) AS sessions,
    CAST(0 AS BIGINT) AS effective_sessions,
    CAST(0 AS BIGINT) AS effective_ms,
    CASE
      WHEN r.refunded_num IS NULL
      THEN c.paid_minor
      WHEN r.refunded_num = r.refunded_den
      THEN CAST(0 AS BIGINT)
      ELSE c.paid_minor - r.refunded_num
    END AS received_minor,
    CAST(0 AS BIGINT) AS fans
  FROM open_credits AS c
  JOIN hours AS d
    ON d.quarter = c.received_at DIV 900000
  LEFT JOIN refund_totals AS r
    ON r.line_id = c.line_id
  WHERE
    c.received_at >= $starts_at AND c.received_at < $ends_at
  UNION ALL
  SELECT
    f.creator_id AS creator_id,
    f.day AS day,
    CAST(0 AS BIGINT) AS sessions,
    CAST(0 AS BIGINT) AS effective_sessions,
    CAST(0 AS BIGINT) AS effective_ms,
    CAST(0 AS BIGINT) AS received_minor,
    f.fans AS fans
  FROM fan_days AS f
)
SELECT
  n.creator_id AS creator_id,
  n.day AS day,
  CAST(SUM(n.sessions) AS BIGINT) AS sessions,
  CAST(SUM(n.effective_sessions) AS BIGINT) AS effective_sessions,
  CAST(SUM(n.effective_ms) AS BIGINT) AS effective_ms,
  CAST(SUM(n.received_minor) AS BIGINT) AS received_minor,
  CAST(SUM(n.fans) AS BIGINT) AS fans
FROM rows_now AS n
GROUP BY
  n.creator_id,
  n.day
