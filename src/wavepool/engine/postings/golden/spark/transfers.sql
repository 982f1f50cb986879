SELECT
  CONCAT(
    'C:',
    COALESCE(CAST(h.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(h.creator_id AS STRING), '')
  ) AS key,
  CONCAT('shop:', COALESCE(CAST(s.shop_id AS STRING), '')) AS debit,
  CASE
    WHEN x.hold_id IS NULL
    THEN CONCAT('payee:', COALESCE(CAST(h.payee_id AS STRING), ''))
    ELSE CONCAT('escrow:', COALESCE(x.hold_id, ''))
  END AS credit,
  s.currency AS currency,
  h.kept_minor AS amount_minor
FROM settling_shares AS h
JOIN settling AS s
  ON s.line_id = h.line_id
LEFT JOIN hold_parts AS x
  ON x.line_id = h.line_id AND x.creator_id = h.creator_id AND x.party = 'payee'
WHERE
  h.kept_minor > 0
UNION ALL
SELECT
  CONCAT(
    'G:',
    COALESCE(CAST(h.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(h.creator_id AS STRING), '')
  ) AS key,
  CONCAT('shop:', COALESCE(CAST(s.shop_id AS STRING), '')) AS debit,
  CASE
    WHEN x.hold_id IS NULL
    THEN CONCAT('payee:', COALESCE(CAST(h.agency_payee_id AS STRING), ''))
    ELSE CONCAT('escrow:', COALESCE(x.hold_id, ''))
  END AS credit,
  s.currency AS currency,
  h.agency_minor AS amount_minor
FROM settling_shares AS h
JOIN settling AS s
  ON s.line_id = h.line_id
LEFT JOIN hold_parts AS x
  ON x.line_id = h.line_id AND x.creator_id = h.creator_id AND x.party = 'agency'
WHERE
  h.agency_minor > 0
UNION ALL
SELECT
  CONCAT('F:', COALESCE(CAST(s.line_id AS STRING), '')) AS key,
  CONCAT('shop:', COALESCE(CAST(s.shop_id AS STRING), '')) AS debit,
  'platform:fee' AS credit,
  s.currency AS currency,
  s.fee_minor AS amount_minor
FROM settling AS s
WHERE
  s.fee_minor > 0
UNION ALL
SELECT
  CONCAT('L:', COALESCE(CAST(s.line_id AS STRING), '')) AS key,
  CONCAT('shop:', COALESCE(CAST(s.shop_id AS STRING), '')) AS debit,
  CONCAT('pool:', COALESCE(s.pool_id, '')) AS credit,
  s.currency AS currency,
  s.pool_minor AS amount_minor
FROM settling AS s
WHERE
  s.pool_minor > 0
UNION ALL
SELECT
  CONCAT(
    'R',
    COALESCE(r.leg, ''),
    ':',
    COALESCE(CAST(r.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(r.part_id AS STRING), '')
  ) AS key,
  CASE
    WHEN r.leg = 'fee'
    THEN 'platform:fee'
    WHEN r.leg = 'pool'
    THEN CONCAT('pool:', COALESCE(s.pool_id, ''))
    WHEN NOT x.hold_id IS NULL
    THEN CONCAT('escrow:', COALESCE(x.hold_id, ''))
    WHEN r.leg = 'kept'
    THEN CONCAT('payee:', COALESCE(CAST(h.payee_id AS STRING), ''))
    ELSE CONCAT('payee:', COALESCE(CAST(h.agency_payee_id AS STRING), ''))
  END AS debit,
  CONCAT('shop:', COALESCE(CAST(s.shop_id AS STRING), '')) AS credit,
  s.currency AS currency,
  r.amount_minor AS amount_minor
FROM reversals AS r
JOIN settled AS s
  ON s.line_id = r.line_id
LEFT JOIN settled_shares AS h
  ON h.line_id = r.line_id AND h.creator_id = r.part_id AND r.leg IN ('kept', 'agency')
LEFT JOIN hold_parts AS x
  ON x.line_id = r.line_id
  AND x.creator_id = r.part_id
  AND x.party = CASE
    WHEN r.leg = 'kept'
    THEN 'payee'
    WHEN r.leg = 'agency'
    THEN 'agency'
    ELSE 'none'
  END
WHERE
  r.leg <> 'commission' AND r.amount_minor > 0
UNION ALL
SELECT
  CONCAT('M:', COALESCE(CAST(m.payee_id AS STRING), ''), ':', COALESCE(m.line_key, '')) AS key,
  CONCAT('carry_liability:', COALESCE(m.currency, '')) AS debit,
  CONCAT('payee:', COALESCE(CAST(m.payee_id AS STRING), '')) AS credit,
  m.currency AS currency,
  m.paid_minor AS amount_minor
FROM micro_lines AS m
WHERE
  m.paid_minor > 0
UNION ALL
SELECT
  o.key AS key,
  o.debit AS debit,
  o.credit AS credit,
  o.currency AS currency,
  o.amount_minor AS amount_minor
FROM other_transfers AS o
WHERE
  o.amount_minor > 0
