-- What an agency has of each creator in a month, and what stays with the creator.
select
    p.creator_id as creator_id, p.currency as currency,
    cast(sum(case when p.side = 'creator' and p.kind = 'commission' then 1 else 0 end) as bigint)
        as settlement_lines,
    cast(sum(p.commission_minor) as bigint) as settlement_commission,
    cast(sum(p.fee_minor) as bigint) as settlement_fee,
    cast(sum(case when p.side = 'agency' and p.kind = 'commission' then p.micro else 0 end)
        as bigint) as settlement_direct,
    cast(sum(case when p.side = 'agency' and p.kind = 'pool' then p.micro else 0 end) as bigint)
        as settlement_pool,
    cast(sum(case when p.side = 'agency' and p.kind = 'award' then p.micro else 0 end) as bigint)
        as settlement_award,
    cast(sum(case when p.side = 'agency' and p.kind = 'refund' then p.micro else 0 end) as bigint)
        as settlement_refund,
    cast(sum(case when p.side = 'agency' and p.kind = 'ruling' then p.micro else 0 end) as bigint)
        as settlement_ruling,
    cast(sum(case when p.side = 'agency' then p.micro else 0 end) as bigint) as settlement_total,
    cast(sum(case when p.side = 'agency' and l.is_held then p.micro else 0 end) as bigint)
        as settlement_held,
    cast(sum(case when p.side = 'creator' then p.micro else 0 end) as bigint) as settlement_kept
from parts as p
left join statement_lines as l
    on l.payee_id = p.payee_id and l.currency = p.currency and l.line_key = p.line_key
group by 1, 2
order by 2, 11 desc, 1
