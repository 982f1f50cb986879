SELECT
  t.line_id AS line_id,
  t.touch_id AS touch_id,
  d.decay_ppm AS weight
FROM line_touches AS t
JOIN period_lines AS l
  ON l.line_id = t.line_id
JOIN decay AS d
  ON d.age_hours = (
    l.paid_at - t.touched_at
  ) DIV 3600000
