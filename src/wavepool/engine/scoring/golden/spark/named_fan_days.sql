SELECT
  p.creator_id AS creator_id,
  s.day AS day,
  CAST(SUM(s.fans) AS BIGINT) AS fans
FROM fan_days_coded AS s
JOIN spans AS p
  ON p.span_no = s.span_no
GROUP BY
  p.creator_id,
  s.day
