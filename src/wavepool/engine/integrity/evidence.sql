-- One row per flagged buyer, by the names that the platform uses.
select n.buyer_id as buyer_id, g.buyer_id as group_id, f.core as core,
  cast($null_max as bigint) as null_max, m.partners as partners,
  m.co_sessions as co_sessions, m.payees as payees,
  x.houses as houses
from integrity_flagged f
join integrity_meetings m on m.buyer_no = f.buyer_no
join integrity_suspects_met x on x.buyer_no = f.buyer_no
join (select distinct buyer_no, buyer_id from integrity_purchases) n on n.buyer_no = f.buyer_no
join (select distinct buyer_no, buyer_id from integrity_purchases) g on g.buyer_no = f.group_no
order by n.buyer_id
