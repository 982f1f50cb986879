SELECT
  r.line_id AS line_id,
  r.touch_id AS touch_id,
  r.touched_at AS touched_at,
  r.class_no AS class_no,
  r.weight_ms AS weight_ms,
  r.is_clicked AS is_clicked,
  r.account_id AS account_id,
  r.creator_id AS creator_id,
  r.payee_id AS payee_id,
  r.host_shop_id AS host_shop_id,
  r.piece_id AS piece_id,
  r.scene_no AS scene_no,
  r.session_id AS session_id,
  r.link_id AS link_id
FROM (
  SELECT
    t.*,
    ROW_NUMBER() OVER (
      PARTITION BY t.line_id
      ORDER BY t.class_no NULLS LAST, t.touched_at DESC, t.touch_id NULLS LAST
    ) AS place
  FROM reached AS t
  WHERE
    t.is_qualified = 1
) AS r
WHERE
  r.place = 1
