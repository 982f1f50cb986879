SELECT
  ROW_NUMBER() OVER (ORDER BY d.payee_id NULLS LAST) AS payee_no,
  d.payee_id AS payee_id
FROM (
  SELECT DISTINCT
    p.payee_id AS payee_id
  FROM piece_spans AS p
) AS d
