-- Evidence of each piece, per owner and scene; the floor is granted on every event.
select
    w.piece_id as piece_id, w.creator_id as creator_id, w.payee_id as payee_id,
    w.scene_no as scene_no,
    count(*) as touches,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(
        w.influence * ($floor_ppm + (1000000 - $floor_ppm) * w.quality_ppm // 1000000) // 1000000
    ) as bigint) as quality_micro,
    cast(sum(case when w.is_disliked then 0 else w.influence end) as bigint) as liked_micro
from weighed as w
group by w.piece_id, w.creator_id, w.payee_id, w.scene_no
