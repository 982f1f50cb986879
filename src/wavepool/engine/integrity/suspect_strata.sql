-- Per suspect and stratum: its own purchases, those of the other suspects, and how often one
-- of its own shares a bucket with one of theirs.
with theirs as (
  select b.bucket_no as bucket_no, b.stratum_no as stratum_no, b.is_usable as is_usable,
    p.buyer_no as buyer_no, count(*) as own
  from integrity_flagged f
  join integrity_purchases p on p.buyer_no = f.buyer_no
  join integrity_buckets b on b.unit_no = p.unit_no
  group by b.bucket_no, b.stratum_no, b.is_usable, p.buyer_no
),
in_bucket as (
  select t.bucket_no as bucket_no, cast(sum(t.own) as bigint) as bought from theirs t group by t.bucket_no
),
in_stratum as (
  select t.stratum_no as stratum_no, cast(sum(t.own) as bigint) as bought from theirs t group by t.stratum_no
)
select t.buyer_no as buyer_no, max(h.house_no) as house_no, cast(sum(t.own) as bigint) as own,
  cast(max(s.bought) - sum(t.own) as bigint) as others,
  cast(sum(case when t.is_usable = 1 then t.own * (k.bought - t.own) else 0 end)
    as bigint) as met,
  max(w.purchases) as purchases, max(w.ways) as ways
from theirs t
join in_bucket k on k.bucket_no = t.bucket_no
join in_stratum s on s.stratum_no = t.stratum_no
join integrity_houses h on h.stratum_no = t.stratum_no
join integrity_stratum_ways w on w.stratum_no = t.stratum_no
group by t.buyer_no, t.stratum_no
order by t.buyer_no, t.stratum_no
