-- Each touch's influence (micro-viewers) and its exposure-debiased quality signal (ppm).
select
    e.span_no as span_no, e.payee_no as payee_no, e.scene_no as scene_no, e.slot_no as slot_no,
    c.cell_no as cell_no, e.signals as signals,
    l.trust_ppm * e.weight_ms // l.divisor_ms as influence,
    e.signals % 2 * c.watch_ppm + e.signals // 2 % 2 * c.save_ppm
        + e.signals // 4 % 2 * c.share_ppm + e.signals // 8 % 2 * c.follow_ppm as signal_ppm
from seen as e
join loads as l on l.viewer_id = e.viewer_id and l.scene_no = e.scene_no
join cells as c
    on c.cell_no = ((e.scene_no * $slots + e.slot_no) * $bands + e.band) * $tiers + l.tier_no
