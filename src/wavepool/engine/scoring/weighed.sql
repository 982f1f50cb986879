-- Each touch's influence (micro-viewers) and its exposure-debiased quality signal (ppm).
select
    e.piece_id as piece_id, e.creator_id as creator_id, e.payee_id as payee_id,
    e.scene_no as scene_no, e.slot as slot, c.cell_no as cell_no,
    l.trust_ppm * e.weight_ms // l.divisor_ms as influence,
    e.factor_ppm * (
        case when e.is_watched then c.watch_ppm else 0 end
        + case when e.is_saved then c.save_ppm else 0 end
        + case when e.is_shared then c.share_ppm else 0 end
        + case when e.is_followed then c.follow_ppm else 0 end
    ) // 1000000 as quality_ppm,
    e.is_watched as is_watched, e.is_saved as is_saved, e.is_shared as is_shared,
    e.is_followed as is_followed, e.is_disliked as is_disliked
from seen as e
join loads as l on l.viewer_id = e.viewer_id and l.scene_no = e.scene_no
join cells as c
    on c.scene_no = e.scene_no and c.slot = e.slot and c.band = e.band and c.tier = l.tier
