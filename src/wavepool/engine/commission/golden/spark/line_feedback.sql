SELECT
  f.line_id AS line_id,
  MAX(
    CASE
      WHEN f.kind <> 'rating'
      THEN 1000000
      WHEN COALESCE(f.score_ppm, 1000000) >= $rating_bad_below_ppm
      THEN 0
      ELSE 1000000 - f.score_ppm
    END
  ) AS bad_ppm
FROM feedback AS f
WHERE
  NOT f.line_id IS NULL AND f.given_at < $ends_at
GROUP BY
  f.line_id
