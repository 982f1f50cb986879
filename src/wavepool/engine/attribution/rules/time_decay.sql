-- Weights halve with every half-life of age before the payment; dwell does not count.
select t.line_id as line_id, t.touch_id as touch_id, d.decay_ppm as weight
from line_touches as t
join period_lines as l on l.line_id = t.line_id
join decay as d on d.age_hours = (l.paid_at - t.touched_at) // 3600000
