-- Buyers of at least two houses: only they can ever be linked, under any permutation.
select p.buyer_no as buyer_no
from integrity_purchases p join integrity_houses h on h.stratum_no = p.stratum_no
group by p.buyer_no
having min(h.house_no) < max(h.house_no)
