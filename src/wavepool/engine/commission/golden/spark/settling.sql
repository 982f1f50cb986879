SELECT
  c.*,
  COALESCE(r.refunded_num, 0) AS refunded_num,
  COALESCE(r.refunded_den, 1) AS refunded_den,
  GREATEST(
    CASE
      WHEN r.refunded_num IS NULL
      THEN 0
      WHEN r.refunded_num = r.refunded_den
      THEN 1000000
      ELSE (
        r.refunded_num * 1000 DIV r.refunded_den
      ) * 1000 + (
        (
          r.refunded_num * 1000
        ) % r.refunded_den
      ) * 1000 DIV r.refunded_den
    END,
    COALESCE(f.bad_ppm, 0)
  ) AS bad_ppm
FROM open_credits AS c
LEFT JOIN refund_totals AS r
  ON r.line_id = c.line_id
LEFT JOIN line_feedback AS f
  ON f.line_id = c.line_id
WHERE
  c.settle_at < $ends_at
