-- One row per purchase: a buyer, a payee and a moment. Lines of one order are one purchase.
-- A stratum is a payee's day, or so many of its days in a row that they hold $fill purchases.
-- unit_no runs through the strata, so a stratum is a range of units.
with bought as (
  select distinct c.buyer_id as buyer_id, c.payee_id as payee_id,
    coalesce(cast(c.session_id as varchar), '') as session_key, c.paid_at as paid_at
  from credits c
  where c.outcome in ('direct', 'indirect') and c.payee_id is not null
),
buyers as (
  select d.buyer_id as buyer_id, row_number() over (order by d.buyer_id) - 1 as buyer_no
  from (select distinct b.buyer_id as buyer_id from bought b) d
),
days as (
  select b.payee_id as payee_id, b.paid_at // $day_ms as day_index, count(*) as purchases
  from bought b group by b.payee_id, b.paid_at // $day_ms
),
blocks as (
  select d.payee_id as payee_id, d.day_index as day_index, d.purchases as purchases,
    (cast(sum(d.purchases) over (partition by d.payee_id order by d.day_index) as bigint)
      - d.purchases) // $fill as block_no
  from days d
),
strata as (
  select k.payee_id as payee_id, k.block_no as block_no, cast(sum(k.purchases) as bigint) as purchases,
    row_number() over (order by k.payee_id, k.block_no) as stratum_no
  from blocks k group by k.payee_id, k.block_no
),
placed as (
  select k.payee_id as payee_id, k.day_index as day_index, s.stratum_no as stratum_no,
    s.purchases as purchases
  from blocks k join strata s on s.payee_id = k.payee_id and s.block_no = k.block_no
)
select row_number() over (
    order by s.stratum_no, u.buyer_no, b.paid_at, b.session_key) - 1 as unit_no,
  b.buyer_id as buyer_id, u.buyer_no as buyer_no, s.stratum_no as stratum_no,
  b.payee_id as payee_id, s.purchases as stratum_purchases,
  b.session_key as session_key, b.paid_at as paid_at
from bought b
join buyers u on u.buyer_id = b.buyer_id
join placed s on s.payee_id = b.payee_id and s.day_index = b.paid_at // $day_ms
