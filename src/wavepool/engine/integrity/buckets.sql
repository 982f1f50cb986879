-- Each purchase gets one bucket inside its stratum: its session where that has at most
-- $bucket_cap purchases and at most half of the stratum's, else its window of $bucket_ms,
-- else a window of a tenth of that. A bucket still above the cap links nobody.
with by_session as (
  select p.stratum_no as stratum_no, p.session_key as session_key,
    case when p.session_key <> '' and count(*) <= $bucket_cap
      and 2 * count(*) <= max(p.stratum_purchases) then 1 else 0 end as is_whole
  from integrity_purchases p group by p.stratum_no, p.session_key
),
by_window as (
  select p.stratum_no as stratum_no, p.session_key as session_key,
    p.paid_at // $bucket_ms as window_index,
    case when count(*) <= $bucket_cap then 1 else 0 end as is_whole
  from integrity_purchases p
  group by p.stratum_no, p.session_key, p.paid_at // $bucket_ms
),
labelled as (
  select p.unit_no as unit_no, p.stratum_no as stratum_no, p.session_key as session_key,
    case when s.is_whole = 1 then -1 else p.paid_at // $bucket_ms end as window_index,
    case when s.is_whole = 1 or w.is_whole = 1 then -1
      else (10 * p.paid_at) // $bucket_ms end as tenth_index
  from integrity_purchases p
  join by_session s on s.stratum_no = p.stratum_no and s.session_key = p.session_key
  join by_window w on w.stratum_no = p.stratum_no and w.session_key = p.session_key
    and w.window_index = p.paid_at // $bucket_ms
),
numbered as (
  select d.stratum_no as stratum_no, d.session_key as session_key,
    d.window_index as window_index, d.tenth_index as tenth_index, d.purchases as purchases,
    row_number() over (
      order by d.stratum_no, d.session_key, d.window_index, d.tenth_index) as bucket_no
  from (
    select l.stratum_no as stratum_no, l.session_key as session_key,
      l.window_index as window_index, l.tenth_index as tenth_index, count(*) as purchases
    from labelled l group by l.stratum_no, l.session_key, l.window_index, l.tenth_index
  ) d
)
select l.unit_no as unit_no, l.stratum_no as stratum_no, n.bucket_no as bucket_no,
  n.purchases as bucket_purchases,
  case when n.purchases <= $bucket_cap then 1 else 0 end as is_usable
from labelled l
join numbered n on n.stratum_no = l.stratum_no and n.session_key = l.session_key
  and n.window_index = l.window_index and n.tenth_index = l.tenth_index
