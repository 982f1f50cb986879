WITH changed AS (
  SELECT
    s.line_id AS line_id,
    s.creator_id AS creator_id,
    s.commission_minor AS commission_minor,
    s.fee_minor AS fee_minor,
    s.pool_minor AS pool_minor,
    s.reversed_num AS before_num,
    s.reversed_den AS before_den,
    r.refunded_num AS now_num,
    r.refunded_den AS now_den
  FROM settled AS s
  JOIN refund_totals AS r
    ON r.line_id = s.line_id
  WHERE
    NOT (
      s.reversed_num = r.refunded_num AND s.reversed_den = r.refunded_den
    )
    AND s.commission_minor > 0
), legs AS (
  SELECT
    c.line_id AS line_id,
    'commission' AS leg,
    c.creator_id AS part_id,
    c.commission_minor AS amount_minor,
    c.before_num AS before_num,
    c.before_den AS before_den,
    c.now_num AS now_num,
    c.now_den AS now_den
  FROM changed AS c
  UNION ALL
  SELECT
    c.line_id AS line_id,
    'fee' AS leg,
    c.creator_id AS part_id,
    c.fee_minor AS amount_minor,
    c.before_num AS before_num,
    c.before_den AS before_den,
    c.now_num AS now_num,
    c.now_den AS now_den
  FROM changed AS c
  UNION ALL
  SELECT
    c.line_id AS line_id,
    'pool' AS leg,
    c.creator_id AS part_id,
    c.pool_minor AS amount_minor,
    c.before_num AS before_num,
    c.before_den AS before_den,
    c.now_num AS now_num,
    c.now_den AS now_den
  FROM changed AS c
  UNION ALL
  SELECT
    c.line_id AS line_id,
    'kept' AS leg,
    h.creator_id AS part_id,
    h.kept_minor AS amount_minor,
    c.before_num AS before_num,
    c.before_den AS before_den,
    c.now_num AS now_num,
    c.now_den AS now_den
  FROM changed AS c
  JOIN settled_shares AS h
    ON h.line_id = c.line_id
  UNION ALL
  SELECT
    c.line_id AS line_id,
    'agency' AS leg,
    h.creator_id AS part_id,
    h.agency_minor AS amount_minor,
    c.before_num AS before_num,
    c.before_den AS before_den,
    c.now_num AS now_num,
    c.now_den AS now_den
  FROM changed AS c
  JOIN settled_shares AS h
    ON h.line_id = c.line_id
)
SELECT
  l.line_id AS line_id,
  l.leg AS leg,
  l.part_id AS part_id,
  CAST(1 AS BIGINT) AS sign,
  l.amount_minor AS amount_minor,
  l.now_num AS num,
  l.now_den AS den
FROM legs AS l
UNION ALL
SELECT
  l.line_id AS line_id,
  l.leg AS leg,
  l.part_id AS part_id,
  CAST(-1 AS BIGINT) AS sign,
  l.amount_minor AS amount_minor,
  l.before_num AS num,
  l.before_den AS den
FROM legs AS l
WHERE
  l.before_num > 0
