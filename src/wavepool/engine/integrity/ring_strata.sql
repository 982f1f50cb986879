-- Per group and stratum: what the group bought, and how many pairs of its purchases share a
-- bucket (ordered pairs of different buyers), beside all such pairs of the stratum.
with theirs as (
  select f.group_no as group_no, p.stratum_no as stratum_no, b.bucket_no as bucket_no,
    b.is_usable as is_usable, p.buyer_no as buyer_no, count(*) as own
  from integrity_flagged f
  join integrity_purchases p on p.buyer_no = f.buyer_no
  join integrity_buckets b on b.unit_no = p.unit_no
  group by f.group_no, p.stratum_no, b.bucket_no, b.is_usable, p.buyer_no
),
in_bucket as (
  select t.group_no as group_no, t.stratum_no as stratum_no, t.is_usable as is_usable,
    cast(sum(t.own) * sum(t.own) - sum(t.own * t.own) as bigint) as met
  from theirs t group by t.group_no, t.stratum_no, t.is_usable, t.bucket_no
),
met as (
  select k.group_no as group_no, k.stratum_no as stratum_no,
    cast(sum(case when k.is_usable = 1 then k.met else 0 end) as bigint) as met
  from in_bucket k group by k.group_no, k.stratum_no
),
by_buyer as (
  select t.group_no as group_no, t.stratum_no as stratum_no, t.buyer_no as buyer_no,
    cast(sum(t.own) as bigint) as own
  from theirs t group by t.group_no, t.stratum_no, t.buyer_no
),
bought as (
  select o.group_no as group_no, o.stratum_no as stratum_no,
    cast(sum(o.own) as bigint) as ring_purchases,
    cast(sum(o.own) * sum(o.own) - sum(o.own * o.own) as bigint) as pairs
  from by_buyer o group by o.group_no, o.stratum_no
),
names as (select distinct p.buyer_no as buyer_no, p.buyer_id as buyer_id from integrity_purchases p)
select n.buyer_id as group_id, h.payee_id as payee_id,
  o.ring_purchases as ring_purchases, o.pairs as pairs,
  m.met as met, w.purchases as purchases, w.ways as ways,
  t.purchases as payee_purchases
from bought o
join met m on m.group_no = o.group_no and m.stratum_no = o.stratum_no
join integrity_stratum_ways w on w.stratum_no = o.stratum_no
join integrity_houses h on h.stratum_no = o.stratum_no
join integrity_payee_totals t on t.payee_id = h.payee_id
join names n on n.buyer_no = o.group_no
order by n.buyer_id, h.payee_id, o.stratum_no
