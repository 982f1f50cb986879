-- Who has a part of what a month brings, from the tables that made it and not from the statements:
-- one row a part, + to its owner, exact in micro-units. Side 'agency' is the agency's, 'creator' what
-- the creator's payee keeps of the same; rows without agency belong to nobody's roster.
with taken as (
    select a.ref_id as ref_id, a.payee_id as payee_id, a.currency as currency,
        min(a.agency_id) as agency_id, cast(sum(a.part_micro) as bigint) as part_micro
    from agency_parts as a
    group by 1, 2, 3
),
faces as (
    select f.payee_id as payee_id,
        case when min(f.creator_id) = max(f.creator_id) then min(f.creator_id) end as creator_id
    from creators_of_payees as f
    group by 1
),
given as (
    select w.subject_kind as subject_kind, w.subject_id as subject_id, w.anchor_id as anchor_id,
        w.payee_id as payee_id, w.currency as currency, w.award_minor * 1000000 as award_micro,
        concat('A:', w.programme_id, ':', w.once_key, ':', cast(w.subject_id as varchar),
            case when w.anchor_id is null then ''
                else concat(':', cast(w.anchor_id as varchar)) end) as line_key
    from awards as w
    where w.award_minor > 0
)
select
    'commission' as kind, 'creator' as side, h.agency_id as agency_id, h.creator_id as creator_id,
    h.payee_id as payee_id, h.line_id as line_id, s.currency as currency,
    concat('C:', cast(h.line_id as varchar), ':', cast(h.creator_id as varchar)) as line_key,
    s.commission_minor as commission_minor, s.fee_minor as fee_minor,
    h.direct_minor * 1000000 as gross_micro, coalesce(h.split_ppm, 0) as split_ppm,
    h.kept_minor * 1000000 as micro
from settling_shares as h
join settling as s on s.line_id = h.line_id
union all
select 'commission', 'agency', h.agency_id, h.creator_id, h.agency_payee_id, h.line_id, s.currency,
    concat('G:', cast(h.line_id as varchar), ':', cast(h.creator_id as varchar)),
    0, 0, h.direct_minor * 1000000, h.split_ppm, h.agency_minor * 1000000
from settling_shares as h
join settling as s on s.line_id = h.line_id
where h.agency_id is not null
union all
select 'refund', case when r.leg = 'kept' then 'creator' else 'agency' end, h.agency_id,
    h.creator_id, case when r.leg = 'kept' then h.payee_id else h.agency_payee_id end, h.line_id,
    s.currency,
    concat(case when r.leg = 'kept' then 'R:' else 'RG:' end, cast(h.line_id as varchar), ':',
        cast(h.creator_id as varchar)),
    0, 0, 0, coalesce(h.split_ppm, 0), 0 - r.amount_minor * 1000000
from reversals as r
join settled_shares as h on h.line_id = r.line_id and h.creator_id = r.part_id
join settled as s on s.line_id = r.line_id
where r.leg in ('kept', 'agency') and r.amount_minor > 0
union all
select 'pool', 'creator', t.agency_id, f.creator_id, p.payee_id, null, p.currency,
    concat('P:', p.pool_id), 0, 0, p.entitlement_micro, 0,
    p.entitlement_micro - coalesce(t.part_micro, 0)
from pool_shares as p
left join taken as t
    on t.ref_id = concat('P:', p.pool_id) and t.payee_id = p.payee_id and t.currency = p.currency
left join faces as f on f.payee_id = p.payee_id
where p.entitlement_micro > 0
union all
select 'award', case when g.subject_kind = 'agency' then 'agency' else 'creator' end,
    case when g.subject_kind = 'agency' then g.subject_id else t.agency_id end,
    case when g.subject_kind = 'agency' then g.anchor_id else g.subject_id end, g.payee_id, null,
    g.currency, g.line_key, 0, 0, g.award_micro, 0, g.award_micro - coalesce(t.part_micro, 0)
from given as g
left join taken as t
    on t.ref_id = g.line_key and t.payee_id = g.payee_id and t.currency = g.currency
union all
select case when a.ref_id like 'P:%' then 'pool' else 'award' end, 'agency', a.agency_id,
    coalesce(g.subject_id, f.creator_id), a.agency_payee_id, null, a.currency,
    a.ref_id, 0, 0, a.award_micro, a.split_ppm, a.part_micro
from agency_parts as a
left join given as g
    on g.line_key = a.ref_id and g.payee_id = a.payee_id and g.currency = a.currency
left join faces as f on f.payee_id = a.payee_id
union all
select 'ruling', case when j.party = 'payee' then 'creator' else 'agency' end, h.agency_id,
    j.creator_id, j.payee_id, j.line_id, j.currency, j.line_key, 0, 0, j.amount_minor * 1000000,
    coalesce(h.split_ppm, 0), j.kept_minor * 1000000
from ruled_parts as j
left join settled_shares as h on h.line_id = j.line_id and h.creator_id = j.creator_id
