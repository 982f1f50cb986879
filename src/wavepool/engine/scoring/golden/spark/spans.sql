SELECT
  ROW_NUMBER() OVER (ORDER BY p.piece_id NULLS LAST, p.valid_from NULLS LAST, p.payee_id NULLS LAST) AS span_no,
  p.piece_id AS piece_id,
  p.creator_id AS creator_id,
  p.payee_id AS payee_id,
  n.payee_no AS payee_no,
  p.valid_from AS valid_from,
  p.valid_to AS valid_to,
  f.format_no AS format_no,
  p.factor_ppm AS factor_ppm
FROM piece_spans AS p
JOIN format_codes AS f
  ON f.format = p.format
JOIN payee_codes AS n
  ON n.payee_id = p.payee_id
