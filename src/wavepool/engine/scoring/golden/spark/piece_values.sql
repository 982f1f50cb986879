WITH bound AS (
  SELECT
    t.piece_id AS piece_id,
    t.creator_id AS creator_id,
    t.payee_id AS payee_id,
    t.scene_no AS scene_no,
    CAST(SUM(t.influence) AS BIGINT) AS bound_micro
  FROM new_touches AS t
  WHERE
    t.is_experience = 1
  GROUP BY
    t.piece_id,
    t.creator_id,
    t.payee_id,
    t.scene_no
), complaints AS (
  SELECT
    f.piece_id AS piece_id,
    CAST(SUM(f.bad_ppm) AS BIGINT) AS bad_ppm
  FROM piece_feedback AS f
  GROUP BY
    f.piece_id
), own AS (
  SELECT
    s.piece_id AS piece_id,
    s.creator_id AS creator_id,
    s.payee_id AS payee_id,
    s.scene_no AS scene_no,
    s.touches AS touches,
    s.viewers_micro AS viewers_micro,
    s.viewers_micro DIV 1000000 * $floor_ppm + s.viewers_micro % 1000000 * $floor_ppm DIV 1000000 + (
      s.signal_micro DIV 1000000 * s.factor_ppm + s.signal_micro % 1000000 * s.factor_ppm DIV 1000000
    ) DIV 1000000 * (
      1000000 - $floor_ppm
    ) + (
      s.signal_micro DIV 1000000 * s.factor_ppm + s.signal_micro % 1000000 * s.factor_ppm DIV 1000000
    ) % 1000000 * (
      1000000 - $floor_ppm
    ) DIV 1000000 AS quality_micro,
    s.liked_micro - COALESCE(b.bound_micro, 0) AS free_micro,
    s.viewers_micro - s.liked_micro + COALESCE(b.bound_micro, 0) AS waiting_micro
  FROM piece_sums AS s
  LEFT JOIN bound AS b
    ON b.piece_id = s.piece_id
    AND b.creator_id = s.creator_id
    AND b.payee_id = s.payee_id
    AND b.scene_no = s.scene_no
), audience AS (
  SELECT
    o.piece_id AS piece_id,
    GREATEST(CAST(SUM(o.free_micro) AS BIGINT), 1) AS free_micro,
    LEAST(COALESCE(MAX(c.bad_ppm), 0), CAST(SUM(o.free_micro) AS BIGINT)) AS bad_micro
  FROM own AS o
  LEFT JOIN complaints AS c
    ON c.piece_id = o.piece_id
  GROUP BY
    o.piece_id
), heard AS (
  SELECT
    a.piece_id AS piece_id,
    $floor_ppm + (
      1000000 - $floor_ppm
    ) * (
      1000000 - a.bad_micro * 1000 DIV a.free_micro * 1000 - a.bad_micro * 1000 % a.free_micro * 1000 DIV a.free_micro
    ) DIV 1000000 AS free_ppm
  FROM audience AS a
), rows_now AS (
  SELECT
    o.piece_id AS piece_id,
    o.creator_id AS creator_id,
    o.payee_id AS payee_id,
    o.scene_no AS scene_no,
    o.touches AS touches,
    o.viewers_micro AS viewers_micro,
    o.quality_micro AS quality_micro,
    o.free_micro DIV 1000000 * h.free_ppm + o.free_micro % 1000000 * h.free_ppm DIV 1000000 + o.waiting_micro DIV 1000000 * $floor_ppm + o.waiting_micro % 1000000 * $floor_ppm DIV 1000000 AS experience_micro,
    o.viewers_micro DIV 1000000 * $floor_ppm + o.viewers_micro % 1000000 * $floor_ppm DIV 1000000 AS commerce_micro
  FROM own AS o
  JOIN heard AS h
    ON h.piece_id = o.piece_id
  UNION ALL
  SELECT
    l.piece_id AS piece_id,
    l.creator_id AS creator_id,
    l.payee_id AS payee_id,
    l.scene_no AS scene_no,
    CAST(0 AS BIGINT) AS touches,
    CAST(0 AS BIGINT) AS viewers_micro,
    CAST(0 AS BIGINT) AS quality_micro,
    l.experience_micro AS experience_micro,
    l.commerce_micro AS commerce_micro
  FROM lifts AS l
)
SELECT
  r.piece_id AS piece_id,
  r.creator_id AS creator_id,
  r.payee_id AS payee_id,
  n.scene_id AS scene_id,
  CAST(SUM(r.touches) AS BIGINT) AS touches,
  CAST(SUM(r.viewers_micro) AS BIGINT) AS viewers_micro,
  CAST(SUM(r.quality_micro) AS BIGINT) AS quality_micro,
  CAST(SUM(r.experience_micro) AS BIGINT) AS experience_micro,
  CAST(SUM(r.commerce_micro) AS BIGINT) AS commerce_micro
FROM rows_now AS r
JOIN scenes_in_force AS n
  ON n.scene_no = r.scene_no
GROUP BY
  r.piece_id,
  r.creator_id,
  r.payee_id,
  n.scene_id
