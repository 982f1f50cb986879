-- Money of every earning line, in one class each; the first that fits, in this order.
with shared as (
  select b.bucket_no as bucket_no
  from integrity_buckets b join integrity_purchases p on p.unit_no = b.unit_no
  where b.is_usable = 1
  group by b.bucket_no having min(p.buyer_no) < max(p.buyer_no)
),
habits as (
  select p.buyer_no as buyer_no, count(s.bucket_no) as shared_purchases
  from integrity_purchases p
  join integrity_buckets b on b.unit_no = p.unit_no
  left join shared s on s.bucket_no = b.bucket_no
  group by p.buyer_no
),
standing as (
  select p.buyer_id as buyer_id, p.payee_id as payee_id, p.session_key as session_key,
    p.paid_at as paid_at, b.is_usable as is_usable, h.shared_purchases as shared_purchases,
    case when r.buyer_no is null then 0 else 1 end as is_roaming
  from integrity_purchases p
  join integrity_buckets b on b.unit_no = p.unit_no
  join habits h on h.buyer_no = p.buyer_no
  left join integrity_roaming r on r.buyer_no = p.buyer_no
),
sorted_lines as (
  select c.currency as currency, c.buyer_id as buyer_id, c.direct_minor as direct_minor,
    c.pool_minor as pool_minor,
    case when f.buyer_id is not null then 'flagged'
      when s.is_roaming = 0 then 'one_house'
      when s.is_usable = 0 then 'crowded_bucket'
      when s.shared_purchases <= $few then 'few_meetings'
      else 'watched' end as class
  from credits c
  join standing s on s.buyer_id = c.buyer_id and s.payee_id = c.payee_id
    and s.paid_at = c.paid_at and s.session_key = coalesce(cast(c.session_id as varchar), '')
  left join integrity_flagged_ids f on f.buyer_id = c.buyer_id
  where c.outcome in ('direct', 'indirect')
)
select l.currency as currency, l.class as class,
  case when l.class in ('flagged', 'watched') then false else true end as is_residual,
  count(distinct l.buyer_id) as buyers, count(*) as lines,
  cast(sum(l.direct_minor) as bigint) as direct_minor,
  cast(sum(l.pool_minor) as bigint) as pool_minor
from sorted_lines l
group by l.currency, l.class
order by l.currency, l.class
