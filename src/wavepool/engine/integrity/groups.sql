-- One row per group of flagged buyers that links join.
with held as (
  select r.group_id as group_id, count(*) as payees
  from integrity_ring_payees r where r.is_held group by r.group_id
)
select g.buyer_id as group_id, count(*) as buyers, coalesce(max(h.payees), 0) as payees,
  max(f.core) as core_max, cast($null_max as bigint) as null_max
from integrity_flagged f
join (select distinct buyer_no, buyer_id from integrity_purchases) g on g.buyer_no = f.group_no
left join held h on h.group_id = g.buyer_id
group by g.buyer_id
order by g.buyer_id
