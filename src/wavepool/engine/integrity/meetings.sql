-- What ties each flagged buyer to linked flagged partners: partners, buckets, payees.
select a.buyer_no as buyer_no, count(distinct b.buyer_no) as partners,
  count(distinct a.bucket_no) as co_sessions, count(distinct k.payee_id) as payees
from integrity_members a
join integrity_members b on b.bucket_no = a.bucket_no
join integrity_flagged_links l on l.buyer_no = a.buyer_no and l.partner_no = b.buyer_no
join (
  select distinct b.bucket_no as bucket_no, h.payee_id as payee_id
  from integrity_buckets b join integrity_houses h on h.stratum_no = b.stratum_no
) k on k.bucket_no = a.bucket_no
group by a.buyer_no
order by a.buyer_no
