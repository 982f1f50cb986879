-- Codes become ids again.
select p.payee_id as payee_id, s.scene_no as scene_no, c.slot as slot,
    s.viewers_micro as viewers_micro, s.quality_micro as quality_micro
from slot_sums_coded as s
join payee_codes as p on p.payee_no = s.payee_no
join slot_codes as c on c.slot_no = s.slot_no
