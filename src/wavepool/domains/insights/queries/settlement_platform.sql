-- The month cut by agency: what agencies take, what stays with their creators, and the creators
-- without agency (agency 0). Together it is what all statements say.
select
    coalesce(p.agency_id, 0) as agency_id, p.currency as currency,
    cast(count(distinct p.creator_id) as bigint) as settlement_creators,
    cast(sum(case when p.side = 'agency' then p.micro else 0 end) as bigint) as settlement_total,
    cast(sum(case when p.side = 'creator' then p.micro else 0 end) as bigint) as settlement_kept,
    cast(sum(p.micro) as bigint) as settlement_whole
from parts as p
group by 1, 2
order by 2, 1
