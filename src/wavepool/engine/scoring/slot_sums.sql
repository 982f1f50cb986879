-- Evidence of each owner by slot, for the comparison with peers of the same slot.
select w.payee_no as payee_no, w.scene_no as scene_no, w.slot_no as slot_no,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(w.influence * w.signal_ppm // 1000000) as bigint) as quality_micro
from weighed as w
group by w.payee_no, w.scene_no, w.slot_no
