-- The settlement as balanced transfers: amount > 0 from debit to credit, whole minor units.
select concat('C:', cast(h.line_id as string), ':', cast(h.creator_id as string)) as key,
    concat('shop:', cast(s.shop_id as string)) as debit,
    case when x.hold_id is null then concat('payee:', cast(h.payee_id as string))
        else concat('escrow:', x.hold_id) end as credit,
    s.currency as currency, h.kept_minor as amount_minor
from settling_shares as h
join settling as s on s.line_id = h.line_id
left join hold_parts as x
    on x.line_id = h.line_id and x.creator_id = h.creator_id and x.party = 'payee'
where h.kept_minor > 0
union all
select concat('G:', cast(h.line_id as string), ':', cast(h.creator_id as string)) as key,
    concat('shop:', cast(s.shop_id as string)) as debit,
    case when x.hold_id is null then concat('payee:', cast(h.agency_payee_id as string))
        else concat('escrow:', x.hold_id) end as credit,
    s.currency as currency, h.agency_minor as amount_minor
from settling_shares as h
join settling as s on s.line_id = h.line_id
left join hold_parts as x
    on x.line_id = h.line_id and x.creator_id = h.creator_id and x.party = 'agency'
where h.agency_minor > 0
union all
select concat('F:', cast(s.line_id as string)) as key,
    concat('shop:', cast(s.shop_id as string)) as debit, 'platform:fee' as credit,
    s.currency as currency, s.fee_minor as amount_minor
from settling as s
where s.fee_minor > 0
union all
select concat('L:', cast(s.line_id as string)) as key,
    concat('shop:', cast(s.shop_id as string)) as debit, concat('pool:', s.pool_id) as credit,
    s.currency as currency, s.pool_minor as amount_minor
from settling as s
where s.pool_minor > 0
union all
select concat('R', r.leg, ':', cast(r.line_id as string), ':', cast(r.part_id as string)) as key,
    case
        when r.leg = 'fee' then 'platform:fee'
        when r.leg = 'pool' then concat('pool:', s.pool_id)
        when x.hold_id is not null then concat('escrow:', x.hold_id)
        when r.leg = 'kept' then concat('payee:', cast(h.payee_id as string))
        else concat('payee:', cast(h.agency_payee_id as string))
    end as debit,
    concat('shop:', cast(s.shop_id as string)) as credit,
    s.currency as currency, r.amount_minor as amount_minor
from reversals as r
join settled as s on s.line_id = r.line_id
left join settled_shares as h
    on h.line_id = r.line_id and h.creator_id = r.part_id and r.leg in ('kept', 'agency')
left join hold_parts as x
    on x.line_id = r.line_id and x.creator_id = r.part_id
    and x.party = case when r.leg = 'kept' then 'payee' when r.leg = 'agency' then 'agency' else 'none' end
where r.leg <> 'commission' and r.amount_minor > 0
union all
select concat('M:', cast(m.payee_id as string), ':', m.line_key) as key,
    concat('carry_liability:', m.currency) as debit,
    concat('payee:', cast(m.payee_id as string)) as credit,
    m.currency as currency, m.paid_minor as amount_minor
from micro_lines as m
where m.paid_minor > 0
union all
select o.key as key, o.debit as debit, o.credit as credit, o.currency as currency,
    o.amount_minor as amount_minor
from other_transfers as o
where o.amount_minor > 0
