SELECT
  e.span_no AS span_no,
  e.payee_no AS payee_no,
  e.scene_no AS scene_no,
  e.slot_no AS slot_no,
  c.cell_no AS cell_no,
  e.signals AS signals,
  l.trust_ppm * e.weight_ms DIV l.divisor_ms AS influence,
  e.signals % 2 * c.watch_ppm + e.signals DIV 2 % 2 * c.save_ppm + e.signals DIV 4 % 2 * c.share_ppm + e.signals DIV 8 % 2 * c.follow_ppm AS signal_ppm
FROM seen AS e
JOIN loads AS l
  ON l.viewer_id = e.viewer_id AND l.scene_no = e.scene_no
JOIN cells AS c
  ON c.cell_no = (
    (
      e.scene_no * $slots + e.slot_no
    ) * $bands + e.band
  ) * $tiers + l.tier_no
