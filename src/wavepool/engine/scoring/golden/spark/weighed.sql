SELECT
  e.piece_id AS piece_id,
  e.creator_id AS creator_id,
  e.payee_id AS payee_id,
  e.scene_no AS scene_no,
  e.slot AS slot,
  c.cell_no AS cell_no,
  l.trust_ppm * e.weight_ms DIV l.divisor_ms AS influence,
  e.factor_ppm * (
    CASE WHEN e.is_watched THEN c.watch_ppm ELSE 0 END + CASE WHEN e.is_saved THEN c.save_ppm ELSE 0 END + CASE WHEN e.is_shared THEN c.share_ppm ELSE 0 END + CASE WHEN e.is_followed THEN c.follow_ppm ELSE 0 END
  ) DIV 1000000 AS quality_ppm,
  e.is_watched AS is_watched,
  e.is_saved AS is_saved,
  e.is_shared AS is_shared,
  e.is_followed AS is_followed,
  e.is_disliked AS is_disliked
FROM seen AS e
JOIN loads AS l
  ON l.viewer_id = e.viewer_id AND l.scene_no = e.scene_no
JOIN cells AS c
  ON c.scene_no = e.scene_no AND c.slot = e.slot AND c.band = e.band AND c.tier = l.tier
