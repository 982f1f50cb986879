-- All purchases of each payee.
select h.payee_id as payee_id, count(*) as purchases
from integrity_purchases p join integrity_houses h on h.stratum_no = p.stratum_no
group by h.payee_id
