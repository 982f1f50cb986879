-- Shares of lines settled before, with what the last period's rulings let their people keep. A
-- ruling divides what refunds had left; as a leg x of which the refunded fraction b is gone, that
-- is x - floor(x * b), so x is floor(kept / (1 - b)), and a full refund takes all that was kept.
select
    h.line_id as line_id, h.creator_id as creator_id, h.payee_id as payee_id,
    h.weight as weight, h.weight_total as weight_total, h.direct_minor as direct_minor,
    h.agency_id as agency_id, h.agency_payee_id as agency_payee_id, h.split_ppm as split_ppm,
    case when g.kept_minor is null then h.agency_minor
        when s.reversed_num = 0 or s.reversed_num = s.reversed_den then g.kept_minor
        else g.kept_minor * s.reversed_den // (s.reversed_den - s.reversed_num) end
        as agency_minor,
    case when p.kept_minor is null then h.kept_minor
        when s.reversed_num = 0 or s.reversed_num = s.reversed_den then p.kept_minor
        else p.kept_minor * s.reversed_den // (s.reversed_den - s.reversed_num) end as kept_minor
from opening_settled_shares as h
join opening_settled as s on s.line_id = h.line_id
left join opening_ruled_parts as p
    on p.line_id = h.line_id and p.creator_id = h.creator_id and p.party = 'payee'
left join opening_ruled_parts as g
    on g.line_id = h.line_id and g.creator_id = h.creator_id and g.party = 'agency'
