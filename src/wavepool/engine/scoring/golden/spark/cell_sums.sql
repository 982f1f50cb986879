SELECT
  w.cell_no AS cell_no,
  COUNT(*) AS touches,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(CASE WHEN w.is_watched THEN w.influence ELSE 0 END) AS BIGINT) AS watch_micro,
  CAST(SUM(CASE WHEN w.is_saved THEN w.influence ELSE 0 END) AS BIGINT) AS save_micro,
  CAST(SUM(CASE WHEN w.is_shared THEN w.influence ELSE 0 END) AS BIGINT) AS share_micro,
  CAST(SUM(CASE WHEN w.is_followed THEN w.influence ELSE 0 END) AS BIGINT) AS follow_micro
FROM weighed AS w
GROUP BY
  w.cell_no
