-- Codes become ids again.
select p.creator_id as creator_id, s.day as day, cast(sum(s.fans) as bigint) as fans
from fan_days_coded as s
join spans as p on p.span_no = s.span_no
group by p.creator_id, s.day
