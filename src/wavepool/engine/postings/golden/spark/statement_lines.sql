SELECT
  h.payee_id AS payee_id,
  CONCAT(
    'C:',
    COALESCE(CAST(h.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(h.creator_id AS STRING), '')
  ) AS line_key,
  'commission' AS kind,
  CAST(h.line_id AS STRING) AS ref_id,
  s.currency AS currency,
  h.kept_minor AS amount_minor,
  h.kept_minor * 1000000 AS micro,
  CASE WHEN x.hold_id IS NULL THEN FALSE ELSE TRUE END AS is_held
FROM settling_shares AS h
JOIN settling AS s
  ON s.line_id = h.line_id
LEFT JOIN hold_parts AS x
  ON x.line_id = h.line_id AND x.creator_id = h.creator_id AND x.party = 'payee'
WHERE
  h.kept_minor <> 0
UNION ALL
SELECT
  h.agency_payee_id AS payee_id,
  CONCAT(
    'G:',
    COALESCE(CAST(h.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(h.creator_id AS STRING), '')
  ) AS line_key,
  'agency' AS kind,
  CAST(h.line_id AS STRING) AS ref_id,
  s.currency AS currency,
  h.agency_minor AS amount_minor,
  h.agency_minor * 1000000 AS micro,
  CASE WHEN x.hold_id IS NULL THEN FALSE ELSE TRUE END AS is_held
FROM settling_shares AS h
JOIN settling AS s
  ON s.line_id = h.line_id
LEFT JOIN hold_parts AS x
  ON x.line_id = h.line_id AND x.creator_id = h.creator_id AND x.party = 'agency'
WHERE
  h.agency_minor <> 0
UNION ALL
SELECT
  CASE WHEN r.leg = 'kept' THEN h.payee_id ELSE h.agency_payee_id END AS payee_id,
  CONCAT(
    COALESCE(CASE WHEN r.leg = 'kept' THEN 'R:' ELSE 'RG:' END, ''),
    COALESCE(CAST(r.line_id AS STRING), ''),
    ':',
    COALESCE(CAST(r.part_id AS STRING), '')
  ) AS line_key,
  'refund' AS kind,
  CAST(r.line_id AS STRING) AS ref_id,
  s.currency AS currency,
  0 - r.amount_minor AS amount_minor,
  (
    0 - r.amount_minor
  ) * 1000000 AS micro,
  CASE WHEN x.hold_id IS NULL THEN FALSE ELSE TRUE END AS is_held
FROM reversals AS r
JOIN settled AS s
  ON s.line_id = r.line_id
JOIN settled_shares AS h
  ON h.line_id = r.line_id AND h.creator_id = r.part_id
LEFT JOIN hold_parts AS x
  ON x.line_id = r.line_id
  AND x.creator_id = r.part_id
  AND x.party = CASE WHEN r.leg = 'kept' THEN 'payee' ELSE 'agency' END
WHERE
  r.leg IN ('kept', 'agency') AND r.amount_minor > 0
UNION ALL
SELECT
  m.payee_id AS payee_id,
  m.line_key AS line_key,
  m.kind AS kind,
  m.ref_id AS ref_id,
  m.currency AS currency,
  m.paid_minor AS amount_minor,
  m.net_micro AS micro,
  FALSE AS is_held
FROM micro_lines AS m
UNION ALL
SELECT
  j.payee_id AS payee_id,
  j.line_key AS line_key,
  'adjustment' AS kind,
  j.hold_id AS ref_id,
  j.currency AS currency,
  j.kept_minor AS amount_minor,
  j.kept_minor * 1000000 AS micro,
  FALSE AS is_held
FROM ruled_parts AS j
