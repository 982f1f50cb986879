SELECT
  p.piece_id AS piece_id,
  p.account_id AS account_id,
  a.creator_id AS creator_id,
  c.shop_id AS host_shop_id,
  v.payee_id AS payee_id,
  v.valid_from AS valid_from,
  COALESCE(v.valid_to, $never) AS valid_to,
  p.format AS format,
  GREATEST(
    1,
    p.originality_ppm * p.completeness_ppm DIV 1000000 * p.media_quality_ppm DIV 1000000 * p.review_ppm DIV 1000000 * (
      1000000 - $ai_penalty_ppm * p.ai_share_ppm DIV 1000000
    ) DIV 1000000
  ) AS factor_ppm
FROM pieces AS p
JOIN accounts AS a
  ON a.account_id = p.account_id
JOIN creators AS c
  ON c.creator_id = a.creator_id
JOIN creator_payees AS v
  ON v.creator_id = a.creator_id
WHERE
  v.valid_from < $ends_at
  AND COALESCE(v.valid_to, $never) > $starts_at
