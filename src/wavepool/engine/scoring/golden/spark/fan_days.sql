SELECT
  e.creator_id AS creator_id,
  e.day AS day,
  COUNT(*) AS fans
FROM seen AS e
WHERE
  e.is_followed
GROUP BY
  e.creator_id,
  e.day
