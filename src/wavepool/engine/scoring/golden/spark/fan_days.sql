SELECT
  e.span_no AS span_no,
  e.day AS day,
  COUNT(*) AS fans
FROM seen AS e
WHERE
  e.signals DIV 8 % 2 = 1
GROUP BY
  e.span_no,
  e.day
