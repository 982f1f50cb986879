SELECT
  t.touch_id AS touch_id,
  t.viewer_id AS viewer_id,
  t.piece_id AS piece_id,
  t.channel_id AS channel_id,
  t.session_id AS session_id,
  t.item_id AS item_id,
  t.shop_id AS shop_id,
  t.link_id AS link_id,
  t.touched_at AS touched_at,
  t.dwell_ms AS dwell_ms,
  t.is_clicked AS is_clicked,
  t.is_disliked AS is_disliked
FROM touches_part AS t
JOIN period_buyers AS b
  ON b.buyer_id = t.viewer_id
WHERE
  t.touched_at >= $reach_at AND t.touched_at < $ends_at
