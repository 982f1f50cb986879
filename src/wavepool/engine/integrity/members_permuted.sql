-- Who would stand in which bucket if the labels of each stratum were dealt anew.
-- The deal is a hash of seed, round and unit: the same on any number of threads.
with dealt as (
  select p.buyer_no as buyer_no, p.stratum_no as stratum_no,
    min(p.unit_no) over (partition by p.stratum_no)
      + row_number() over (
        partition by p.stratum_no
        order by substr(sha256(concat(
          cast($seed as varchar), ':', cast($round as varchar), ':',
          cast(p.unit_no as varchar))), 1, 16), p.unit_no) - 1 as place
  from integrity_purchases p
)
select distinct b.bucket_no as bucket_no, d.buyer_no as buyer_no, h.house_no as house_no
from dealt d
join integrity_roaming r on r.buyer_no = d.buyer_no
join integrity_buckets b on b.unit_no = d.place
join integrity_houses h on h.stratum_no = d.stratum_no
where b.is_usable = 1
