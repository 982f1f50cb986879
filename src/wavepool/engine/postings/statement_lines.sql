-- What each person earns or gives back in the period, one row a line, + to the person.
-- Held lines are shown and wait in escrow; their refunds come out of the same escrow.
select h.payee_id as payee_id,
    concat('C:', cast(h.line_id as string), ':', cast(h.creator_id as string)) as line_key,
    'commission' as kind, cast(h.line_id as string) as ref_id, s.currency as currency,
    h.kept_minor as amount_minor, h.kept_minor * 1000000 as micro,
    case when x.hold_id is null then false else true end as is_held
from settling_shares as h
join settling as s on s.line_id = h.line_id
left join hold_parts as x
    on x.line_id = h.line_id and x.creator_id = h.creator_id and x.party = 'payee'
where h.kept_minor <> 0
union all
select h.agency_payee_id as payee_id,
    concat('G:', cast(h.line_id as string), ':', cast(h.creator_id as string)) as line_key,
    'agency' as kind, cast(h.line_id as string) as ref_id, s.currency as currency,
    h.agency_minor as amount_minor, h.agency_minor * 1000000 as micro,
    case when x.hold_id is null then false else true end as is_held
from settling_shares as h
join settling as s on s.line_id = h.line_id
left join hold_parts as x
    on x.line_id = h.line_id and x.creator_id = h.creator_id and x.party = 'agency'
where h.agency_minor <> 0
union all
select case when r.leg = 'kept' then h.payee_id else h.agency_payee_id end as payee_id,
    concat(case when r.leg = 'kept' then 'R:' else 'RG:' end, cast(r.line_id as string), ':',
        cast(r.part_id as string)) as line_key,
    'refund' as kind, cast(r.line_id as string) as ref_id, s.currency as currency,
    0 - r.amount_minor as amount_minor, (0 - r.amount_minor) * 1000000 as micro,
    case when x.hold_id is null then false else true end as is_held
from reversals as r
join settled as s on s.line_id = r.line_id
join settled_shares as h on h.line_id = r.line_id and h.creator_id = r.part_id
left join hold_parts as x
    on x.line_id = r.line_id and x.creator_id = r.part_id
    and x.party = case when r.leg = 'kept' then 'payee' else 'agency' end
where r.leg in ('kept', 'agency') and r.amount_minor > 0
union all
select m.payee_id as payee_id, m.line_key as line_key, m.kind as kind, m.ref_id as ref_id,
    m.currency as currency, m.paid_minor as amount_minor, m.net_micro as micro, false as is_held
from micro_lines as m
union all
select j.payee_id as payee_id, j.line_key as line_key, 'adjustment' as kind, j.hold_id as ref_id,
    j.currency as currency, j.kept_minor as amount_minor, j.kept_minor * 1000000 as micro,
    false as is_held
from ruled_parts as j
