SELECT
  v.payee_id AS payee_id,
  v.scene_id AS scene_id,
  CAST(SUM(v.touches) AS BIGINT) AS touches,
  CAST(SUM(v.viewers_micro) AS BIGINT) AS viewers_micro,
  CAST(SUM(v.quality_micro) AS BIGINT) AS quality_micro,
  CAST(SUM(v.experience_micro) AS BIGINT) AS experience_micro,
  CAST(SUM(v.commerce_micro) AS BIGINT) AS commerce_micro
FROM piece_values AS v
GROUP BY
  v.payee_id,
  v.scene_id
