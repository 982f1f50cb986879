-- Who stands in which bucket, as observed.
select distinct b.bucket_no as bucket_no, p.buyer_no as buyer_no, h.house_no as house_no
from integrity_purchases p
join integrity_roaming r on r.buyer_no = p.buyer_no
join integrity_buckets b on b.unit_no = p.unit_no
join integrity_houses h on h.stratum_no = p.stratum_no
where b.is_usable = 1
