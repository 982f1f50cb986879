-- Codes become ids again.
select p.piece_id as piece_id, p.creator_id as creator_id, p.payee_id as payee_id,
    s.scene_no as scene_no, p.factor_ppm as factor_ppm,
    cast(sum(s.touches) as bigint) as touches,
    cast(sum(s.viewers_micro) as bigint) as viewers_micro,
    cast(sum(s.signal_micro) as bigint) as signal_micro,
    cast(sum(s.liked_micro) as bigint) as liked_micro
from piece_sums_coded as s
join spans as p on p.span_no = s.span_no
group by p.piece_id, p.creator_id, p.payee_id, s.scene_no, p.factor_ppm
