-- Per stratum: its purchases and how many ordered pairs of them share a usable bucket.
select b.stratum_no as stratum_no, count(*) as purchases,
  cast(sum(case when b.is_usable = 1 then b.bucket_purchases - 1 else 0 end) as bigint) as ways
from integrity_buckets b
group by b.stratum_no
