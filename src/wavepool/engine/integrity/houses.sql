-- One row per stratum: its payee and its house. Payees of one agency share a house, since
-- an agency that sends its fans from room to room makes them meet without any fraud.
with strata as (
  select p.stratum_no as stratum_no, p.payee_id as payee_id,
    min(p.paid_at) as first_at, max(p.paid_at) as last_at
  from integrity_purchases p group by p.stratum_no, p.payee_id
),
workers as (
  select distinct c.payee_id as payee_id, c.creator_id as creator_id
  from credits c
  where c.outcome in ('direct', 'indirect') and c.payee_id is not null
),
bound as (
  select s.stratum_no as stratum_no, min(cast(a.agency_id as varchar)) as agency_key
  from strata s
  join workers w on w.payee_id = s.payee_id
  join integrity_contracts a on a.creator_id = w.creator_id
    and a.valid_from <= s.last_at and (a.valid_to is null or a.valid_to > s.first_at)
  group by s.stratum_no
),
named as (
  select s.stratum_no as stratum_no, s.payee_id as payee_id,
    case when b.agency_key is null then concat('payee:', cast(s.payee_id as varchar))
      else concat('agency:', b.agency_key) end as house_key
  from strata s
  left join bound b on b.stratum_no = s.stratum_no
),
houses as (
  select d.house_key as house_key, row_number() over (order by d.house_key) as house_no
  from (select distinct n.house_key as house_key from named n) d
)
select n.stratum_no as stratum_no, n.payee_id as payee_id, h.house_no as house_no
from named n join houses h on h.house_key = n.house_key
