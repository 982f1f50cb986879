SELECT
  w.cell_no AS cell_no,
  COUNT(*) AS touches,
  CAST(SUM(w.influence) AS BIGINT) AS viewers_micro,
  CAST(SUM(w.signals % 2 * w.influence) AS BIGINT) AS watch_micro,
  CAST(SUM(w.signals DIV 2 % 2 * w.influence) AS BIGINT) AS save_micro,
  CAST(SUM(w.signals DIV 4 % 2 * w.influence) AS BIGINT) AS share_micro,
  CAST(SUM(w.signals DIV 8 % 2 * w.influence) AS BIGINT) AS follow_micro
FROM weighed AS w
GROUP BY
  w.cell_no
