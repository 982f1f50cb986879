-- Evidence of each owner by slot, for the comparison with peers of the same slot.
select w.payee_id as payee_id, w.scene_no as scene_no, w.slot as slot,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(w.influence * w.quality_ppm // 1000000) as bigint) as quality_micro
from weighed as w
group by w.payee_id, w.scene_no, w.slot
