WITH spread AS (
  SELECT
    t.line_id AS line_id,
    t.touch_id AS touch_id,
    t.creator_id AS creator_id,
    t.payee_id AS payee_id,
    t.piece_id AS piece_id,
    t.scene_no AS scene_no,
    t.touched_at AS touched_at,
    t.influence AS influence,
    t.is_experience AS is_experience,
    t.settled_before_minor AS settled_before_minor,
    s.bad_ppm AS bad_ppm,
    s.net_commission_minor AS net_commission_minor,
    CASE
      WHEN CAST(SUM(t.lambda) OVER (PARTITION BY t.line_id) AS BIGINT) = 0
      THEN s.net_commission_minor DIV COUNT(*) OVER (PARTITION BY t.line_id)
      ELSE s.net_commission_minor * t.lambda DIV GREATEST(CAST(SUM(t.lambda) OVER (PARTITION BY t.line_id) AS BIGINT), 1)
    END AS part_minor,
    ROW_NUMBER() OVER (PARTITION BY t.line_id ORDER BY t.touched_at DESC, t.touch_id NULLS LAST) AS place
  FROM open_touches AS t
  JOIN settling AS s
    ON s.line_id = t.line_id
), given AS (
  SELECT
    p.*,
    p.part_minor + CASE
      WHEN p.place = 1
      THEN p.net_commission_minor - CAST(SUM(p.part_minor) OVER (PARTITION BY p.line_id) AS BIGINT)
      ELSE 0
    END AS amount_minor
  FROM spread AS p
), touched AS (
  SELECT
    g.touch_id AS touch_id,
    g.creator_id AS creator_id,
    g.payee_id AS payee_id,
    g.piece_id AS piece_id,
    g.scene_no AS scene_no,
    g.influence AS influence,
    MAX(g.touched_at) AS touched_at,
    GREATEST(MAX(g.settled_before_minor), COALESCE(MAX(b.settled_minor), 0)) AS before_minor,
    CAST(SUM(g.amount_minor) AS BIGINT) AS amount_minor,
    CAST(SUM(
      CASE
        WHEN g.is_experience = 1
        THEN g.influence * (
          (
            1000000 - $floor_ppm
          ) * (
            1000000 - g.bad_ppm
          ) DIV 1000000
        ) DIV 1000000
        ELSE 0
      END
    ) AS BIGINT) AS experience_micro
  FROM given AS g
  LEFT JOIN lifted_before AS b
    ON b.touch_id = g.touch_id
  GROUP BY
    g.touch_id,
    g.creator_id,
    g.payee_id,
    g.piece_id,
    g.scene_no,
    g.influence
)
SELECT
  d.touch_id AS touch_id,
  d.touched_at AS touched_at,
  d.creator_id AS creator_id,
  d.payee_id AS payee_id,
  d.piece_id AS piece_id,
  d.scene_no AS scene_no,
  d.before_minor + d.amount_minor AS settled_minor,
  d.experience_micro AS experience_micro,
  d.influence * (
    (
      1000000 - $floor_ppm
    ) * (
      LEAST(d.before_minor + d.amount_minor, $cap_minor) * 1000000 DIV $cap_minor
    ) DIV 1000000
  ) DIV 1000000 - d.influence * (
    (
      1000000 - $floor_ppm
    ) * (
      LEAST(d.before_minor, $cap_minor) * 1000000 DIV $cap_minor
    ) DIV 1000000
  ) DIV 1000000 AS commerce_micro
FROM touched AS d
