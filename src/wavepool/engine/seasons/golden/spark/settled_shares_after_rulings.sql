SELECT
  h.line_id AS line_id,
  h.creator_id AS creator_id,
  h.payee_id AS payee_id,
  h.weight AS weight,
  h.weight_total AS weight_total,
  h.direct_minor AS direct_minor,
  h.agency_id AS agency_id,
  h.agency_payee_id AS agency_payee_id,
  h.split_ppm AS split_ppm,
  CASE
    WHEN g.kept_minor IS NULL
    THEN h.agency_minor
    WHEN s.reversed_num = 0 OR s.reversed_num = s.reversed_den
    THEN g.kept_minor
    ELSE g.kept_minor * s.reversed_den DIV (
      s.reversed_den - s.reversed_num
    )
  END AS agency_minor,
  CASE
    WHEN p.kept_minor IS NULL
    THEN h.kept_minor
    WHEN s.reversed_num = 0 OR s.reversed_num = s.reversed_den
    THEN p.kept_minor
    ELSE p.kept_minor * s.reversed_den DIV (
      s.reversed_den - s.reversed_num
    )
  END AS kept_minor
FROM opening_settled_shares AS h
JOIN opening_settled AS s
  ON s.line_id = h.line_id
LEFT JOIN opening_ruled_parts AS p
  ON p.line_id = h.line_id AND p.creator_id = h.creator_id AND p.party = 'payee'
LEFT JOIN opening_ruled_parts AS g
  ON g.line_id = h.line_id AND g.creator_id = h.creator_id AND g.party = 'agency'
